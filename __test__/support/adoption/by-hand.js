'use strict';

// What a person changes when the legacy service is moved, because no machine can know it: which fallbacks go, what a
// parameter may hold, what a request is asked for. Each edit replaces the lines from the first one that holds `from` to the
// next one that holds `to`, or that line alone.

const ADDON = "require('unified-run-id')";

const BY_HAND = [
  {
    file: 'middleware/requestContext.js',
    why: 'one run ID for a request, and none that a header of another name brings',
    edits: [
      { from: 'getOrCreateRunId } = require', is: `const { resolveRunId } = ${ADDON};` },
      { from: 'const given =', to: 'getOrCreateRunId(given', is: '  const runId = resolveRunId(req);' },
      { from: "?? 'no-run'", is: '  return current()?.runId;' },
    ],
  },
  {
    file: 'routes/apiAndJobRoutes.js',
    why: 'the catch that mints goes, and a scored run must be there',
    edits: [
      {
        from: "const { Router } = require('express')",
        is: `const { Router } = require('express');\nconst { resolveRunId } = ${ADDON};`,
      },
      { from: 'let runId;', to: 'slice(0, 17)', and: 1, is: '  const runId = resolveRunId(req);' },
      {
        from: 'const runId = req.query.runId || unifiedRunIdService',
        is: '  const runId = resolveRunId(req, { generate: false });',
      },
      {
        from: 'const clientRunId = unifiedRunIdService',
        is: '  const clientRunId = unifiedRunIdService.clientRunIdFor(runId, clientId);',
      },
      { from: "|| 'preview'", is: '  const runId = resolveRunId(req, { generate: false });' },
    ],
  },
  {
    file: 'routes/runRoutes.js',
    why: "a client asks for exactly its own run, and for no other client's",
    edits: [
      {
        from: "require('express')",
        is: `const express = require('express');\nconst { resolveRunId } = ${ADDON};`,
      },
      {
        from: 'const runId = req.query.runId || req.body?.runId',
        to: 'String(runId)',
        is: '  const { fields } = await JobTracking.getClientRun(resolveRunId(req, { generate: false }));',
      },
      {
        from: 'const { runId } = req.query',
        to: 'repository.forRun',
        is: '  const runId = resolveRunId(req, { generate: false, expectClientId: req.clientId });\n  const record = await repository.byExactRunId(runId);',
      },
    ],
  },
  {
    file: 'services/jobTracking.js',
    why: 'a job is made under the ID that it is given, and a client run under its own client',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: `const { clientRunIdFor, getBaseRunId, normalizeRunId } = ${ADDON};`,
      },
      { from: 'static generateRunId()', to: '  }', and: 1, is: '' },
      { from: 'runId || JobTracking.generateRunId()', is: '    const id = normalizeRunId(runId);' },
      { from: 'convertToStandardFormat(runId)', is: '    const standardRunId = getBaseRunId(runId);' },
      {
        from: 'unifiedRunIdService.addClientSuffix(runId',
        is: '    const clientRunId = clientRunIdFor(runId, clientId);',
      },
      {
        from: 'const baseRunId = unifiedRunIdService',
        to: 'addClientSuffix(baseRunId',
        is: '    const clientRunId = clientRunIdFor(runId, clientId);',
      },
    ],
  },
  {
    file: 'services/runRecordAdapter.js',
    why: 'nothing is cached, and nothing is created because it was not found',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        to: "require('../utils/runIdUtils.js')",
        is: `const { getBaseRunId } = ${ADDON};`,
      },
      { from: 'standardizeRunId(runId)', is: '  return JobTracking.createJob({ runId, jobType });' },
      { from: 'baseOf(runId)', is: '    return await JobTracking.getJob(getBaseRunId(runId));' },
      {
        from: 'const clientRunId = ensureClientSuffix',
        to: 'runIds.cacheRecordId',
        is: "  const record = await JobTracking.createClientRun({ runId, clientId, source: 'adapter' });",
      },
      { from: 'const cached = runIds', to: 'if (cached)', is: '' },
    ],
  },
  {
    file: 'services/leadScoring.js',
    why: 'a result holds a run ID, which nobody needs to dig out',
    edits: [
      { from: 'extractId }', is: '' },
      { from: 'extractId(result.runId)', is: '  const id = result.runId;' },
    ],
  },
  {
    file: 'utils/structuredLogger.js',
    why: 'a logger writes the run that it was given, or none',
    edits: [
      { from: 'generateRunId } = require', is: '' },
      { from: "|| 'INITIALIZING'", is: '    this.runId = runId;' },
      {
        from: 'generateRunId(), operation',
        is: "    return new StructuredLogger('SYSTEM', undefined, operation);",
      },
      {
        from: ": 'unknown'",
        to: 'return new StructuredLogger',
        is: '    return new StructuredLogger(previous?.clientId, previous?.runId, operation);',
      },
    ],
  },
  {
    file: 'workers/scoringWorker.js',
    why: 'a job that carries no run ID fails; it does not start another run',
    edits: [
      { from: 'getOrCreateRunId } = require', is: `const { clientRunIdFor, normalizeRunId } = ${ADDON};` },
      { from: 'getOrCreateRunId(job.data', is: '  const runId = normalizeRunId(job.data.runId);' },
      {
        from: 'normalizeRunId(runId, clientId)',
        is: '  const clientRunId = clientRunIdFor(runId, clientId);',
      },
      {
        from: 'let runId = data.runId',
        to: 'runId = runId.value',
        and: 1,
        is: '  const runId = normalizeRunId(data.runId);',
      },
    ],
  },
  {
    file: 'workers/metricsWorker.js',
    why: 'no run is called unknown',
    edits: [
      {
        from: "require('./queue.js')",
        is: `const { normalizeRunId } = ${ADDON};\nconst { handle } = require('./queue.js');`,
      },
      {
        from: "runId = 'unknown'",
        to: "=== 'unknown'",
        is: '  const { clientId, name, by } = job.data;\n  const runId = normalizeRunId(job.data.runId);',
      },
      { from: '|| currentRunId()', is: '  const auditRunId = normalizeRunId(job.data.runId);' },
      { from: 'currentRunId } = require', is: '' },
    ],
  },
  {
    file: 'routes/apifyProcessRoutes.js',
    why: "a job's ID has no client",
    edits: [
      {
        from: 'const base = parentRunId',
        to: 'runIdService.addClientSuffix',
        is: '  const runId = parentRunId === undefined ? runIdService.generateTimestampRunId(clientId) : runIdService.clientRunIdFor(parentRunId, clientId);',
      },
      {
        from: "generateTimestampRunId('batch-all-clients')",
        is: '  const master = runIdService.generateTimestampRunId();',
      },
      {
        from: '`${master}-${clientId}`',
        is: '    const clientRunId = runIdService.createClientRunId(master, clientId);',
      },
    ],
  },
  {
    file: 'webhooks/commentHandler.js',
    why: 'the provider sends the run of the job, or that of the client',
    edits: [
      {
        from: "require('./api.js')",
        is: `const { clientRunIdFor, resolveRunId } = ${ADDON};\nconst { api } = require('./api.js');`,
      },
      {
        from: 'req.body.runId || req.query.runId',
        to: '`${runId}-${clientId}`',
        is: '  const runId = resolveRunId(req, { generate: false });\n  const clientRunId = clientId === undefined ? runId : clientRunIdFor(runId, clientId);',
      },
    ],
  },
  {
    file: 'webhooks/apifyHandler.js',
    why: 'a payload holds a run ID, or it is refused',
    edits: [
      { from: 'extractClientId } = require', is: `const { getClientId, normalizeRunId } = ${ADDON};` },
      {
        from: 'let runId = payload.runId',
        to: 'extractClientId(clientRunId)',
        is: '  const clientRunId = normalizeRunId(payload.runId);\n  const clientId = getClientId(clientRunId);',
      },
    ],
  },
  {
    file: 'webhooks/resumeHandler.js',
    why: 'nothing is cut from what was received',
    edits: [
      { from: 'getNormalizedRunId } = require', is: `const { resolveRunId } = ${ADDON};` },
      { from: 'const SMART_RESUME', is: '' },
      {
        from: 'const { runId: received',
        to: 'received.replace',
        is: '    const { clientId } = req.body;\n    const runId = resolveRunId(req, { generate: false });',
      },
    ],
  },
  {
    file: 'jobs/monthly.js',
    why: 'the clock of this host makes no run ID',
    edits: [
      {
        from: "require('../services/jobTracking.js')",
        is: `const { generateTimestampRunId } = ${ADDON};\nconst { JobTracking } = require('../services/jobTracking.js');`,
      },
      { from: 'function monthlyRunId(now)', to: 'return `${day}-${clock}`', and: 1, is: '' },
      {
        from: 'async function monthly(options)',
        to: "error('no run ID', error)",
        and: 1,
        is: 'async function monthly() {\n  const runId = generateTimestampRunId();',
      },
      { from: 'StructuredLogger } = require', is: '' },
      { from: 'const known = ids.getCachedRecordId', to: 'ids.cacheRecordId', is: '' },
      { from: 'module.exports', is: 'module.exports = { monthly, monthlyOf, monthOf, report, fileOf };' },
    ],
  },
  {
    file: 'jobs/catchUp.js',
    why: 'what is not found is not made anew',
    edits: [
      {
        from: 'const { addClientSuffix, convertToStandardFormat',
        is: `const { clientRunIdFor } = ${ADDON};`,
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
      { from: "|| 'rescore'", is: '      return { ...job, turn: 0 };' },
    ],
  },
  {
    file: 'jobs/nightly.js',
    why: 'the run of the night is generated once, where none is given',
    edits: [
      { from: 'generateRunId } = require', is: `const { generateTimestampRunId, getClientId } = ${ADDON};` },
      {
        from: 'let runId = options.runId',
        to: 'runId = generateRunId()',
        is: '  const runId = options.runId === undefined ? generateTimestampRunId() : options.runId;',
      },
      { from: 'stripClientSuffix, addClientSuffix', is: '' },
      {
        from: 'const jobRunId = stripClientSuffix',
        to: 'return results;',
        is: '  const own = getClientId(clientRunId);\n  return activeClients().filter(({ clientId }) => clientId === own);',
      },
    ],
  },
  {
    file: 'jobs/weekly.js',
    why: 'a default must not make a run',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: `const { generateTimestampRunId, getBaseRunId, getClientId } = ${ADDON};`,
      },
      { from: "require('../services/runIdService.js')", is: '' },
      { from: 'hasSpecificClientSuffix, getCachedRunInfo', is: '' },
      {
        from: 'async function weekly(',
        is: 'async function weekly({ clients = [] } = {}) {\n  const runId = generateTimestampRunId();',
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
        is: '  if (getBaseRunId(runId) !== getBaseRunId(otherRunId)) throw new Error(`${runId} and ${otherRunId} are of two jobs`);\n  return runId;',
      },
    ],
  },
  {
    file: 'jobs/smartResume.js',
    why: 'a script resumes the run that it is given, or fails',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: `const { clientRunIdFor, getNormalizedRunId } = ${ADDON};`,
      },
      { from: 'createRunId } = require', is: '' },
      { from: 'function getNormalizedRunId', to: 'hasClientSuffix(text)', and: 1, is: '' },
      { from: "|| createRunId('smart_resume')", is: '  const runId = getNormalizedRunId(runIdGiven);' },
      { from: 'runId.includes(id)', is: '    const clientRunId = clientRunIdFor(runId, id);' },
    ],
  },
  {
    file: 'services/postHarvest.js',
    why: 'a harvest goes on in the run that started it, and an actor that nobody started is refused',
    edits: [
      {
        from: 'const tables = require',
        to: "require('./runIdService.js') }",
        is: `const tables = require('../store/tables.js');\nconst { clientRunIdFor, createClientRunId, generateTimestampRunId } = ${ADDON};`,
      },
      {
        from: 'async function startHarvest',
        to: "normalizeRunId(master, clientId, 'harvest')",
        is: 'async function startHarvest({ clientId, parentRunId }) {\n  const runId = clientRunIdFor(parentRunId, clientId);',
      },
      { from: 'registerApifyRunId(apifyRunId, runId)', is: '' },
      {
        from: '// No link',
        to: '?? `apify-',
        is: "  if (link === null) throw new Error(`No run of Apify run ${apifyRunId}`);\n  const runId = link.fields['Run ID'];",
      },
      { from: "generateTimestampRunId('harvest-all')", is: '  const runId = generateTimestampRunId();' },
      {
        from: '`${runId}-${clientId}`',
        is: '    started.push(await startHarvest({ clientId, parentRunId: createClientRunId(runId, clientId) }));',
      },
    ],
  },
  {
    file: 'services/crm.js',
    why: 'a push belongs to a run, or is refused',
    edits: [
      {
        from: 'generateRunId } = require',
        is: `const { getBaseRunId, getClientId, normalizeRunId } = ${ADDON};`,
      },
      { from: "require('./unifiedRunIdService.js')", is: '' },
      {
        from: 'let runId;',
        to: 'return { run: stripClientSuffix',
        is: '  const runId = normalizeRunId(input.runId);\n  return { run: getBaseRunId(runId), client: getClientId(runId), id: runId };',
      },
      { from: 'async function pushSafely', to: 'return runId;', and: 1, is: '' },
      { from: 'module.exports', is: 'module.exports = { push, pushAll, sentOf, sentAbout };' },
    ],
  },
  {
    file: 'workers/enrichmentWorker.js',
    why: 'a job that does not carry a run ID where it belongs is refused',
    edits: [
      { from: 'const service = require', is: `const { getClientId, normalizeRunId } = ${ADDON};` },
      { from: 'constructor({ runIds })', to: 'this.runIds = runIds', is: '  constructor() {' },
      {
        from: 'service.extractClientId(runId)',
        is: '    const clientId = job.data.clientId ?? getClientId(runId);',
      },
      {
        from: '// An older producer',
        to: 'this.runIds.standardize(runId)',
        is: '  runIdOf({ data }) {\n    return normalizeRunId(data.runId);',
      },
      {
        from: 'const worker = new EnrichmentWorker',
        to: '});',
        is: 'const worker = new EnrichmentWorker();',
      },
    ],
  },
  {
    file: 'webhooks/mailHandler.js',
    why: "a mail's tags name the client's run, whole",
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        is: `const { getClientId, normalizeRunId, resolveRunId } = ${ADDON};`,
      },
      { from: 'runIdOf } = require', is: '' },
      {
        from: 'const runId = runIdOf',
        to: 'addClientSuffix(jobRunId',
        is: '  const runId = normalizeRunId(tagged);\n  const clientId = getClientId(runId);',
      },
      {
        from: 'api.updateClientRun(clientRunId',
        to: 'changed: clientRunId',
        is: "  const record = await api.updateClientRun(runId, clientId, { Mailed: event });\n  return res.json({ runId: record['Run ID'] });",
      },
      {
        from: 'const { body } = req;',
        to: "'bounced'",
        is: '    const bouncedRunId = resolveRunId(req, { generate: false });',
      },
    ],
  },
  {
    file: 'routes/exportRoutes.js',
    why: 'what is selected is asked for',
    edits: [
      {
        from: "const { Router } = require('express')",
        is: `const { Router } = require('express');\nconst { resolveRunId } = ${ADDON};`,
      },
      {
        from: 'dashboard.select(req.body.runId',
        is: '  const changed = dashboard.select(resolveRunId(req, { generate: false }));',
      },
    ],
  },
  {
    file: 'routes/queueRoutes.js',
    why: 'an orphan is no run',
    edits: [{ from: "?? 'orphan'", is: '  const data = { ...req.body, runId: parentOf(req) };' }],
  },
  {
    file: 'routes/adminRoutes.js',
    why: 'nothing is cached that could be cleared',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        to: "require('../utils/runIdUtils.js')",
        is: `const { parseRunId, resolveRunId } = ${ADDON};`,
      },
      { from: 'runIds.clearCache()', is: '' },
      { from: "'/clients/:clientId/forget'", to: '});', is: '' },
      {
        from: 'const info = getCachedRunInfo',
        to: 'return res.json(info)',
        is: '  res.json(parseRunId(resolveRunId(req, { generate: false })));',
      },
    ],
  },
  {
    file: 'utils/runContext.js',
    why: 'a context is of one run, and for another client only if it is of the job',
    edits: [
      {
        from: "require('../services/unifiedRunIdService.js')",
        to: "require('./runIdValidator.js')",
        is: `const { clientRunIdFor, getBaseRunId, getClientId, normalizeRunId } = ${ADDON};`,
      },
      { from: 'validateAndNormalizeRunId(runId)', is: '    this.#runId = normalizeRunId(runId);' },
      { from: 'stripClientSuffix(this.#runId)', is: '    return getBaseRunId(this.#runId);' },
      {
        from: 'addClientSuffix(this.baseRunId',
        is: '    const runId = clientRunIdFor(this.#runId, clientId);',
      },
      { from: 'extractClientId(this.#runId)', is: '    return getClientId(this.#runId) === clientId;' },
      {
        from: "typeof value === 'string'",
        to: 'validateAndStandardizeRunId(runId)',
        is: '    return new RunContext({ runId: value });',
      },
    ],
  },
  {
    file: 'utils/payloads.js',
    why: 'a payload holds the run ID itself',
    edits: [
      {
        from: "require('./runIdUtils.js')",
        to: "require('./runIdNormalizer.js')",
        is: `const { normalizeRunId } = ${ADDON};`,
      },
      {
        from: "if (typeof payload.runId === 'object'",
        to: 'return payload.runId;',
        is: '  return normalizeRunId(payload.runId);',
      },
      { from: 'extractId(payload.runId)', is: '  const runId = normalizeRunId(payload.runId);' },
      { from: 'validateAndNormalize(payload.runId', is: '  const runId = normalizeRunId(payload.runId);' },
      { from: 'String(jobRunId)', is: '  return { ...rest, runId: normalizeRunId(jobRunId) };' },
      { from: 'job.run?.runId?.toString()', is: '  const runId = normalizeRunId(job.run?.runId);' },
    ],
  },
];

const withoutGaps = (lines) =>
  lines.filter(
    (line, index) => line !== '' || (lines[index - 1] !== '' && !lines[index - 1]?.endsWith(' {')),
  );

/** The text of a file after its edits; each must fit exactly one place. */
function edited(file, text, edits) {
  let lines = text.split('\n');
  for (const { from, to = from, and = 0, is } of edits) {
    const starts = lines.flatMap((line, index) => (line.includes(from) ? [index] : []));
    if (starts.length !== 1) throw new Error(`${file}: ${starts.length} lines hold ${from}`);
    const [start] = starts;
    const end = lines.findIndex((line, index) => index >= start && line.includes(to)) + and;
    if (end < start) throw new Error(`${file}: no line after ${from} holds ${to}`);
    lines = [...lines.slice(0, start), ...(is === '' ? [] : is.split('\n')), ...lines.slice(end + 1)];
  }
  return withoutGaps(lines).join('\n');
}

module.exports = { BY_HAND, edited };
