'use strict';

// The heading of a page. The command line writes it, so that it shows at once, and the page's script keeps it.

const { counted, numeral } = require('../count.js');
const { outcomeText } = require('./outcome.js');

/** @param {string | null} runId */
function headingOfRun(runId) {
  return runId === null ? 'No run ID' : `Run ${runId}`;
}

/** @param report of page-data.js */
function headingOfReport({ runs, consistentRuns, findingCount, leftOut, limit }) {
  if (findingCount === 0)
    return runs === 0 ? 'No run to judge' : `${counted(runs, 'run')}, ${outcomeText({ leftOut }, limit)}`;
  const bad = runs - consistentRuns;
  if (bad === 0) return counted(findingCount, 'finding');
  return `${numeral(bad)} of ${counted(runs, 'run')} ${bad === 1 ? 'is' : 'are'} inconsistent`;
}

module.exports = { headingOfReport, headingOfRun };
