'use strict';

// The page of `flow --html`, as a person has it: in a browser, from a file.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { Browser } = require('../tools/browser.js');
const {
  CAUSES,
  madeEvent,
  madeFinding,
  madeFlow,
  processOf,
  writeRun,
} = require('./support/made-verdict.js');
const { faultsOf, inBothSchemes, overflowOf, textsOf, watchCopies } = require('./support/pages.js');

const RUN = '261126-024655-Ann-Carver';
const WRONG = '261126-024655-ann-carver';
const MISSING = { action: 'missing', table: 'client', runId: WRONG };

/** Of four services: an ID is changed in a worker, and missed by a mailer. */
function changedRun(more = []) {
  const events = [
    madeEvent('api', 0, 'generate'),
    madeEvent('api', 5, 'record', { action: 'created', table: 'client' }),
    madeEvent('worker', 9, 'receive', { source: 'url' }),
    madeEvent('audit', 12, 'resolve', { source: 'body' }),
    ...Array.from({ length: 8 }, (_, at) => madeEvent('audit', 13 + at, 'pass', { at: 'src/audit.js:4:3' })),
    madeEvent('worker', 30, 'pass', { runId: WRONG, at: 'src/worker.js:6:12' }),
    madeEvent('mailer', 40, 'record', MISSING),
    ...more,
    madeEvent('api', 60_000, 'record', { action: 'completed', table: 'client' }),
  ];
  const handOvers = [
    { event: 2, from: processOf('api'), to: processOf('worker'), proved: true },
    { event: 3, from: processOf('worker'), to: processOf('audit'), proved: false },
    { event: 13, from: processOf('worker'), to: processOf('mailer'), proved: false },
  ];
  const finding = madeFinding(CAUSES[0]);
  const marks = [{ event: 12, finding: 0, from: processOf('worker'), isChange: true }];
  return madeFlow(events, { handOvers, findings: [finding], marks });
}

const shownRows = (page) => page.locator('.row:visible').count();

