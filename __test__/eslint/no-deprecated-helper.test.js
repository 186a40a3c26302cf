'use strict';

const { testRule } = require('../support/rule-tests.js');

const addon = (names, code) => `const { ${names} } = require('unified-run-id');\n${code}`;

testRule('no-deprecated-helper', {
  good: [
    "const { withClient } = require('./ids');\nwithClient(name); // runId",
    'generateTimestampRunId();',
    'normalizeRunId(runId);',
    'redis.clearCache(); // runId',
    "const { extractId } = require('./urls');\nextractId(clientId); // runId",
    'validateClientId(clientId); // runId',
    "const { createRunId } = require('other-package');\ncreateRunId();",
    "module.exports = require('unified-run-id');",
    "export { addClientSuffix } from './runIdService';",
    "const { addClientSuffix } = require('./runIdService');\nmodule.exports = { addClientSuffix };",
    "module.exports = { ...require('./runIdService') };",
    'function newRunId() { return generateTimestampRunId(); }\nnewRunId();',
    'linkExternalId({ runId });',
    'const recordIdCache = new Map();\nrecordIdCache.get(runId);',
    'getClientId(req); // runId',
    'function validateRunIds() {} // runId',
    'app.use(checkRunIdMiddleware);',
  ],
  bad: [
    ["const service = require('./unifiedRunIdService');\nservice.generateRunId.call(service);", 'retired'],
    ["const { baseOf } = require('./ids');\nbaseOf(runId);", 'homeMade'],
    ["const { isValidRunId } = require('./ids');\nisValidRunId(value);", 'homeMade'],
    [
      addon('generateRunId', 'const id = generateRunId();'),
      'retired',
      {
        output: addon('generateTimestampRunId', 'const id = generateTimestampRunId();'),
      },
    ],
    [
      addon('generateRunId', 'start(generateRunId());\nstart(generateRunId());'),
      'retired retired',
      {
        output: addon(
          'generateTimestampRunId',
          'start(generateTimestampRunId());\nstart(generateTimestampRunId());',
        ),
      },
    ],
    [
      addon('generateRunId: mint', 'mint();'),
      'retired',
      { output: addon('generateTimestampRunId: mint', 'mint();') },
    ],
    [
      "const service = require('./unifiedRunIdService');\nservice.generateRunId();",
      'retired',
      { output: "const service = require('./unifiedRunIdService');\nservice.generateTimestampRunId();" },
    ],
    [
      "import { generateRunId } from 'unified-run-id';\ngenerateRunId();",
      'retired',
      { output: "import { generateTimestampRunId } from 'unified-run-id';\ngenerateTimestampRunId();" },
    ],
    [addon('generateRunId', 'generateRunId();\ngenerateRunId(clientId);'), 'retired retired'],
    [addon('generateRunId', 'ids.push(generateRunId());\nexports.generateRunId = generateRunId;'), 'retired'],
    [
      'generateRunId(clientId);',
      'retired',
      { suggest: [addon('generateTimestampRunId', 'generateTimestampRunId(clientId);')] },
    ],
    [
      'const id = addClientSuffix(runId, clientId);',
      'retired',
      {
        suggest: [
          addon('clientRunIdFor', 'const id = clientRunIdFor(runId, clientId);'),
          addon('createClientRunId', 'const id = createClientRunId(runId, clientId);'),
        ],
      },
    ],
    [
      'const runId = validateRunId(value);',
      'retired',
      {
        suggest: [
          addon('normalizeRunId', 'const runId = normalizeRunId(value);'),
          addon('isRunId', 'const runId = isRunId(value);'),
        ],
      },
    ],
    ...[
      'if (VALID(value)) start();',
      'if (!VALID(value)) stop();',
      'const label = VALID(value) ? 1 : 2;',
      'while (ready && VALID(value)) wait();',
      'VALID(value) && start();',
    ].map((code) => [
      code.replace('VALID', 'validateRunId'),
      'retired',
      {
        suggest: ['isRunId', 'normalizeRunId'].map((name) => addon(name, code.replace('VALID', name))),
      },
    ]),
    ['stripClientSuffix(runId);', 'retired', { suggest: [addon('getBaseRunId', 'getBaseRunId(runId);')] }],
    ['addClientSuffix(stripClientSuffix(runId), clientId);', 'retired retired', { suggest: [] }],
    [
      'const base = stripClientSuffix(runId);\nconst id = addClientSuffix(base, clientId);',
      'retired retired',
      { suggest: [] },
    ],
    ['extractClientId(runId);', 'retired', { suggest: [addon('getClientId', 'getClientId(runId);')] }],
    ["const { addClientSuffix: add } = require('./runIdService');\nadd(runId, clientId);", 'retired'],
    ["const run = require('../services/jobTracking');\nrun.clearCache();", 'retired'],
    ["import * as ids from './runIdService';\nids.validateClientId(clientId);", 'retired'],
    ["const { recordIdCache } = require('./unifiedRunIdService');\nrecordIdCache.get(runId);", 'retired'],
    ["import svc from './unifiedRunIdService';\nif (svc.RUN_ID_FORMATS.STANDARD) start();", 'retired'],
    ['ids.map(stripClientSuffix);', 'retired'],
    ["const { formatRunId } = require('./ids');\nformatRunId(value);", 'homeMade'],
    ['function cleanRunId(runId) { return runId.trim(); }\ncleanRunId(value);', 'homeMade'],
    ['service?.validateRunId(runId);', 'retired'],
    ["service['validateRunId'](runId);", 'retired'],
    { 0: { code: '(service as any)!.validateRunId(runId);', isTyped: true }, 1: 'retired', length: 2 },
    [
      {
        code: "const { clearCache } = require('./ids');\nclearCache();// runId",
        settings: { 'run-id': { legacyModules: ['ids'] } },
      },
      'retired',
    ],
  ].map((row) => Array.from(row)),
});
