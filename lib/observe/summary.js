'use strict';

// When what was observed is told: a minute after it was, and at the exit.

const { setTimeout } = require('node:timers');
const { loadObservedCounts } = require('../events/events.js');
const { writeObserved } = require('../events/log.js');
const { outsideRun } = require('../events/operation.js');

/** Milliseconds between what is observed and the line that tells it. */
const PERIOD = 60_000;

let isDue = false;

// Where a test runner ends before its process, nothing can be loaded any more at the exit.
loadObservedCounts();

/** Makes sure that what is observed now is told. */
function tellLater() {
  if (isDue) return;
  outsideRun(() => setTimeout(tell, PERIOD).unref?.());
  // Not before: where the stack is full no timer was started, and there would never be another one.
  isDue = true;
}

function tell() {
  isDue = false;
  writeObserved();
}

module.exports = { tellLater };
