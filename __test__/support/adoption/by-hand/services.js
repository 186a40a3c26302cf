'use strict';

// Services and the store.

module.exports = [
  { file: 'services/runs/index.js', why: 'the library is one import', isDeleted: true },
  {
    file: 'services/jobTracking.js',
    why: 'a job is made under the ID that it is given, and a client run under its own client',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: "const { clientRunIdFor, getBaseRunId, normalizeRunId } = require('unified-run-id');",
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
      {
        from: "'Run ID': clientRunId, 'Client ID'",
        is: [
          '    const baseRunId = getBaseRunId(clientRunId);',
          "    const fields = { 'Run ID': clientRunId, 'Job Run ID': baseRunId, 'Client ID': clientId };",
          "    return clientRunResults.create({ ...fields, Status: 'Running', Posts: 0, Emails: 0 });",
        ],
      },
      { from: '// The runs of a job: those', is: '' },
      {
        from: "FIND('${baseRunId}'",
        is: "    return clientRunResults.select({ filterByFormula: `{Job Run ID} = '${getBaseRunId(baseRunId)}'` });",
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
        is: "const { getBaseRunId } = require('unified-run-id');",
      },
      { from: 'standardizeRunId(runId)', is: '  return JobTracking.createJob({ runId, jobType });' },
      { from: 'baseOf(runId)', is: '    return await JobTracking.getJob(getBaseRunId(runId));' },
      {
        from: 'const clientRunId = ensureClientSuffix',
        to: 'runIds.cacheRecordId',
        is: "  const record = await JobTracking.createClientRun({ runId, clientId, source: 'adapter' });",
      },
      { from: 'const cached = runIds', to: 'if (cached)', is: '' },
      {
        from: 'async function createJobTrackingRecord',
        is: 'async function createJobRecord(runId, jobType) {',
      },
      { from: 'async function findJobTrackingRecord', is: 'async function findJobRecord(runId) {' },
      {
        from: 'async function updateJobTrackingRecord',
        to: 'return job ?',
        is: [
          'async function updateJobRecord(runId, updates) {',
          '  const job = await JobTracking.getJob(getBaseRunId(runId));',
          '  return Object.assign(job.fields, updates);',
        ],
      },
      { from: '  createJobTrackingRecord,', is: '  createJobRecord,' },
      { from: '  findJobTrackingRecord,', is: '  findJobRecord,' },
      { from: '  updateJobTrackingRecord,', is: '  updateJobRecord,' },
    ],
  },
  {
    file: 'services/leadScoring.js',
    why: 'a result holds a run ID, which nobody needs to dig out',
    edits: [
      { from: 'async function scoreOne(lead, run)', is: 'async function scoreOne(lead, runId) {' },
      { from: "typeof run === 'object'", is: '' },
      { from: 'extractId }', is: '' },
      { from: 'extractId(result.runId)', is: '  const id = result.runId;' },
    ],
  },
  {
    file: 'services/postHarvest.js',
    why: 'a harvest goes on in the run that started it, and an actor that nobody started is refused',
    edits: [
      {
        from: 'const tables = require',
        to: "require('./runIdService.js') }",
        is: [
          "const tables = require('../store/tables.js');",
          "const { clientRunIdFor, createClientRunId, generateTimestampRunId } = require('unified-run-id');",
        ],
      },
      {
        from: 'async function startHarvest',
        to: "normalizeRunId(master, clientId, 'harvest')",
        is: [
          'async function startHarvest({ clientId, parentRunId }) {',
          '  const runId = clientRunIdFor(parentRunId, clientId);',
        ],
      },
      { from: 'registerApifyRunId(apifyRunId, runId)', is: '' },
      {
        from: '// No link',
        to: '?? `apify-',
        is: [
          '  if (link === null) throw new Error(`No run of Apify run ${apifyRunId}`);',
          "  const runId = link.fields['Run ID'];",
        ],
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
        is: "const { getBaseRunId, getClientId, normalizeRunId } = require('unified-run-id');",
      },
      { from: "require('./unifiedRunIdService.js')", is: '' },
      {
        from: 'let runId;',
        to: 'return { run: stripClientSuffix',
        is: [
          '  const runId = normalizeRunId(input.runId);',
          '  return { run: getBaseRunId(runId), client: getClientId(runId), id: runId };',
        ],
      },
      { from: 'async function pushSafely', to: 'return runId;', and: 1, is: '' },
      { from: 'module.exports', is: 'module.exports = { push, pushAll, sentOf, sentAbout };' },
      {
        from: 'function sentAbout',
        to: 'id.includes(runId)',
        is: [
          'function sentAbout(runId) {',
          '  const base = getBaseRunId(runId);',
          '  return sent.find(({ run }) => run === base);',
        ],
      },
    ],
  },
  {
    file: 'services/notifications.js',
    why: 'there is one format',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: "const { isClientRunId, isRunId } = require('unified-run-id');",
      },
      { from: 'hasClientSuffix(runId)', is: "  const page = isClientRunId(runId) ? 'client-runs' : 'jobs';" },
      { from: 'const format = detectRunIdFormat', to: 'const isOld', is: '  const isOld = !isRunId(runId);' },
    ],
  },
  {
    file: 'services/leadImport.js',
    why: 'leads are imported into the run that is there',
    edits: [
      {
        from: 'adapter.updateJobTrackingRecord',
        is: '  await adapter.updateJobRecord(runId, { Imported: created.length });',
      },
      { from: 'adapter.findJobTrackingRecord', is: '  const existing = await adapter.findJobRecord(runId);' },
      { from: 'adapter.createJobTrackingRecord', is: "  return adapter.createJobRecord(runId, 'Import');" },
      {
        from: '?.indexOf(runId) === 0',
        is: "  return all.filter(({ fields }) => fields['Run ID'] === runId);",
      },
    ],
  },
  {
    file: 'services/billing.js',
    why: 'a run is charged by its run ID',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: "const { normalizeRunId } = require('unified-run-id');",
      },
      {
        from: 'const runId = run &&',
        to: 'return { charged: 0 }',
        is: '  const runId = normalizeRunId(run.runId);',
      },
      { from: '|| extractClientId(runId)', is: "  const clientId = fields['Client ID'];" },
      { from: '!!runId === false', is: '' },
    ],
  },
  {
    file: 'services/exporter.js',
    why: 'what is exported belongs to exactly the run',
    edits: [
      {
        from: "require('../utils/dates.js')",
        is: [
          "const { compactDay, fileStamp } = require('../utils/dates.js');",
          "const { normalizeRunId, parseRunId } = require('unified-run-id');",
        ],
      },
      {
        from: "throw new TypeError('Which run?')",
        to: "typeof runId === 'object'",
        is: '  const id = normalizeRunId(runId);',
      },
      {
        from: "FIND(\\'",
        is: "  const found = await posts.select({ filterByFormula: `{Run ID} = '${runId}'` });",
      },
      {
        from: 'const prefix =',
        to: 'clientRunResults.select({ filterByFormula })',
        is: [
          "  const wanted = day.replaceAll('-', '');",
          '  const all = await clientRunResults.select();',
          "  return all.filter(({ fields }) => compactDay(parseRunId(fields['Run ID']).startedAt) === wanted);",
        ],
      },
    ],
  },
  {
    file: 'services/leadQueue.js',
    why: 'an attempt is another attempt of the same run',
    edits: [
      {
        from: "require('../services/runs/ids.js')",
        is: "const { clientRunIdFor, normalizeRunId } = require('unified-run-id');",
      },
      {
        from: 'job?.runId?.id',
        to: 'createClientRunId(runId, job.clientId)',
        is: [
          '  const runId = normalizeRunId(job.runId);',
          '  const clientRunId = clientRunIdFor(runId, job.clientId);',
        ],
      },
      {
        from: 'const { runId, attempt = 1 }',
        to: 'return { ...job, runId: retryRunId',
        is: ['  const { attempt = 1 } = job;', '  return { ...job, attempt: attempt + 1 };'],
      },
    ],
  },
  {
    file: 'services/locks.js',
    why: 'what is locked is the run of a client',
    edits: [
      {
        from: '// One worker a run and client.',
        is: [
          "const { clientRunIdFor, getBaseRunId, isRunId } = require('unified-run-id');",
          '',
          '// One worker a run and client.',
        ],
      },
      { from: 'const key = `${runId}|${clientId}`', is: '  const key = clientRunIdFor(runId, clientId);' },
      {
        from: 'held.delete(`${runId}|${clientId}`)',
        is: '  return held.delete(clientRunIdFor(runId, clientId));',
      },
      { from: 'if (!runId) return 0;', is: '  const base = getBaseRunId(runId);' },
      {
        from: 'const [lockRunId] = key.split',
        to: 'if (lockRunId !== runId)',
        is: '    if (!isRunId(key) || getBaseRunId(key) !== base) continue;',
      },
    ],
  },
  {
    file: 'services/metrics.js',
    why: 'sums belong to the run of a client',
    edits: [
      {
        from: 'const sums = new Map()',
        is: [
          "const { clientRunIdFor, getBaseRunId } = require('unified-run-id');",
          '',
          'const sums = new Map();',
        ],
      },
      { from: 'return `${runId}:${clientId}`', is: '  return clientRunIdFor(runId, clientId);' },
      {
        from: 'row.runId.startsWith(baseRunId)',
        is: '  return [...sums.values()].filter((row) => getBaseRunId(row.runId) === baseRunId);',
      },
    ],
  },
  {
    file: 'services/audit.js',
    why: 'what belongs to a run is found by exactly its ID',
    edits: [
      {
        from: "require('./runs/index.js')",
        is: "const { getBaseRunId, normalizeRunId } = require('unified-run-id');",
      },
      {
        from: 'runs.standardizeRunId(runId)',
        is: '  if (runId !== undefined) entry.runId = normalizeRunId(runId);',
      },
      {
        from: 'LEFT({Run ID}, 13)',
        to: 'FIND(',
        is: [
          "  const results = await clientRunResults.select({ filterByFormula: `{Job Run ID} = '${getBaseRunId(runId)}'` });",
          '  const harvested = await posts.select({ filterByFormula: exact });',
          '  const scored = await leads.select({ filterByFormula: exact });',
        ],
      },
      {
        from: 'entry.runId?.startsWith(runId)',
        is: '  return trail.filter((entry) => entry.runId === runId);',
      },
      {
        from: "runId?.split('-', 2)",
        is: "  return records.filter(({ fields }) => !known.has(fields['Job Run ID']));",
      },
    ],
  },
  {
    file: 'services/comparison.js',
    why: 'a client is compared, not the end of a text',
    edits: [
      {
        from: "require('../store/tables.js')",
        is: [
          "const { getClientId, parseRunId } = require('unified-run-id');",
          "const { clientRunResults } = require('../store/tables.js');",
        ],
      },
      { from: "FIND('-${clientId}'", is: "  const filterByFormula = `{Client ID} = '${clientId}'`;" },
      {
        from: 'runId.slice(7, 13)',
        is: '  return parseRunId(runId).startedAt.getTime() === parseRunId(otherRunId).startedAt.getTime();',
      },
    ],
  },
  {
    file: 'services/dashboard.js',
    why: 'a search is for a run or for a client',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: [
          "const { getBaseRunId, getClientId } = require('unified-run-id');",
          "const { truncate } = require('../utils/strings.js');",
        ],
      },
      {
        from: 'stripClientSuffix(this.selectedRunId)',
        is: '    const base = getBaseRunId(this.selectedRunId);',
      },
      { from: 'hasClientSuffix(runId) ? clientOf', is: '    const clientId = getClientId(runId);' },
      { from: 'const shortRunId', is: '' },
      {
        from: 'label: shortRunId',
        is: "    return { runId, clientId, label: truncate(runId, 25), status: fields.Status, open: fields.Status === 'Running' };",
      },
      {
        from: 'const wanted = text.trim()',
        to: 'runId.toLowerCase()',
        is: [
          '    const wanted = text.trim();',
          '    return runIds.filter((runId) => runId === wanted || getClientId(runId) === wanted);',
        ],
      },
    ],
  },
  {
    file: 'services/runRecordRepository.js',
    why: 'a record is found by its run ID',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: "const { getBaseRunId } = require('unified-run-id');",
      },
      { from: 'async bySimilarRunId', to: 'stripClientSuffix(runId)', and: 1, is: '' },
      {
        from: "AND(FIND('${runId}'",
        is: "    const filter = `AND({Run ID} = '${runId}', {Client ID} = '${clientId}')`;",
      },
      {
        from: 'runId.substring(0, 13)',
        to: "SEARCH('${base}'",
        is: "    const [job] = await jobTracking.select({ filterByFormula: `{Run ID} = '${getBaseRunId(runId)}'` });",
      },
    ],
  },
  {
    file: 'services/spreadsheet.js',
    why: 'the runs of the actor platform are linked to exactly one of ours',
    edits: [
      {
        from: "FIND('${runId}', {Run ID})",
        is: "    return tables.apifyRuns.select({ filterByFormula: `{Run ID} = '${runId}'` });",
      },
    ],
  },
  {
    file: 'services/summaryBuilder.js',
    why: 'the clients of a job are those of its runs',
    edits: [
      {
        from: "FIND('${this.runId}'",
        is: "    const filterByFormula = `{Job Run ID} = '${getBaseRunId(this.runId)}'`;",
      },
      {
        from: "require('./jobTracking.js')",
        is: [
          "const { getBaseRunId, normalizeRunId } = require('unified-run-id');",
          "const { JobTracking } = require('./jobTracking.js');",
        ],
      },
      { from: 'run.runId ? String(run.runId)', is: '    const runId = normalizeRunId(run.runId);' },
    ],
  },
  {
    file: 'services/runProgress.js',
    why: 'a client is compared, not the end of a text',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: "const { extractClientId, getClientId } = require('./unifiedRunIdService.js');",
      },
      {
        from: 'runId.endsWith(clientId)',
        is: '      if (getClientId(runId) === clientId) mine.push({ runId, ...entry });',
      },
    ],
  },
  {
    file: 'services/slack.js',
    why: 'a run ID is taken apart by what made it',
    edits: [
      {
        from: "require('./unifiedRunIdService.js')",
        is: [
          "const { parseRunId } = require('unified-run-id');",
          "const { extractClientId, hasClientSuffix, stripClientSuffix } = require('./unifiedRunIdService.js');",
        ],
      },
      {
        from: 'const [day, clock, ...client]',
        to: "join('·')",
        is: [
          '  const { startedAt, clientId } = parseRunId(runId);',
          "  return [startedAt.toISOString().slice(5, 16), clientId].join('·');",
        ],
      },
    ],
  },
  {
    file: 'services/postgresMirror.js',
    why: 'the runs of a job have its run ID in a column',
    edits: [
      {
        from: 'WHERE run_id LIKE $1',
        is: "  return { text: 'SELECT * FROM client_run_results WHERE job_run_id = $1', values: [baseRunId] };",
      },
      { from: 'function searchRuns', to: 'run_id ILIKE', and: 1, is: '' },
      {
        from: 'module.exports',
        is: 'module.exports = { insertClientRun, selectClientRun, selectRunsOfJob, updateStatus, deleteOlder, linkApify };',
      },
    ],
  },
];
