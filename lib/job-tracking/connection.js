'use strict';

// Which errors of a database say that nothing was done.

/** Connection exceptions; completion unknown; shut down by the operator; a crash. */
const CUT_OFF = /^(?:08|40003|57P0|58|XX)/;

/**
 * Whether it is the server's own answer that it refused the statement. Anything else, from the network, the
 * driver or a proxy, leaves open what became of it.
 */
function isRefusal(error) {
  return (
    typeof error?.severity === 'string' &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code) &&
    !CUT_OFF.test(error.code)
  );
}

module.exports = { isRefusal };
