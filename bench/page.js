'use strict';

// How long opening the page of a run takes: until something is painted, and until its first events are drawn.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Browser } = require('../tools/browser.js');
const { runLines } = require('./log-lines.js');

const ROUNDS = 7;
const QUICK_ROUNDS = 2;
const PROCESSES = 30;
const RUN_ID = '251006-143000-Ann-Carver';
const COMMAND = path.join(__dirname, '..', 'bin', 'unified-run-id.js');

/** Milliseconds; a reader notices a longer wait. */
const BOUND = 500;

const caseOf = (events, entry, what) => ({
  title: `page of ${events} events, ${what}`,
  unit: 'ms',
  bounds: [{ atMost: BOUND }],
  events,
  entry,
});

const PAINT = 'first-contentful-paint';
const DRAWN = 'unified-run-id:drawn';

const CASES = {
  paint2000: caseOf(2_000, PAINT, 'first paint'),
  drawn2000: caseOf(2_000, DRAWN, 'first events drawn'),
  paint20000: caseOf(20_000, PAINT, 'first paint'),
  drawn20000: caseOf(20_000, DRAWN, 'first events drawn'),
};

async function measure(names, { isQuick, folder, progress }) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  const browser = await Browser.start();
  try {
    for (let round = 0; round < (isQuick ? QUICK_ROUNDS : ROUNDS); round++) {
      for (const events of new Set(names.map((name) => CASES[name].events))) {
        progress(`round ${round + 1}: page of ${events} events`);
        const times = await timesOf(browser, pageOf(events, folder));
        for (const name of names) {
          if (CASES[name].events === events) results[name].push(times[CASES[name].entry]);
        }
      }
    }
  } finally {
    await browser.stop();
  }
  return results;
}

/** The page of a run of that many events; written once. */
function pageOf(events, folder) {
  const file = path.join(folder, `run-${events}.html`);
  if (!fs.existsSync(file)) {
    const log = path.join(folder, `run-${events}.log`);
    fs.writeFileSync(log, [...runLines(RUN_ID, events, PROCESSES)].join(''));
    const args = [COMMAND, 'flow', RUN_ID, log, '--html', file];
    execFileSync(process.execPath, args, { stdio: 'ignore' });
  }
  return file;
}

/** Milliseconds from the start of the navigation, by entry of the browser's timeline. */
async function timesOf(browser, file) {
  const page = await browser.open(file);
  const times = await page.evaluate(
    async (entries) => {
      const startOf = (name) => performance.getEntriesByName(name)[0]?.startTime;
      while (entries.some((name) => startOf(name) === undefined)) await new Promise(requestAnimationFrame);
      return Object.fromEntries(entries.map((name) => [name, startOf(name)]));
    },
    [PAINT, DRAWN],
  );
  await page.context().close();
  return times;
}

module.exports = {
  CASES,
  says: `pages of flow --html with ${PROCESSES} processes, opened in Chromium from a file`,
  obstacle: Browser.obstacle,
  measure,
};
