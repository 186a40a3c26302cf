'use strict';

// What the servers of this matrix answer on `/run`: a GET may start a run, a POST continues one.

const assert = require('node:assert/strict');

const RUN_ID = '251006-143000-Ann-Carver';
const BASE = /^[0-9]{6}-[0-9]{6}$/;

async function continuesRuns({ ask }) {
  for (const [source, path, body] of [
    ['query', `/run?runId=${RUN_ID}`],
    ['body', '/run', { runId: RUN_ID }],
    ['query', `/run?runId=${RUN_ID}`, {}],
  ]) {
    const { status, answer } = await ask(path, { body });
    assert.ok(status === 200 || status === 201, `${status} ${JSON.stringify(answer)}`);
    assert.deepEqual(answer, { runId: RUN_ID, source, current: RUN_ID });
  }
}

async function startsRuns({ ask }) {
  const { status, answer } = await ask('/run');
  assert.equal(status, 200, JSON.stringify(answer));
  assert.match(answer.runId, BASE);
  assert.deepEqual(answer, { runId: answer.runId, source: 'generated', current: answer.runId });
}

/** Requests that are refused, with words that the answer must hold. */
const REFUSED = [
  [['/run?runId=nope'], 'Non-standard run ID format encountered: \\"nope\\" (req.query.runId)'],
  [['/run?runId='], 'Non-standard run ID format encountered: \\"\\" (req.query.runId)'],
  [[`/run?runId=${RUN_ID}&runId=${RUN_ID}`], 'Object passed to '],
  [['/run', { runId: 'nope' }], 'Non-standard run ID format encountered: \\"nope\\" (req.body.runId)'],
  [['/run', { runId: 251006 }], 'Number passed to '],
];

const refusesInWords = (server) => refuses(server, REFUSED);

/** Only where a POST may not start a run. */
const refusesNone = (server) => refuses(server, [[['/run', {}], 'No run ID found']]);

/** A refusal is answered with 400 and its own words, never with a stack, and logged as one line. */
async function refuses({ ask, errors }, requests) {
  const before = errors().length;
  for (const [[path, body], words] of requests) {
    const { status, answer } = await ask(path, { body });
    const text = JSON.stringify(answer);
    assert.equal(status, 400, `${path} ${JSON.stringify(body)}: ${text}`);
    assert.ok(text.includes(`STRICT RUN ID ERROR: ${words}`), `${path} ${JSON.stringify(body)}: ${text}`);
    assert.doesNotMatch(text, /node_modules|\.js:[0-9]/);
  }
  const lines = errors().slice(before);
  for (const line of lines) assert.match(line, /^\[run-id\] \{.*"event":"reject".*\}$/);
  assert.equal(lines.length, requests.length, lines.join('\n'));
}

/** All of it, as subtests. */
async function answersRuns(t, name, server) {
  await t.test(`${name} continues runs`, () => continuesRuns(server));
  await t.test(`${name} starts runs`, () => startsRuns(server));
  await t.test(`${name} answers a refusal with 400 and its words`, () => refusesInWords(server));
  await t.test(`${name} refuses to start a run where it may only continue one`, () => refusesNone(server));
}

module.exports = { answersRuns, continuesRuns, refusesInWords, startsRuns };
