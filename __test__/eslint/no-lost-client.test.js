'use strict';

const { testRule } = require('../support/rule-tests.js');

const imported = (name, code) => `const { ${name} } = require('unified-run-id');\n${code}`;

testRule('no-lost-client', {
  good: [
    'normalizeRunId(runId);',
    'getNormalizedRunId(process.argv[2]);',
    'clientRunIdFor(runId, clientId);',
    'normalizeRunId(runId, undefined);',
    'ids.map(normalizeRunId); // runId',
    'generateTimestampRunId();',
    'generateTimestampRunId(clientId);',
    'generateTimestampRunId(client.id);',
    "generateTimestampRunId('Ann-Carver');",
    'generateTimestampRunId(record.clientId);',
    'normalizeRunId(...args);',
    'this.getClientId(req, res); // runId',
    'generateTimestampRunId(undefined);',
    "service.parseRunId(runId, 'x');",
  ],
  bad: [
    [
      'normalizeRunId(runId, clientId);',
      'dropped',
      { suggest: [imported('clientRunIdFor', 'clientRunIdFor(runId, clientId);')] },
    ],
    ['runIdService.normalizeRunId(runId, clientId);', 'dropped'],
    ['normalizeRunId(runId, clientId, true);', 'dropped', { suggest: [] }],
    ['getNormalizedRunId(runId, client.id);', 'dropped'],
    ["normalizeRunId(runId, 'Ann-Carver');", 'dropped'],
    ['normalizeRunId(runId, { strict: true });', 'dropped', { suggest: [] }],
    ["const { getBaseRunId } = require('unified-run-id');\ngetBaseRunId(runId, clientId);", 'dropped'],
    ["const { getClientId } = require('./unifiedRunIdService');\ngetClientId(runId, true);", 'dropped'],
    [
      "generateTimestampRunId('batch-all-clients');",
      'label',
      { suggest: [imported('generateTimestampRunId', 'generateTimestampRunId();')] },
    ],
    ["runIdService.generateTimestampRunId('smart-resume');", 'label'],
    ['generateTimestampRunId(`stream-${stream}`);', 'label'],
    ['generateTimestampRunId(jobType);', 'label'],
    ['generateTimestampRunId({ prefix: 1 });', 'label'],
    ["const { normalizeRunId: check } = require('unified-run-id');\ncheck(runId, clientId);", 'dropped'],
  ],
});
