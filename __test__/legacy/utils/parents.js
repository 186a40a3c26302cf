'use strict';

// What the caller was in when it called.

const HEADER = 'x-parent-run-id'; // @run-id none

function parentOf(req) {
  let parentRunId = req.headers[HEADER]; // @run-id none
  if (!parentRunId && req.body) parentRunId = req.body.parentRunId; // @run-id no-run-id-truthiness
  return parentRunId;
}

function withParent(headers, parentRunId) {
  return parentRunId === undefined ? headers : { ...headers, [HEADER]: parentRunId }; // @run-id none
}

function rootOf(runId, parents) {
  let root = runId; // @run-id none
  while (parents.has(root)) root = parents.get(root); // @run-id none
  return root;
}

module.exports = { parentOf, withParent, rootOf };
