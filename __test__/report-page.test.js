'use strict';

// The page of `check --html`, as a person has it, of verdicts that are made up.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { after, before, describe, test } = require('node:test');
const { Browser } = require('../tools/browser.js');
const { CAUSES, madeFinding, madeVerdict, writeReport } = require('./support/made-verdict.js');
const {
  faultsOf,
  inBothSchemes,
  linesOf,
  overflowOf,
  printed,
  textsOf,
  titled,
  watchCopies,
} = require('./support/pages.js');

const WIDTHS = [390, 768, 1440];

test('a page asks for no more of a verdict than it shows', async (t) => {
  const verdict = madeVerdict(8000, { causes: 400, isSpread: true });
  const told = { findings: 0, groups: 0 };
  const counting = (name) => (from, count) => {
    const json = verdict[name](from, count);
    told[name] += JSON.parse(json).length;
    return json;
  };
  await writeReport(t, { ...verdict, findings: counting('findings'), groups: counting('groups') });
  // Of 300 groups 5,000 findings and one at least, and each example in full; groups come in batches.
  assert.deepEqual(told, { findings: 5000 + 50 + 300, groups: 400 });
});

if (Browser.isHere()) {
  describe('the page of a report', () => {
    let browser;
    before(async () => (browser = await Browser.start()));
    after(() => browser.stop());

    async function open(t, verdict, settings) {
      const file = await writeReport(t, verdict);
      const page = await browser.open(file, settings);
      t.after(() => page.context().close());
      return Object.assign(page, { file });
    }

    const shownCauses = (page) => page.locator('.cause:visible .title').allTextContents();

    for (const [count, causes] of [
      [1, 1],
      [101, 4],
      [5000, 300],
    ]) {
      test(`of ${count} findings is never wider than its window`, async (t) => {
        const page = await open(t, madeVerdict(count, { causes }));
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.evaluate(() => document.querySelectorAll('.opener[aria-expanded=false]')[0]?.click());
          assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] }, String(width));
        }
        await page.evaluate(() => (location.hash = document.querySelector('a.open').getAttribute('href')));
        await page.locator('.chart').waitFor();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] }, `run, ${width}`);
        }
      });
    }

    test('of 5,000 findings has at most 1.5 MB', async (t) => {
      for (const causes of [1, 5, 5000]) {
        const verdict = madeVerdict(5000, { causes, isSpread: true });
        const { size } = fs.statSync(await writeReport(t, verdict));
        assert.ok(size <= 1_500_000, `${causes} causes: ${size}`);
      }
    });

    test('says first how bad it is, in words, and what was read', async (t) => {
      const page = await open(t, madeVerdict(101));
      assert.equal(await page.locator('h1').textContent(), '101 of 110 runs are inconsistent');
      assert.deepEqual(await textsOf(page, '.total'), ['99 high', '1 medium', '1 low']);
      const frame = await page.locator('.frame').textContent();
      for (const part of [
        '2 files, 1.2 MB, 34,002 lines',
        '2026-11-26 02:46:55 to 03:08:48 UTC',
        'api, worker',
        'worker: 3 lines missing',
        'unified-run-id 9.9.9',
        'logs/api.log',
        '34,000',
        'unified-run-id check logs/api.log logs/worker.log --html page.html',
      ])
        assert.ok(frame.includes(part), `${part}: ${frame}`);
    });

    test('says how bad it is before its script runs', async (t) => {
      const page = await open(t, madeVerdict(101), { javaScriptEnabled: false });
      assert.deepEqual(await textsOf(page, 'h1'), ['101 of 110 runs are inconsistent']);
    });

    test('without findings says so, and what was read all the more', async (t) => {
      const page = await open(t, madeVerdict(0));
      assert.equal(await page.locator('h1').textContent(), '9 runs, consistent.');
      assert.equal(await page.getByText('logs/worker.log', { exact: true }).isVisible(), true);
      assert.deepEqual(page.complaints, []);
      assert.deepEqual(await faultsOf(page), []);
    });

    test('has a table of what was observed, whatever the places are called, with findings and without', async (t) => {
      const place = (name, state, more) => ({
        service: 'api',
        place: name,
        others: false,
        state,
        seen: 1204,
        same: 1200,
        wouldGenerate: 0,
        refused: [],
        firstTime: null,
        lastTime: null,
        confidence: 'certain',
        ...more,
      });
      const refused = [
        {
          outcome: 'would-throw',
          code: 'ERR_RUN_ID_FORMAT',
          count: 4,
          received: '<img src=x onerror=alert(1)>',
        },
      ];
      const observed = [
        place('</script><b>POST /jobs</b>', 'refused', { refused }),
        place(null, 'unplaced', { others: true }),
        place('worker', 'ready'),
      ];
      for (const count of [0, 101]) {
        const page = await open(t, madeVerdict(count, { observed }));
        const rows = await textsOf(page, '.observed tbody tr');
        assert.equal(rows.length, 3);
        for (const part of [
          'refused',
          '1,204',
          '</script><b>POST /jobs</b>',
          '4 ERR_RUN_ID_FORMAT',
          '<img src=x',
        ])
          assert.ok(rows[0].includes(part), rows[0]);
        assert.match(rows[1], /all other places/);
        assert.match(
          await page.locator('.observed').textContent(),
          /Observed: 3 places, 1 ready to be switched\./,
        );
        assert.deepEqual(page.complaints, []);
        assert.deepEqual(await faultsOf(page), []);
      }
    });

    test('has a row for each cause: title, class, story, counts, clients, times and a histogram', async (t) => {
      const page = await open(t, madeVerdict(101));
      const rows = await textsOf(page, '.cause .summary');
      assert.equal(rows.length, 4);
      for (const part of [
        'high',
        'Letters changed case',
        'case-changed',
        'turned …-Ann-Carver into …-ann-carver',
        'src/worker.js:6:12',
        '98 findings',
        '98 runs',
        '5 clients',
        'Acme-Corp',
        '2026-11-26 02:46:55 to 03:07:56',
      ])
        assert.ok(rows[0].includes(part), `${part}: ${rows[0]}`);
      const image = page.getByRole('img');
      assert.equal(await image.count(), 1);
      assert.match(
        await image.getAttribute('aria-label'),
        /^Findings over time: at most 98, about 2026-11-26 02:54/,
      );
    });

    test('marks what the baseline knows', async (t) => {
      const baseline = { has: ({ class: name }) => name === 'suffix-cut' };
      const page = await browser.open(await writeReport(t, madeVerdict(4), baseline));
      t.after(() => page.context().close());
      assert.deepEqual(await textsOf(page, '.cause:has(.known) .title'), ['Client ID cut short']);
    });

    test('lists the first thousand findings of a cause, and says so', async (t) => {
      const page = await open(t, madeVerdict(1500, { causes: 1 }));
      assert.equal(await page.locator('.found').textContent(), '1,000 listed findings');
      assert.match(await page.locator('.body .more').textContent(), /^The first 1,000 of 1,500;/);
    });

    test('tells the first of long lists, and how many more there are', async (t) => {
      const verdict = madeVerdict(5, { causes: 1 });
      const summary = JSON.parse(verdict.summary());
      const [service] = summary.services;
      summary.services = Array.from({ length: 250 }, (_, at) => {
        return { ...service, service: `service-${at}`, missingLines: 1 };
      });
      const findings = JSON.parse(verdict.findings(0, 5));
      const [{ evidence, runId }] = findings;
      const place = { ...evidence[0], text: `${'x'.repeat(500)}${runId}` };
      findings[0].evidence = Array.from({ length: 9 }, () => place);
      const page = await open(t, {
        ...verdict,
        summary: () => JSON.stringify(summary),
        findings: (from, count) => JSON.stringify(findings.slice(from, from + count)),
      });
      assert.match(await page.locator('.summary .names').textContent(), /^[^,]+, [^,]+, [^,]+ and 2 more$/);
      assert.equal(await page.locator('.frame .note').count(), 5);
      assert.equal(await page.locator('.frame tbody').last().locator('tr').count(), 200);
      assert.match(await page.locator('.frame').textContent(), /and 50 more$/);

      await page.getByRole('button', { name: /Letters changed case/ }).click();
      const lines = await textsOf(page, '.evidence .line');
      assert.deepEqual(lines, new Array(5).fill(`\u2026${'x'.repeat(60)}${runId}`));
      assert.equal(await page.locator('.account .more').textContent(), 'and 4 more lines');
    });

    test('draws the runs of a cause when it is opened', async (t) => {
      const page = await open(t, madeVerdict(101));
      assert.equal(await page.locator('.account, .findings').count(), 0);
      await page.getByRole('button', { name: /Letters changed case/ }).click();
      assert.equal(await page.locator('.account').count(), 1);
      assert.equal(await page.locator('.findings .finding').count(), 98);
      assert.equal(await page.getByRole('button', { name: /Letters/ }).getAttribute('aria-expanded'), 'true');
      await page.getByRole('button', { name: /Letters changed case/ }).click();
      assert.equal(await page.locator('.account:visible').count(), 0);
    });

    test('marks the difference of two IDs under each other, and not by colour alone', async (t) => {
      const page = await open(t, madeVerdict(2, { causes: 2 }), {
        hash: '#group=suffix-cut/api/src/split.js:77:9',
      });
      const ids = page.locator('.account .ids');
      assert.deepEqual(await ids.locator('.kind').allTextContents(), ['wrong', 'right']);
      assert.deepEqual(
        (await ids.locator('code').allTextContents()).map((text) => text.trimEnd()),
        ['261126-024655-Ann', '261126-024655-Ann-Carver'],
      );
      assert.deepEqual(await ids.locator('ins').allTextContents(), ['-Carver']);
      const lefts = await ids
        .locator('code')
        .evaluateAll((codes) => codes.map((code) => code.getBoundingClientRect().left));
      assert.equal(lefts[0], lefts[1]);
      const style = await ids.locator('ins').evaluate((mark) => getComputedStyle(mark).borderBottomStyle);
      assert.equal(style, 'solid');
      const missing = ids.locator('.missing');
      assert.equal(await missing.evaluate((gap) => getComputedStyle(gap).outlineStyle), 'dashed');
    });

    test('says what to do, and copies the command, a link and Markdown', async (t) => {
      const page = await open(t, madeVerdict(101), { hash: '#group=case-changed/worker/src/worker.js:6:12' });
      const copied = await watchCopies(page);
      const todo = page.locator('.todo');
      assert.match(await todo.textContent(), /What to do.*toLowerCase/);
      await todo.getByRole('button', { name: 'Copy command' }).click();
      const { next } = madeFinding(CAUSES[0]);
      assert.equal(await copied(), next);
      assert.equal(await todo.getByRole('button').textContent(), 'Copied');

      await page.getByRole('button', { name: 'Copy link' }).click();
      const link = await copied();
      assert.ok(link.endsWith('page.html#group=case-changed/worker/src/worker.js:6:12'), link);

      await page.getByRole('button', { name: 'Copy as Markdown' }).click();
      const markdown = await copied();
      for (const part of [
        '### Letters changed case (`case-changed`, high)',
        'wrong: `261126-024655-ann-carver`',
        '98 findings, 98 runs, 5 clients',
        '`logs/worker.log:2`',
        '```sh\nnpx unified-run-id flow',
      ])
        assert.ok(markdown.includes(part), `${part}: ${markdown}`);
    });

    test('copies where the clipboard is not to be had, too', async (t) => {
      const page = await open(t, madeVerdict(1));
      await page.evaluate(() => {
        Object.defineProperty(navigator, 'clipboard', { value: undefined });
        document.addEventListener('copy', () => (globalThis.copied = String(document.activeElement.value)));
      });
      await page.getByRole('button', { name: 'Copy command' }).first().click();
      await page.getByText('Copied').waitFor();
      assert.equal(await page.evaluate(() => globalThis.copied), madeFinding(CAUSES[0]).next);
    });

    test('what a log holds is no Markdown', async (t) => {
      const verdict = madeVerdict(1);
      const at = '[x](javascript:alert(1))`<b>@you';
      const text = 'a `` b <img src=x> @you #1';
      const finding = madeFinding(CAUSES[0], 0, { at });
      finding.changedBy[0].at = at;
      finding.evidence[0].text = text;
      const page = await open(t, { ...verdict, findings: () => JSON.stringify([finding]) });
      const copied = await watchCopies(page);
      await page.getByRole('button', { name: 'Copy as Markdown' }).click();
      const markdown = await copied();
      assert.ok(markdown.includes('```a `` b <img src=x> @you #1```'), markdown);
      // All that could mean anything stands between backticks.
      const outside = markdown.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '');
      assert.doesNotMatch(outside, /[<>[\]@]|:\/\//);
    });

    test('is searched and filtered, by a press on a severity too, and says when nothing fits', async (t) => {
      const page = await open(t, madeVerdict(101));
      const all = [
        'Letters changed case',
        'Client ID cut short',
        'Something that is not a run ID',
        'Never completed',
      ];
      assert.deepEqual(await shownCauses(page), all);
      const found = page.locator('.found');
      await page.getByLabel('Search').fill('SPLIT.js cut');
      assert.deepEqual(await shownCauses(page), all.slice(1, 2));
      assert.equal(await found.textContent(), '1 of 101 findings');
      await page.getByLabel('Search').fill('');
      await page.getByLabel('Client', { exact: true }).selectOption('Acme-Corp');
      assert.deepEqual(await shownCauses(page), all.slice(0, 1));
      assert.match((await textsOf(page, '.cause:visible .count'))[0], /^20 of 98 findings/);
      await page.keyboard.press('Escape');
      await page.getByLabel('Service', { exact: true }).selectOption('webhook');
      assert.deepEqual(await shownCauses(page), all.slice(2, 3));
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByLabel('Class').selectOption({ label: 'Client ID cut short' });
      assert.deepEqual(await shownCauses(page), all.slice(1, 2));
      await page.keyboard.press('Escape');
      const high = page.getByRole('button', { name: '99 high' });
      await high.click();
      assert.deepEqual(await shownCauses(page), all.slice(0, 2));
      assert.equal(await high.getAttribute('aria-pressed'), 'true');
      await high.click();

      await page.getByLabel('Search').fill('no such text');
      assert.deepEqual(await shownCauses(page), []);
      const nothing = page.locator('.nothing');
      assert.match(await nothing.textContent(), /^No finding matches/);
      await nothing.getByRole('button').click();
      assert.deepEqual(await shownCauses(page), all);
      assert.equal(await nothing.isVisible(), false);
    });

    test('has what is chosen in its address: filters, the cause and the run; the way back leads back', async (t) => {
      const page = await open(t, madeVerdict(101));
      const hash = () => page.evaluate(() => location.hash);
      await page.getByLabel('Search').fill('worker');
      await page.getByLabel('Severity').selectOption('high');
      assert.equal(await hash(), '#q=worker&severity=high');
      await page.getByRole('button', { name: /Letters changed case/ }).click();
      assert.equal(await hash(), '#group=case-changed/worker/src/worker.js:6:12&q=worker&severity=high');

      await page.reload();
      assert.equal(await page.getByLabel('Search').inputValue(), 'worker');
      assert.deepEqual(await shownCauses(page), ['Letters changed case']);
      assert.equal(await page.locator('.account').count(), 1);

      await page.getByRole('link').nth(1).click();
      await titled(page, 'Run 261126-024708-Acme-Corp');
      assert.match(await hash(), /^#run=261126-024708-Acme-Corp&event=2$/);
      assert.match(await page.locator('[aria-selected=true]').textContent(), /pass.*Letters changed case/s);
      await page.goBack();
      await titled(page, '101 of 110 runs are inconsistent');
      assert.equal(await page.getByLabel('Search').inputValue(), 'worker');
      assert.match(
        await page.evaluate(() => document.activeElement.getAttribute('href')),
        /^#run=261126-024708/,
      );
      await page.goBack();
      assert.equal(await page.locator('.account:visible').count(), 0);
      assert.deepEqual(page.complaints, []);
    });

    test('shows its first view where the address is cut or made up', async (t) => {
      const file = await writeReport(t, madeVerdict(4));
      for (const hash of [
        '#%',
        '#run=%E0%A4%A',
        '#run=__proto__&event=1',
        '#group=<b>',
        '#class=constructor',
      ]) {
        const page = await browser.open(file, { hash });
        t.after(() => page.context().close());
        await titled(page, '4 of 13 runs are inconsistent');
        assert.equal((await shownCauses(page)).length, 4, hash);
        assert.deepEqual(page.complaints, [], hash);
      }
    });

    test('is opened at a run, and left by a key', async (t) => {
      const page = await open(t, madeVerdict(101), { hash: '#run=261126-024655-Ann-Carver&event=3' });
      await titled(page, 'Run 261126-024655-Ann-Carver');
      assert.match(await page.locator('[aria-selected=true]').textContent(), /missing client/);
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.details').isVisible(), false);
      await page.keyboard.press('Escape');
      await titled(page, '101 of 110 runs are inconsistent');
    });

    test('goes to the next cause and the one before by n and p', async (t) => {
      const page = await open(t, madeVerdict(101));
      const focused = () => page.evaluate(() => document.activeElement.querySelector('.title').textContent);
      for (const [key, title] of [
        ['n', 'Letters changed case'],
        ['n', 'Client ID cut short'],
        ['p', 'Letters changed case'],
        ['p', 'Letters changed case'],
      ]) {
        await page.keyboard.press(key);
        assert.equal(await focused(), title);
      }
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('.account').count(), 1);
      await page.getByLabel('Search').fill('');
      await page.getByLabel('Search').press('n');
      assert.equal(await page.getByLabel('Search').inputValue(), 'n');
    });

    test('parts no run ID of a sentence that a line has room for', async (t) => {
      const page = await open(t, madeVerdict(5, { causes: 4 }));
      const found = [];
      // Wherever the line would end.
      for (let width = 300; width <= 420; width += 8) {
        await page.setViewportSize({ width, height: 844 });
        found.push(...(await linesOf(page, '.story', /[\w…]+-[\w-]+/)));
        assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] }, String(width));
      }
      assert.ok(found.some(({ text }) => text === '261126-024655-Ann-Carver'));
      assert.deepEqual(
        found.filter(({ lines, fits }) => lines > 1 || !fits),
        [],
      );
    });

    test('is accessible, open and closed, in light and dark', async (t) => {
      const page = await open(t, madeVerdict(101), { hash: '#group=case-changed/worker/src/worker.js:6:12' });
      assert.deepEqual(await inBothSchemes(page), { faults: [], backgrounds: 2 });
      await page.setViewportSize({ width: 390, height: 844 });
      assert.deepEqual(await faultsOf(page), []);
    });

    for (const causes of [1, 3, 1000]) {
      test(`of 1,000 findings of ${causes} prints on at most 12 pages: the causes and ten examples`, async (t) => {
        const verdict = madeVerdict(1000, { causes, isSpread: true });
        const page = await open(t, verdict, { colorScheme: 'dark' });
        const { pages, size } = await printed(page);
        assert.deepEqual(size, [595, 842]);
        assert.ok(pages <= 12, `${pages} pages`);
        await page.emulateMedia({ media: 'print' });
        await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
        const shown = async (selector) => page.locator(`${selector}:visible`).count();
        assert.equal(await shown('.account'), Math.min(causes, 10));
        const examples = causes >= 10 ? '.account' : '.findings .finding';
        assert.equal(await shown(examples), causes === 3 ? 9 : 10);
        // A4 less its margins, in the pixels of CSS.
        await page.setViewportSize({ width: Math.floor(((210 - 24) / 25.4) * 96), height: 1000 });
        assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] });
        assert.equal(
          await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
          'rgb(255, 255, 255)',
        );
      });
    }
  });
}
