'use strict';

// The one place that makes a client ID of a name.
function clientIdOf(name) {
  return name.trim().replace(/\s+/g, '-'); // @run-id none
}

// From the header that the gateway sets. Not of a run ID.
function getClientId(req) { // @run-id none
  return req.headers['x-client-id'] ?? null;
}

function sameClient(a, b) {
  return a.toLowerCase() === b.toLowerCase(); // @run-id none
}

module.exports = { clientIdOf, getClientId, sameClient };
