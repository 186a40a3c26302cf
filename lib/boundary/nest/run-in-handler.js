'use strict';

// What handlers and guards of Nest know of the run.

const binding = require('../../binding.js');
const { boundaryOf, enterWith, madeAt } = require('../boundary.js');
const packages = require('./packages.js');
const { storage } = require('../../context/run-in-hand.js');
const { isPlainObject, readOptions, typeError } = require('../../core/options.js');
const { reject, standIn } = require('../../events/events.js');

/** The decorator of a parameter. Nest calls what it makes, so errors and events name the line of the decorator. */
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

/** No boundary of its own: a guard cannot put what comes after it into a context. */
const ENTERED = { show() {}, routeOf: ({ method }) => method };

function runIdGuard(options) {
  if (!isPlainObject(options)) throw typeError('runIdGuard: the options must be a plain object', runIdGuard);
  const { clientId } = readOptions(options, { clientId: null }, runIdGuard);
  const made = madeAt(runIdGuard);
  const enter = boundaryOf({ clientId }, runIdGuard, ENTERED, made);
  return {
    canActivate(context) {
      // That of the run first: what a context calls its request differs between kinds of contexts.
      const { request = context.switchToHttp().getRequest() } = runInHand(runIdGuard, made);
      return enterWith(enter, request, () => true);
    },
  };
}

module.exports = { RunId, runIdGuard };
