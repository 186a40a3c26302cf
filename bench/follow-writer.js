'use strict';

// A service whose log is followed. Its arguments: how many requests it gets that name two runs, one every 200 ms; and
// `on` if correct requests follow.

const { generateTimestampRunId, resolveRunId } = require('..');

const EVERY_MS = 200;

const goesOn = process.argv[3] === 'on';
let left = Number(process.argv[2]);

const timer = setInterval(() => {
  const query = { runId: generateTimestampRunId() };
  if (left > 0) {
    left -= 1;
    const body = { runId: generateTimestampRunId() };
    resolveRunId({ query, body }, { onConflict: 'report' });
  } else if (goesOn) {
    resolveRunId({ query });
  } else {
    clearInterval(timer);
  }
}, EVERY_MS);
