'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { Linter } = require('eslint');
const plugin = require('../../lib/eslint/plugin.js');

/** By the import that a file has: the imports that it should have once resolveRunId() is suggested, and the call. */
const IMPORTS = {
  '': ["import { resolveRunId } from 'unified-run-id';", 'resolveRunId'],
  "import runId from 'unified-run-id';": ["import runId from 'unified-run-id';", 'runId.resolveRunId'],
  "import * as r from 'unified-run-id';": ["import * as r from 'unified-run-id';", 'r.resolveRunId'],
  "import 'unified-run-id';": [
    "import 'unified-run-id';\nimport { resolveRunId } from 'unified-run-id';",
    'resolveRunId',
  ],
  "import { isRunId } from 'unified-run-id';": [
    "import { isRunId, resolveRunId } from 'unified-run-id';",
    'resolveRunId',
  ],
  "import { resolveRunId as resolve } from 'unified-run-id';": [
    "import { resolveRunId as resolve } from 'unified-run-id';",
    'resolve',
  ],
  "import fs from 'node:fs';\nimport path from 'node:path';": [
    "import fs from 'node:fs';\nimport path from 'node:path';\nimport { resolveRunId } from 'unified-run-id';",
    'resolveRunId',
  ],
  "const { isRunId } = require('unified-run-id');": [
    "const { resolveRunId, isRunId } = require('unified-run-id');",
    'resolveRunId',
  ],
  "const { ...all } = require('unified-run-id');": [
    "const { resolveRunId, ...all } = require('unified-run-id');",
    'resolveRunId',
  ],
  "const ids = require('unified-run-id');": ["const ids = require('unified-run-id');", 'ids.resolveRunId'],
  "'use strict';\n\nconst fs = require('node:fs');": [
    "'use strict';\n\nconst fs = require('node:fs');\nconst { resolveRunId } = require('unified-run-id');",
    'resolveRunId',
  ],
  '#!/usr/bin/env node\n// A script.': [
    "#!/usr/bin/env node\n// A script.\nconst { resolveRunId } = require('unified-run-id');",
    'resolveRunId',
  ],
};

const LINE = "app.get('/x', (req, res) => res.json(find(req.query.runId)));";

function lint(code) {
  const sourceType = /^(?:import|export)\b/m.test(code) ? 'module' : 'commonjs';
  return new Linter().verify(code, [plugin.configs.strict, { languageOptions: { sourceType } }]);
}

const applied = (code, { range: [from, to], text }) => code.slice(0, from) + text + code.slice(to);

const suggestionsIn = (code) =>
  lint(code).flatMap(({ message, fatal, suggestions = [] }) => {
    assert.notEqual(fatal, true, `${message}\n${code}`);
    return suggestions.map(({ fix }) => fix);
  });

describe('a suggestion adds its import', () => {
  for (const [given, [expected, call]] of Object.entries(IMPORTS)) {
    const isModule = /^import\b/m.test(given) || given === '';
    const before = isModule && given === '' ? `export const a = 1;\n${LINE}` : `${given}\n${LINE}`;
    test(given || 'where there is none', () => {
      const [fix] = suggestionsIn(before);
      const rest = LINE.replace('req.query.runId', `${call}(req, { generate: false })`);
      const after = given === '' ? `${expected}\nexport const a = 1;\n${rest}` : `${expected}\n${rest}`;
      assert.equal(applied(before, fix), after);
      assert.deepEqual(suggestionsIn(after), [], 'nothing more to suggest');
    });
  }

  test('with the line ends of the file', () => {
    const before = `'use strict';\r\n\r\n${LINE}\r\n`;
    const [fix] = suggestionsIn(before);
    assert.equal(applied(before, fix).replaceAll('\r\n', '').includes('\n'), false);
  });

  test('not where the name is another one there', () => {
    assert.deepEqual(suggestionsIn(`function f(req, resolveRunId) { return req.query.runId; }`), []);
    assert.deepEqual(suggestionsIn(`const resolveRunId = 1;\n${LINE}`), []);
    assert.deepEqual(
      suggestionsIn(
        `import { resolveRunId } from 'unified-run-id';\nexport function f(req, resolveRunId) { return req.query.runId; }`,
      ),
      [],
    );
  });
});

describe('suggestions that are applied one at a time', () => {
  const CODES = [
    "const id = req.query.runId || generateRunId();\nfind(String(id).split('-')[0]);",
    'if (!runId) stop();\nconst base = stripClientSuffix(runId);\nconst id = addClientSuffix(base, clientId);\nsave(`${runId}-${clientId}`);',
    'const { runId } = req.body;\nif (runId) save(String(runId));\nvalidateRunId(runId);\nnormalizeRunId(runId, clientId);',
    "const client = extractClientId(req.body.runId);\nconst base = runId.split('-').slice(0, 2).join('-');",
  ];
  for (const code of CODES) {
    test(`come to an end, and never write to another client: ${code.split('\n')[0]}`, () => {
      let text = code;
      let rounds = 0;
      for (; rounds < 50; rounds++) {
        const [fix] = suggestionsIn(text);
        if (fix === undefined) break;
        text = applied(text, fix);
        assert.doesNotMatch(text, /(?:createClientRunId|clientRunIdFor)\(\s*getBaseRunId/);
      }
      assert.ok(rounds > 0 && rounds < 50, text);
      assert.equal(text.match(/require\('unified-run-id'\)/g).length, 1, text);
    });
  }
});
