'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { Writable } = require('node:stream');
const { test } = require('node:test');
const pino = require('pino');
const winston = require('winston');
const { currentRunId, runWithRunId } = require('../lib/context/index.js');
const { CommandLine } = require('../tools/command-line.js');
const { Workspace } = require('../tools/workspace.js');

const ANN = '251006-143000-Ann-Carver';

/** A stream that keeps the JSON lines written to it. */
function lineKeeper() {
  const lines = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(chunk));
      done();
    },
  });
  return { lines, stream };
}

/** Logs outside a run, inside one and after an await in it; gives the run IDs of the lines. */
async function logAround(logger, lines) {
  logger.info('outside');
  await runWithRunId(ANN, async () => {
    logger.info('inside');
    await null;
    logger.info('after an await');
  });
  await new Promise(setImmediate);
  return lines.map(({ runId }) => runId);
}

test('a mixin of pino puts the run ID into every line of a run', async () => {
  const { lines, stream } = lineKeeper();
  const logger = pino({ mixin: () => ({ runId: currentRunId() }) }, stream);
  assert.deepEqual(await logAround(logger, lines), [undefined, ANN, ANN]);
});

test('a format of winston puts the run ID into every line of a run', async () => {
  const { lines, stream } = lineKeeper();
  const withRun = winston.format((info) => Object.assign(info, { runId: currentRunId() }));
  const logger = winston.createLogger({
    format: winston.format.combine(withRun(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  });
  assert.deepEqual(await logAround(logger, lines), [undefined, ANN, ANN]);
});

const ROOT = path.join(__dirname, '..');
const DOCUMENT = fs.readFileSync(path.join(ROOT, 'docs', 'logging.md'), 'utf8');

/** The code that the document gives for a logger. */
function recipeOf(name) {
  return new RegExp(`^## ${name}\n+\`\`\`js\n([^]*?)^\`\`\`$`, 'm').exec(DOCUMENT)[1];
}

/** Makes a client's record and looks it up by an ID that was changed on the way. */
const PROGRAM = `
const { JobTracking } = require('unified-run-id/job-tracking');
const { createPGlite } = require(${JSON.stringify(path.join(ROOT, 'tools', 'pglite.js'))});

(async () => {
  const db = await createPGlite();
  const jobs = new JobTracking({ db });
  await jobs.migrate();
  const { runId } = await jobs.createJob({ jobType: 'stream' });
  await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
  const error = await jobs.getClientRun(runId + '-ann-carver').catch((error) => error);
  await db.close();
  if (error.code !== 'ERR_JOB_NOT_FOUND') throw error;
})();
`;

for (const name of ['pino', 'winston', 'console']) {
  test(`check finds the rejection of a lookup in what the documented recipe for ${name} writes`, async (t) => {
    const workspace = new Workspace(t);
    for (const dependency of ['pino', 'winston']) {
      fs.symlinkSync(
        path.join(ROOT, 'node_modules', dependency),
        workspace.path('node_modules', dependency),
        'junction',
      );
    }
    workspace.write(
      'service.js',
      `const { configure } = require('unified-run-id');\n${recipeOf(name)}${PROGRAM}`,
    );
    const { code, stdout, stderr } = await workspace.run('service.js', { env: { DEBUG_RUN_ID: '1' } });
    assert.equal(code, 0, stderr);
    const [written, other] = name === 'console' ? [stderr, stdout] : [stdout, stderr];
    assert.equal(other, '');
    workspace.write('service.log', written);
    const check = await new CommandLine(t, workspace.folder).run(['check', '--json', 'service.log']);
    assert.equal(check.code, 1, check.stderr);
    const { findings } = JSON.parse(check.stdout);
    assert.deepEqual(
      findings.map((finding) => [finding.class, finding.runId.slice(13), finding.confidence]),
      [['case-changed', '-ann-carver', 'certain']],
    );
  });
}

/** Loggers that are given an event as fields of a line, and not as its message. */
const WITH_FIELDS = {
  pino: "const log = require('pino')();\nconst logger = (event) => log.warn(event);",
  winston: `const winston = require('winston');
const log = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Console()] });
const logger = (event) => log.warn('run ID', event);`,
};

const WITHOUT_RUN_IDS = `
require('unified-run-id').configure({ logger, service: 'api' });
const { normalizeRunId } = require('unified-run-id');
const { observeResolve, observeRunId } = require('unified-run-id/observe');
for (let at = 0; at < 40; at++) {
  observeRunId('job_7', { place: 'webhook' });
  observeResolve({ query: {} }, 'x', { place: 'start' });
  try { normalizeRunId('foo-bar'); } catch {}
}
`;

for (const [name, recipe] of Object.entries(WITH_FIELDS)) {
  test(`check reads what was observed and refused where ${name} writes it as fields, also without any run ID`, async (t) => {
    const workspace = new Workspace(t);
    fs.symlinkSync(path.join(ROOT, 'node_modules', name), workspace.path('node_modules', name), 'junction');
    // First, so that its last lines come before the logger closes its stream at the exit.
    workspace.write('service.js', `require('unified-run-id');\n${recipe}${WITHOUT_RUN_IDS}`);
    const { code, stdout, stderr } = await workspace.run('service.js');
    assert.deepEqual([code, stderr], [0, '']);
    assert.doesNotMatch(stdout, /\[run-id\] |\d{6}-\d{6}/);
    const collected = stdout.replace(/^/gm, 'web-1  | ').replace(/web-1 {2}\| $/, '');
    const quoted = stdout.replace(/^.+$/gm, (line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout' }));
    workspace.write('service.log', stdout);
    workspace.write('compose.log', collected);
    workspace.write('docker.log', quoted);
    const cli = new CommandLine(t, workspace.folder);
    workspace.write('service.extract', (await cli.run(['extract', 'service.log'])).stdout);
    for (const file of ['service.log', 'compose.log', 'docker.log', 'service.extract']) {
      const check = await cli.run(['check', '--json', file]);
      assert.equal(check.code, 1, check.stderr);
      const { observed, findings } = JSON.parse(check.stdout);
      assert.deepEqual(
        observed.map(({ service, place, state, seen, confidence }) => [
          service,
          place,
          state,
          seen,
          confidence,
        ]),
        [
          ['api', 'webhook', 'refused', 40, 'likely'],
          ['api', 'start', 'generates', 40, 'likely'],
        ],
        file,
      );
      const told = findings.map(({ class: kind, runId, at, confidence, consequenceCount }) => [
        kind,
        runId,
        at,
        confidence,
        consequenceCount,
      ]);
      assert.deepEqual(told, [['not-an-id', 'foo-bar', told[0][2], 'likely', 39]], file);
    }
  });
}
