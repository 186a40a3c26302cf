'use strict';

const { testRule } = require('../support/rule-tests.js');

const REQUIRED = "const { observeRunId, observeResolve } = require('unified-run-id/observe');\n";

testRule('no-observe-left', {
  good: [
    'normalizeRunId(runId);',
    'resolveRunId(req);',
    'observer.observe(node);',
    'new MutationObserver(observe).observe(node); // runId',
    'function observeRunId() {}\nobserveRunId(runId);',
    "const { observeRunId } = require('another-package');\nobserveRunId(runId);",
    "import { observeRunId } from 'another-package';\nobserveRunId(runId);",
    'const observeRunId = () => {};\nobserveRunId(runId);',
    REQUIRED,
    "import 'unified-run-id/observe';",
  ],
  bad: [
    ['runIds.forEach(observeRunId);', 'left'],
    [
      `${REQUIRED}observeRunId(runId);`,
      'left',
      {
        suggest: [
          `const { observeRunId, observeResolve } = require('unified-run-id/observe');\nconst { normalizeRunId } = require('unified-run-id');\nnormalizeRunId(runId);`,
        ],
      },
    ],
    [`${REQUIRED}observeResolve(req, runId);`, 'left', { suggest: [] }],
    [
      `${REQUIRED}observeRunId(runId, { expectClientId: clientId });`,
      'left',
      {
        suggest: [
          `${REQUIRED}const { clientRunIdFor } = require('unified-run-id');\nclientRunIdFor(runId, clientId);`,
        ],
      },
    ],
    [`${REQUIRED}observeRunId(runId, { place: 'webhook' });`, 'left'],
    [
      "import { observeRunId } from 'unified-run-id/observe';\nobserveRunId(runId);",
      'left',
      {
        suggest: [
          "import { observeRunId } from 'unified-run-id/observe';\nimport { normalizeRunId } from 'unified-run-id';\nnormalizeRunId(runId);",
        ],
      },
    ],
    ["import * as watch from 'unified-run-id/observe';\nwatch.observeRunId(runId);", 'left'],
    ["import { observeRunId as watch } from 'unified-run-id/observe';\nwatch(runId);", 'left'],
    ["require('unified-run-id/observe').observeRunId(runId);", 'left'],
    ["const observe = require('unified-run-id/observe');\nobserve.observeResolve(req, id);", 'left'],
    ["const { observeRunId } = require('./observed');\nobserveRunId(runId);", 'left'],
    [`${REQUIRED}function f() { return observeRunId(runId); }`, 'left'],
  ],
});
