'use strict';

const { testRule } = require('../support/rule-tests.js');

const imported = (code) => `const { clientRunIdFor } = require('unified-run-id');\n${code}`;

testRule('no-strip-then-add', {
  good: [
    'const { baseRunId } = job;\ncreateClientRunId(baseRunId, clientId);',
    'createClientRunId(baseRunId, clientId);',
    'clientRunIdFor(runId, clientId);',
    'const base = getBaseRunId(runId);\njobs.getJob(base);',
    'stripClientSuffix(runId);',
    'addClientSuffix(runId, clientId);',
    'const key = getBaseRunId(runId);\nsave(key, clientId);',
    'console.log(`${getBaseRunId(runId)}-${clientId}`);',
    'const base = generateTimestampRunId();\ncreateClientRunId(base, clientId);',
    'parseRunId(runId).baseRunId;',
    'const file = `${getBaseRunId(runId)}/${clientId}`;',
    'let base = getBaseRunId(runId);\nbase = other;\ncreateClientRunId(base, clientId);',
  ],
  bad: [
    ['const { baseRunId } = parseRunId(runId);\ncreateClientRunId(baseRunId, clientId);', 'added'],
    [
      'class C {\n  constructor(runId) {\n    this.base = getBaseRunId(runId);\n  }\n  of(clientId) {\n    return createClientRunId(this.base, clientId);\n  }\n}',
      'added',
    ],
    [
      'addClientSuffix(stripClientSuffix(runId), clientId);',
      'added',
      { suggest: [imported('clientRunIdFor(runId, clientId);')] },
    ],
    [
      'createClientRunId(getBaseRunId(runId), clientId);',
      'added',
      { suggest: [imported('clientRunIdFor(runId, clientId);')] },
    ],
    [
      'const base = stripClientSuffix(runId);\nconst id = addClientSuffix(base, clientId);',
      'added',
      {
        suggest: [
          imported('const base = stripClientSuffix(runId);\nconst id = clientRunIdFor(runId, clientId);'),
        ],
      },
    ],
    ["const id = `${runId.split('-').slice(0, 2).join('-')}-${clientId}`;", 'added'],
    [
      'const id = `${getBaseRunId(runId)}-${clientId}`;',
      'added',
      { suggest: [imported('const id = clientRunIdFor(runId, clientId);')] },
    ],
    ["const id = stripClientSuffix(runId) + '-' + clientId;", 'added'],
    ['const base = runId.slice(0, 13);\nsave(`${base}-${clientId}`);', 'added'],
    ['createClientRunId(parseRunId(runId).baseRunId, clientId);', 'added'],
    ['clientRunIdFor(getBaseRunId(runId), clientId);', 'added'],
    ['service.addClientSuffix(service.stripClientSuffix(runId), clientId);', 'added'],
    ['const base = getBaseRunId(runId);\nconst key = base;\ncreateClientRunId(key, clientId);', 'added'],
    [
      "const { addClientSuffix: add, stripClientSuffix: strip } = require('./runIdService');\nadd(strip(runId), clientId);",
      'added',
    ],
  ],
});
