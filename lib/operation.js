'use strict';

// The operation in hand, as far as this process knows of any. Its own module, so that events can ask without
// loading what keeps the context: most processes never have one.

let read = null;

function currentOperation() {
  return read === null ? null : read();
}

/** Sets what knows the operation in hand. */
function onOperationAsked(reader) {
  read = reader;
}

module.exports = { currentOperation, onOperationAsked };
