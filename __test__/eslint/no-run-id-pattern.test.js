'use strict';

const { testRule } = require('../support/rule-tests.js');

/** Only files that speak of run IDs are looked at. */
const about = (code) => `/* runId */ ${code}`;

testRule('no-run-id-pattern', {
  good: [
    about('const DAY = /^\\d{4}-\\d{2}-\\d{2}$/;'),
    about('const PHONE = /^\\d{3}-\\d{4}$/;'),
    about('const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;'),
    about('const JOB = /^job_\\d+_stream\\d+_\\d{14}$/;'),
    about('const SIX = /^\\d{6}$/;'),
    about('const NAME = /^[\\w-]+$/;'),
    about('const ISO = /^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}/;'),
    about('const ZIP = /^\\d{5}(?:-\\d{4})?$/;'),
    "const { RUN_ID_PATTERN } = require('unified-run-id');\nconst RUN_ID_REGEX = new RegExp(RUN_ID_PATTERN);",
    "const RUN_ID_FIELD = 'Run ID';",
    'const isRunIdField = /run/i.test(field);',
    about("const text = '251006-143000';"),
    about('const RANGE = /^(\\d+)-(\\d+)$/;'),
    'const APIFY = /^[A-Za-z0-9]{17}$/;',
  ],
  bad: [
    ['const form = String.raw`^\\d{6}-\\d{6}$`; // runId', 'pattern'],
    ["const SIX = '\\\\d{6}';\nconst form = new RegExp(`^${SIX}-${SIX}$`); // runId", 'pattern'],
    ["router.get('/runs/:runId(\\\\d{6}-\\\\d{6}.*)', list);", 'pattern'],
    [about('const BASE = /^\\d{6}-\\d{6}$/;'), 'pattern'],
    [about('const ID = /^\\d{6}-\\d{6}-[A-Za-z-]+$/;'), 'pattern'],
    [about('const ID = /^(\\d{6}-\\d{6})(?:-(.+))?$/;'), 'pattern'],
    [about('const ID = /^[0-9]{6}-[0-9]{6}/;'), 'pattern'],
    [about('const ID = /^(\\d{2})(\\d{2})(\\d{2})-(\\d{2})(\\d{2})(\\d{2})$/;'), 'pattern'],
    [about('if (/^\\d{8}-\\d{6}$/.test(value)) convert();'), 'pattern'],
    [about('const hit = value.match(/(\\d{6})-(\\d{6})-(\\w+)/);'), 'pattern'],
    [about("const ID = new RegExp('^\\\\d{6}-\\\\d{6}$');"), 'pattern'],
    [about("const schema = { pattern: '^[0-9]{6}-[0-9]{6}(-.*)?$' };"), 'pattern'],
    [about('const ID = `^\\\\d{6}-\\\\d{6}`;'), 'pattern'],
    ['const RUN_ID_REGEX = /^[\\w-]{13,}$/;', 'pattern'],
    ['const RUN_ID_PATTERN = new RegExp(base + client);', 'pattern'],
    ['class Id { static runIdPattern = /x/; }', 'pattern'],
    ['z.string().regex(/^\\d{6}-\\d{6}/).parse(runId);', 'pattern'],
    [about('const sql = "SELECT 1 WHERE id ~ \'^[0-9]{6}-[0-9]{6}\'";'), 'pattern'],
  ],
});
