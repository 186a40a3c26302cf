'use strict';

// When observations are reported: a minute after the first one, and at exit.

const { setTimeout } = require('node:timers');
const { loadObservedCounts } = require('../events/events.js');
const { writeObserved } = require('../events/log.js');
const { outsideRun } = require('../events/operation.js');

/** Milliseconds between an observation and the line that reports it. */
const PERIOD = 60_000;

let isDue = false;

// If a test runner ends before its process, nothing can be loaded any more at exit.
loadObservedCounts();

/** Makes sure that the current observation will be reported. */
function tellLater() {
  if (isDue) return;
  outsideRun(() => setTimeout(tell, PERIOD).unref?.());
  // Not before: if the stack was full, no timer was started, and there would never be another one.
  isDue = true;
}

function tell() {
  isDue = false;
  writeObserved();
}

module.exports = { tellLater };
