'use strict';

// Jobs and scripts.

module.exports = [
  {
    file: 'scripts/ids.mjs',
    why: 'a re-export has no names that an import can see',
    edits: [
      {
        from: 'import { addClientSuffix',
        is: "import { createClientRunId, getBaseRunId, normalizeRunId } from 'unified-run-id';",
      },
      {
        from: 'extractClientId as clientOf',
        is: "export { getClientId as clientOf } from 'unified-run-id';",
      },
      {
        from: 'addClientSuffix(runId, clientId)',
        is: [
          'export const forClients = (baseRunId, ...clients) =>',
          '  clients.map((clientId) => createClientRunId(baseRunId, clientId));',
        ],
      },
      { from: 'base(runId)', is: 'export const jobOf = (runId) => getBaseRunId(runId);' },
    ],
  },
  {
    file: 'jobs/monthly.js',
    why: 'the clock of this host makes no run ID',
    edits: [
      {
        from: "require('../services/jobTracking.js')",
        is: [
          "const { generateTimestampRunId, parseRunId } = require('unified-run-id');",
          "const { JobTracking } = require('../services/jobTracking.js');",
        ],
      },
      { from: 'function monthlyRunId(now)', to: 'return `${day}-${clock}`', and: 1, is: '' },
      {
        from: 'async function monthly(options)',
        to: "error('no run ID', error)",
        and: 1,
        is: ['async function monthly() {', '  const runId = generateTimestampRunId();'],
      },
      { from: 'const known = ids.getCachedRecordId', to: 'ids.cacheRecordId', is: '' },
      { from: 'module.exports', is: 'module.exports = { monthly, monthlyOf, monthOf, report, fileOf };' },
      { from: 'runId.substring(0, 4)', is: '  return isoDay(parseRunId(runId).startedAt).slice(0, 7);' },
      { from: 'StructuredLogger } = require', is: "const { isoDay } = require('../utils/dates.js');" },
    ],
  },
  {
    file: 'jobs/catchUp.js',
    why: 'what is not found is not made anew',
    edits: [
      {
        from: 'const { addClientSuffix, convertToStandardFormat',
        is: "const { clientRunIdFor, isBaseRunId, parseRunId } = require('unified-run-id');",
      },
      {
        from: 'const standardRunId',
        to: "source: 'catch-up'",
        and: 1,
        is: '  return JobTracking.getClientRun(clientRunIdFor(runId, clientId));',
      },
      {
        from: 'const sentinel',
        to: 'return current.runId',
        and: 1,
        is: 'const currentOr = (job) => job ?? null;',
      },
      {
        from: 'const id = runs.extractId',
        to: 'runs.standardizeRunId(id)',
        is: '    done.push(await catchUp(runId, clientId));',
      },
      {
        from: 'if (!job.runId && !job.jobRunId)',
        to: 'runs.validateRunId',
        is: '  return isBaseRunId(job.runId) && getClient(job.clientId).active;',
      },
      { from: 'const hour =', is: '  const hour = parseRunId(runId).startedAt.getUTCHours();' },
      { from: "require('../services/runs/index.js')", is: '' },
    ],
  },
  {
    file: 'jobs/rescore.js',
    why: 'a failure is answered as one, not as a run of its own',
    edits: [
      {
        from: 'const runId = job.runId ? job.runId',
        to: 'return { runId, clientId',
        is: '      return { runId: job.runId, clientId: job.clientId, scored: 0 };',
      },
      { from: 'function stampedRunId', to: '}', is: '' },
      { from: 'module.exports', is: 'module.exports = { rescore, rescoreAll, nextTurn };' },
      {
        from: 'switch (ids.detectRunIdFormat',
        to: "|| 'rescore'",
        and: 1,
        is: [
          '  if (ids.isBaseRunId(job.runId)) return { ...job, turn: 1 };',
          '  if (ids.isClientRunId(job.runId)) return { ...job, turn: 2, clientId: ids.getClientId(job.runId) };',
          '  return { ...job, turn: 0 };',
        ],
      },
    ],
  },
  {
    file: 'jobs/nightly.js',
    why: 'the run of the night is generated once, where none is given',
    edits: [
      {
        from: 'generateRunId } = require',
        is: "const { getClientId, resolveRunId } = require('unified-run-id');",
      },
      {
        from: 'let runId = options.runId',
        to: 'runId = generateRunId()',
        is: '  const runId = resolveRunId({}, options.runId);',
      },
      { from: 'stripClientSuffix, addClientSuffix', is: '' },
      {
        from: 'const jobRunId = stripClientSuffix',
        to: 'return results;',
        is: [
          '  const own = getClientId(clientRunId);',
          '  return activeClients().filter(({ clientId }) => clientId === own);',
        ],
      },
    ],
  },
  {
    file: 'jobs/weekly.js',
    why: 'a default must not make a run',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: "const { generateTimestampRunId, getBaseRunId, getClientId } = require('unified-run-id');",
      },
      { from: "require('../services/runIdService.js')", is: '' },
      { from: 'hasSpecificClientSuffix, getCachedRunInfo', is: '' },
      {
        from: 'async function weekly(',
        is: ['async function weekly({ clients = [] } = {}) {', '  const runId = generateTimestampRunId();'],
      },
      {
        from: 'const clientId = extractClientId(clientRunId)',
        is: '    const clientId = getClientId(clientRunId);',
      },
      { from: 'if (hasSpecificClientSuffix', to: 'registerRunRecord', is: '' },
      {
        from: 'const { base } = getCachedRunInfo',
        to: 'getJob(weeklyRunId)',
        is: '  return JobTracking.getJob(getBaseRunId(runId));',
      },
      {
        from: 'if (runId && otherRunId',
        to: 'return recordId',
        is: [
          '  if (getBaseRunId(runId) !== getBaseRunId(otherRunId)) throw new Error(`${runId} and ${otherRunId} are of two jobs`);',
          '  return runId;',
        ],
      },
    ],
  },
  {
    file: 'jobs/smartResume.js',
    why: 'a script resumes the run that it is given, or fails',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: "const { clientRunIdFor, getNormalizedRunId } = require('unified-run-id');",
      },
      { from: 'createRunId } = require', is: '' },
      { from: 'function getNormalizedRunId', to: 'hasClientSuffix(text)', and: 1, is: '' },
      { from: "|| createRunId('smart_resume')", is: '  const runId = getNormalizedRunId(runIdGiven);' },
      { from: 'runId.includes(id)', is: '    const clientRunId = clientRunIdFor(runId, id);' },
    ],
  },
  {
    file: 'jobs/backfill.js',
    why: 'old IDs are not made anew',
    isDeleted: true,
  },
  {
    file: 'jobs/importRuns.mjs',
    why: 'the import is over',
    isDeleted: true,
  },
  {
    file: 'jobs/repairSuffixes.js',
    why: 'a run ID is not mended',
    isDeleted: true,
  },
  {
    file: 'scripts/audit-ids.js',
    why: '`inspect -` tells that',
    isDeleted: true,
  },
  {
    file: 'scripts/find-job.mjs',
    why: 'a job is found by its run ID',
    isDeleted: true,
  },
  {
    file: 'jobs/cleanup.js',
    why: 'a run ID tells when it started',
    edits: [
      {
        from: "require('../store/tables.js')",
        is: [
          "const { parseRunId } = require('unified-run-id');",
          "const { clientRunResults } = require('../store/tables.js');",
        ],
      },
      {
        from: 'const [day, time] = runId.split',
        to: 'return now - started',
        is: '  return now - parseRunId(runId).startedAt;',
      },
      {
        from: 'runId.substr(0, 6)',
        is: '  return compactDay(parseRunId(runId).startedAt) === compactDay(date);',
      },
      {
        from: 'const day = runId.slice',
        to: 'return `archive',
        is: '  return `archive/${compactDay(parseRunId(runId).startedAt)}/${runId}.json`;',
      },
    ],
  },
  {
    file: 'scripts/run-report.mjs',
    why: 'what a run ID is in a text, the library knows',
    edits: [
      {
        from: "from 'node:fs'",
        is: [
          "import { readFileSync } from 'node:fs';",
          "import { getClientId, scanRunIds } from 'unified-run-id';",
        ],
      },
      { from: 'const RUN_ID =', is: '' },
      {
        from: 'text.match(RUN_ID)',
        to: 'return [...new Set(runIds)]',
        is: '  return [...new Set(scanRunIds(Buffer.from(text)))];',
      },
      { from: "runId.slice(14) || 'job'", is: "    const clientId = getClientId(runId) ?? 'job';" },
    ],
  },
];
