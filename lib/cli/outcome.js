'use strict';

// What a verdict without findings says.

/**
 * Whether that is not good news: nothing could be judged, or not everything was read.
 *
 * @param summary of a verdict
 */
function isUnjudged({ runs, problems, unread, observedCount }) {
  return problems.length > 0 || unread > 0 || (runs === 0 && observedCount === 0);
}

/** In words, if there are no runs. */
function nothingText({ observedCount }) {
  return observedCount > 0
    ? 'No runs to judge'
    : 'Nothing to judge: these logs have no run IDs and no events';
}

/** What is said of the runs, if there are any. */
function outcomeText({ leftOut }, limit = '') {
  return `${leftOut === 0 ? 'consistent' : 'no findings that match the filters'}${limit}`;
}

module.exports = { isUnjudged, nothingText, outcomeText };