if (Browser.isHere()) {
  describe('the page of a run', () => {
    let browser;
    before(async () => (browser = await Browser.start()));
    after(() => browser.stop());

    async function open(t, flow, { lines, ...settings } = {}) {
      const page = await browser.open(await writeRun(t, flow, lines), settings);
      t.after(() => page.context().close());
      return page;
    }

    test('explains the parts of its ID, what happened and what to do', async (t) => {
      const page = await open(t, changedRun());
      assert.equal(await page.title(), `Run ${RUN}`);
      assert.deepEqual(await textsOf(page, '.parts code'), [RUN.slice(0, 13), 'Ann-Carver']);
      assert.match((await textsOf(page, '.parts'))[0], /started 2026-11-26 at 02:46:55 UTC/);
      const [card] = await textsOf(page, '.card');
      for (const part of [
        'high',
        'Letters changed case',
        'At 02:46:55 worker (src/worker.js:6) turned \u2026-Ann-Carver into \u2026-ann-carver',
        'toLowerCase',
        'npx unified-run-id flow',
        'logs/worker.log:2',
      ])
        assert.ok(card.includes(part), `${part}: ${card}`);
      assert.match(await page.locator('.frame').textContent(), /2 files.*api, worker, audit, mailer/s);
    });

    test('has a lane for each service, a row for each event, and long silences in words', async (t) => {
      const replicas = [2, 3].map((number) =>
        madeEvent('audit', 45 + number, 'found', { process: processOf('audit', number) }),
      );
      const page = await open(t, changedRun(replicas));
      assert.deepEqual(await textsOf(page, '.lane-head .name'), ['api', 'worker', 'audit', 'mailer']);
      assert.deepEqual(await textsOf(page, '.row .gap'), ['1 min later']);
      const places = await page
        .locator('.row:visible')
        .evaluateAll((rows) =>
          rows.map((row) => [
            row.querySelector('.who').textContent,
            row.querySelector('.mark').getBoundingClientRect(),
          ]),
        );
      const lanes = await page
        .locator('.lane-head .lane')
        .evaluateAll((all) =>
          all.map((lane) => lane.getBoundingClientRect()).map(({ left, right }) => (left + right) / 2),
        );
      assert.equal(new Set(lanes).size, 4);
      const names = ['api', 'worker', 'audit', 'mailer'];
      for (const [who, { left, right }] of places) {
        const lane = lanes.findIndex((middle) => Math.abs(middle - (left + right) / 2) < 20);
        assert.equal(names[lane], who.replace(/@.*/, ''));
      }
      // Replicas have a lane together, and names of their own.
      const audits = places.map(([who]) => who).filter((who) => who.startsWith('audit'));
      assert.deepEqual(
        new Set(audits),
        new Set(['audit@web-1/4001', 'audit@web-1/4002', 'audit@web-1/4003']),
      );
    });

    test('tells proved hand-overs from what was seen next, and accuses whom the finding names alone', async (t) => {
      const flow = changedRun();
      const page = await open(t, flow);
      const arrows = await page
        .locator('.row .arrow')
        .evaluateAll((all) =>
          all.map((arrow) => [
            getComputedStyle(arrow).borderTopStyle,
            getComputedStyle(arrow, '::after').content !== 'none',
            getComputedStyle(arrow).borderTopColor,
          ]),
        );
      assert.deepEqual(
        arrows.map(([style, hasHead]) => [style, hasHead]),
        [
          ['solid', true],
          ['dotted', false],
          ['dotted', false],
        ],
      );
      const bad = await page
        .locator('.severity.high')
        .first()
        .evaluate((word) => getComputedStyle(word).color);
      assert.ok(arrows.every(([, , colour]) => colour !== bad));
      assert.equal(await page.locator('.loop').count(), 1);
      assert.match(await page.locator('.row', { has: page.locator('.loop') }).textContent(), /worker.*pass/s);

      // It arrived changed: nobody is accused.
      flow.marks[0].isChange = false;
      const other = await open(t, flow);
      assert.equal(await other.locator('.loop').count(), 0);
      assert.equal(await other.locator('.row.found').count(), 1);
    });

    test('folds equal events, and shows all of them when asked', async (t) => {
      const page = await open(t, changedRun());
      assert.equal(await shownRows(page), 8);
      const fold = page.locator('.row:visible', { hasText: '\u00d78' });
      await fold.click();
      await page.getByRole('button', { name: 'Show all of them' }).click();
      assert.equal(await shownRows(page), 15);
      await page.reload();
      await fold.focus();
      await page.keyboard.press('Enter');
      assert.equal(await shownRows(page), 15);
      await page.reload();
      // What is searched is found in a fold too.
      await page.getByLabel('Search').fill('audit.log:18');
      assert.equal(await shownRows(page), 1);
    });

    test('has the details of an event only when one is chosen: its line with the run ID marked, its JSON spread', async (t) => {
      const line = `2026-11-26 [run-id] {"event":"pass","runId":"${RUN}","n":1.50,"list":[1,{"a":"x: y, {z}"}],"none":{}}`;
      const page = await open(t, changedRun(), { lines: [line] });
      const details = page.locator('.details');
      assert.equal(await details.isVisible(), false);
      await page.locator('.row', { hasText: 'generate' }).hover();
      assert.equal(await details.isVisible(), false);
      await page.locator('.row', { hasText: 'generate' }).click();
      const shown = await details.locator('pre').textContent();
      assert.equal(shown.replace(/\s/g, ''), line.replace(/\s/g, ''));
      assert.ok(
        shown.includes(
          `\n  "n": 1.50,\n  "list": [\n    1,\n    {\n      "a": "x: y, {z}"\n    }\n  ],\n  "none": {}\n}`,
        ),
        shown,
      );
      assert.deepEqual(await details.locator('mark').allTextContents(), [RUN]);
      const copied = await watchCopies(page);
      for (const [at, text] of [RUN, 'logs/api.log:1'].entries()) {
        await details.getByRole('button', { name: 'Copy' }).nth(at).click();
        assert.equal(await copied(), text);
      }
      await details.getByRole('button', { name: 'Close' }).click();
      assert.equal(await details.isVisible(), false);
    });

    test('works by the keyboard alone', async (t) => {
      const page = await open(t, changedRun());
      const focused = () => page.evaluate(() => document.activeElement.id);
      await page.locator('.row').first().focus();
      for (const [key, id] of [
        ['ArrowDown', 'event-1'],
        ['ArrowDown', 'event-2'],
        ['ArrowUp', 'event-1'],
        ['End', 'event-14'],
        ['ArrowDown', 'event-14'],
        // Over the fold.
        ['PageUp', 'event-0'],
        ['n', 'event-12'],
        ['n', 'event-12'],
        ['Home', 'event-0'],
        ['ArrowUp', 'event-0'],
        ['PageDown', 'event-14'],
        ['p', 'event-12'],
      ]) {
        await page.keyboard.press(key);
        assert.equal(await focused(), id, key);
      }
      assert.deepEqual(
        await page.locator('[aria-selected=true]').evaluateAll((all) => all.map(({ id }) => id)),
        [await focused()],
      );
      assert.equal(await page.locator('.row[tabindex="0"]').count(), 1);
      await page.keyboard.press('/');
      await page.keyboard.type('worker.js:6');
      assert.equal(await shownRows(page), 1);
      await page.locator('.row:visible').focus();
      await page.keyboard.press('ArrowUp');
      assert.equal(
        await page.locator(`#${await focused()}`).isVisible(),
        true,
        'only shown rows are gone to',
      );
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.details').isVisible(), false, 'first the event');
      await page.keyboard.press('Escape');
      assert.equal(await shownRows(page), 8, 'then the filters');
    });

    test('has filters and the chosen event in its address', async (t) => {
      const page = await open(t, changedRun(), { hash: '#event=13&q=missing' });
      assert.match(await page.locator('[aria-selected=true]').textContent(), /missing client/);
      assert.equal(await shownRows(page), 1);
      await page.getByLabel('Search').fill('');
      await page.getByLabel('Service', { exact: true }).selectOption({ label: 'worker' });
      assert.equal(await page.evaluate(() => location.hash), '#event=13&service=1');
      assert.equal(await shownRows(page), 2);
      await page.getByRole('button', { name: 'Show the event' }).click();
      assert.equal(await page.evaluate(() => location.hash), '#event=12&service=1');
      const copied = await watchCopies(page);
      await page.getByRole('button', { name: 'Copy link' }).click();
      assert.ok((await copied()).endsWith('#event=12&service=1'));
    });

    test('shows the whole run to scale, and goes where it is pressed', async (t) => {
      const page = await open(t, changedRun());
      const [first, last] = await textsOf(page, '.overview .ends span:is(:first-child, :last-child)');
      assert.deepEqual([first, last], ['+0.000 s', '+1:00.000']);
      assert.match(await page.locator('.overview').textContent(), /a silence is shortened/);
      const box = await page.locator('.overview svg').boundingBox();
      await page.mouse.click(box.x + box.width - 2, box.y + 3);
      assert.match(await page.locator('[aria-selected=true]').textContent(), /completed client/);
    });

    test('is a list with badges on a phone, never wider than its window', async (t) => {
      const page = await open(t, changedRun(), { viewport: { width: 390, height: 844 } });
      assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] });
      assert.equal(await page.locator('.row .lanes:visible').count(), 0);
      assert.deepEqual((await textsOf(page, '.row:visible .who')).slice(0, 4), [
        'api',
        'api',
        'worker',
        'audit',
      ]);
      await page.locator('.row').first().click();
      assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] });
    });

    test('of a thousand services is a list, never wider than its window', async (t) => {
      const many = Array.from({ length: 1000 }, (_, at) =>
        madeEvent(`${'service-'.repeat(20)}${at}`, 41 + at, 'found'),
      );
      const page = await open(t, changedRun(many));
      for (const width of [390, 768, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] }, String(width));
      }
      assert.equal(await page.locator('.row .lanes:visible').count(), 0);
    });

    test('of a dozen services has lanes, never wider than its window', async (t) => {
      const many = Array.from({ length: 8 }, (_, at) =>
        madeEvent(`${'service-'.repeat(20)}${at}`, 41 + at, 'found'),
      );
      const page = await open(t, changedRun(many));
      for (const width of [768, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] }, String(width));
      }
      assert.ok((await page.locator('.row .lanes:visible').count()) > 0);
      assert.deepEqual(await faultsOf(page), []);
    });

    for (const [count, layout, isOpen] of [
      [5, 'wide', true],
      [6, 'narrow', true],
      [7, 'narrow', false],
      [12, 'narrow', false],
      [13, 'list', false],
    ]) {
      const told = isOpen ? 'told' : 'folded';
      test(`of ${count} services has the layout ${layout}, and its processes are ${told}`, async (t) => {
        const page = await open(
          t,
          madeFlow(Array.from({ length: count }, (_, at) => madeEvent(`service-${at}`, at, 'pass'))),
        );
        assert.equal(await page.locator(`.chart.${layout}`).count(), 1);
        assert.equal(await page.locator('.lives').isVisible(), isOpen);
      });
    }

    test('draws one hundred events before anything else, and goes twenty further by Page Down', async (t) => {
      const events = Array.from({ length: 1000 }, (_, at) => madeEvent('api', at, 'pass'));
      const page = await open(t, madeFlow(events));
      // A browser that never has time for the rest.
      await page.addInitScript(() => (window.requestIdleCallback = () => 0));
      await page.reload();
      assert.equal(await page.locator('.chunk').count(), 10);
      assert.equal(await page.locator('.row').count(), 100);
      await page.locator('.row').first().focus();
      await page.keyboard.press('PageDown');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'event-20');
    });

    test('says whose run it is before its script runs', async (t) => {
      const page = await open(t, changedRun(), { javaScriptEnabled: false });
      assert.deepEqual(await textsOf(page, 'h1'), [`Run ${RUN}`]);
    });

    test('spreads the JSON of a line of at most 100,000 characters', async (t) => {
      const lines = [100_000, 100_001].map((length) => `{"a":"${'x'.repeat(length - 8)}"}`);
      const events = lines.map((_, text) => madeEvent('api', text, 'pass', { text }));
      const page = await open(t, madeFlow(events), { lines });
      for (const [at, isSpread] of [true, false].entries()) {
        await page.locator(`#event-${at}`).click();
        const shown = await page.locator('.details pre').textContent();
        assert.equal(shown.includes('\n'), isSpread, `${lines[at].length}`);
      }
    });

    test('keeps the focused event clear of the head and the details, in small windows too', async (t) => {
      const page = await open(t, changedRun());
      for (const [width, height] of [
        [400, 800],
        [700, 450],
        [1400, 900],
      ]) {
        await page.setViewportSize({ width, height });
        await page.locator('.row').first().focus();
        for (let at = 0; at < 14; at++) {
          await page.keyboard.press(at < 7 ? 'ArrowDown' : 'ArrowUp');
          const [row, details] = await Promise.all(
            ['.row:focus .what', '.details'].map((one) => page.locator(one).boundingBox()),
          );
          const head = (await page.locator('.lane-head').boundingBox()) ?? { y: 0, height: 0 };
          assert.ok(
            row.y >= head.y + head.height - 1 && row.y + row.height <= details.y + 1,
            `${width}: ${at}: ${JSON.stringify({ row, head, details })}`,
          );
        }
      }
    });

    test('folds all but a few findings, and prints them all', async (t) => {
      const flow = changedRun();
      flow.findings = Array.from({ length: 250 }, (_, at) => madeFinding(CAUSES[0], at));
      flow.marks = flow.findings.map((_, finding) => ({ event: 12, finding, from: null, isChange: false }));
      const page = await open(t, flow);
      const cards = page.locator('.card');
      assert.equal(await cards.count(), 3);
      await page.getByText('247 more findings').click();
      await cards.nth(249).waitFor();
      await page.reload();
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      assert.equal(await page.locator('.card:visible').count(), 250);
    });

    test('is accessible in light and dark, and says whose settings it follows', async (t) => {
      const page = await open(t, changedRun(), { hash: '#event=12' });
      assert.deepEqual(await inBothSchemes(page), { faults: [], backgrounds: 2 });
    });

    test('that is well says so, and so does one without events', async (t) => {
      const events = [madeEvent('api', 0, 'generate'), madeEvent('api', 1, 'pass')];
      const fine = await open(t, madeFlow(events));
      assert.match((await textsOf(fine, '.fine'))[0], /^Consistent/);
      assert.equal(await fine.locator('.loop, .row.found, .card').count(), 0);
      const none = await open(t, madeFlow([]));
      assert.match((await textsOf(none, '.none'))[0], /^These files have no events/);
      assert.deepEqual([...fine.complaints, ...none.complaints], []);
    });
  });
}
