'use strict';

// The key by which a method finds its row, decided from the arguments alone, before any query.

const binding = require('../binding.js');
const { reject } = require('../events/events.js');
const { baseOf, clientOf, createClientRunId, isRunId } = require('../core/run-id.js');

/** If the clientId key is present its value must be a client ID; undefined means it was lost. */
function checkClient(options, caller) {
  return Object.hasOwn(options, 'clientId') ? requireClient(options, caller) : undefined;
}

/** The client that options must name. */
function requireClient(options, caller) {
  const rejection = binding.refuseClientId(options.clientId, 'clientId');
  if (rejection) throw reject(rejection, caller);
  return options.clientId;
}

/**
 * @param {'Base' | 'Client'} wanted
 * @param {string} [clientId]
 */
function checkKind(runId, wanted, caller, clientId) {
  const rejection = binding.refuseKind(runId, wanted, caller.name);
  if (rejection) throw reject(rejection, caller, clientId);
}

function checkOwner(runId, clientId, caller) {
  if (clientId === undefined || clientOf(runId) === clientId) return;
  throw reject(binding.refuse('other-client', runId, null, 'clientId'), caller, clientId);
}

/** The key of a job. A job belongs to no client: a request with a clientId never reaches it. */
function jobKey(runId, options, caller) {
  const clientId = checkClient(options, caller);
  checkKind(runId, 'Base', caller, clientId);
  checkOwner(runId, clientId, caller);
  return runId;
}

/** The key of a client run: the client's run ID, or a base together with the client. */
function clientKey(runId, options, caller) {
  const clientId = checkClient(options, caller);
  if (clientId !== undefined && isRunId(runId) && clientOf(runId) === null)
    return createClientRunId(runId, clientId);
  checkKind(runId, 'Client', caller, clientId);
  checkOwner(runId, clientId, caller);
  return runId;
}

/** Either kind. */
function anyKey(runId, options, caller) {
  const clientId = checkClient(options, caller);
  const rejection = binding.refuseRunId(runId, caller.name, 'runId');
  if (rejection) throw reject(rejection, caller, clientId);
  checkOwner(runId, clientId, caller);
  return runId;
}

module.exports = {
  anyKey,
  baseOf,
  checkClient,
  checkKind,
  checkOwner,
  clientKey,
  clientOf,
  jobKey,
  requireClient,
};
