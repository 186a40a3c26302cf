'use strict';

// How Nest's handlers and guards access the run.

const binding = require('../../binding.js');
const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const packages = require('./packages.js');
const { storage } = require('../../context/run-in-hand.js');
const { isPlainObject, readOptions, typeError } = require('../../core/options.js');
const { reject, standIn } = require('../../events/events.js');

/** The parameter decorator. Nest calls its result, so errors and events name the decorator's line. */
function RunId(...pipes) {
  const made = madeAt(RunId);
  return packages.common.createParamDecorator(() => runInHand(RunId, made).runId)(...pipes);
}

function runInHand(caller, made) {
  const run = storage.getStore();
  if (run?.runId !== undefined) return run;
  const before = standIn.readStack;
  standIn.readStack = made;
  try {
    throw reject(binding.refuse('missing-in', undefined, '@RunId()'), caller);
  } finally {
    standIn.readStack = before;
  }
}

/** Not a boundary itself: a guard cannot put what follows it into a context. */
const ENTERED = { show() {}, routeOf: ({ method }) => method };

function runIdGuard(options) {
  if (!isPlainObject(options)) throw typeError('runIdGuard: the options must be a plain object', runIdGuard);
  const { clientId } = readOptions(options, { clientId: null }, runIdGuard);
  const made = madeAt(runIdGuard);
  const enter = boundaryOf({ clientId }, runIdGuard, ENTERED, made);
  return {
    canActivate(context) {
      // The run's own request first: each kind of context has a different name for its request.
      const { request = context.switchToHttp().getRequest() } = runInHand(runIdGuard, made);
      return enterWith(enter, request, () => true);
    },
  };
}

module.exports = { RunId, runIdGuard };
