'use strict';

// What handlers and guards of Nest know of the run.

const binding = require('../../binding.js');
const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const packages = require('./packages.js');
const { storage } = require('../../context/run-in-hand.js');
const { isPlainObject, readOptions, typeError } = require('../../core/options.js');
const { reject } = require('../../events/events.js');

let decorator = null;

/** The decorator of a parameter. */
function RunId(...pipes) {
  decorator ??= packages.common.createParamDecorator(() => runInHand(RunId).runId);
  return decorator(...pipes);
}

function runInHand(caller) {
  const run = storage.getStore();
  if (run?.runId === undefined) throw reject(binding.refuse('missing-in', undefined, '@RunId()'), caller);
  return run;
}

/** No boundary of its own: a guard cannot put what comes after it into a context. */
const ENTERED = { show() {}, routeOf: ({ method }) => method };

function runIdGuard(options) {
  if (!isPlainObject(options)) throw typeError('runIdGuard: the options must be a plain object', runIdGuard);
  const { clientId } = readOptions(options, { clientId: null }, runIdGuard);
  const enter = boundaryOf({ clientId }, runIdGuard, ENTERED, madeAt(runIdGuard));
  return {
    canActivate() {
      // Of GraphQL too, where the request is not the context's.
      const { request } = runInHand(runIdGuard);
      return enterWith(enter, request, () => true);
    },
  };
}

module.exports = { RunId, runIdGuard };
