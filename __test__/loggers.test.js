'use strict';

const assert = require('node:assert/strict');
const { Writable } = require('node:stream');
const { test } = require('node:test');
const pino = require('pino');
const winston = require('winston');
const { currentRunId, runWithRunId } = require('../context.js');

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
