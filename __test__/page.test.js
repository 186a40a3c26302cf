'use strict';

// The pages of `flow --html` and `check --html`, as a person has them: in a browser, from a file.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { source: AXE } = require('axe-core');
const binding = require('../lib/binding.js');
const { baseAt } = require('./support/base-time.js');
const { Browser } = require('../tools/browser.js');
const { CommandLine } = require('../tools/command-line.js');
const { HOUR, LogWriter, SECOND, writeJob } = require('../tools/log-writer.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const ANN = 'Ann-Carver';
const ACME = 'Acme-Corp';

const BASE = baseAt(NOON);
const RUN = `${BASE}-${ANN}`;
const TWICE = `${RUN}-${ANN}`;
const SHIFTED = baseAt(NOON + 2 * HOUR);

const sentenceOf = (wanted) => binding.findingClasses().find(({ name }) => name === wanted).sentence;

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script></script><!--<script>';
const LINK = '<a href="javascript:alert(3)">javascript:alert(3)</a>';
const BIDI = '\u202eevil\u2066\u200b';

/** A job of two clients; a mailer that adds a suffix twice, and a shifted clock; a job that is well. */
function writeLogs(scope) {
  const logs = new LogWriter(scope);
  writeJob(logs, NOON, { clients: [ANN, ACME] });
  writeJob(logs, NOON - 3 * HOUR);
  logs.process('mailer').resolve(NOON + 50 * SECOND, TWICE);
  logs.process('mailer').record(NOON + 50 * SECOND + 5, 'missing', TWICE, { at: 'src/mailer.js:77:3' });
  logs.process('worker').record(NOON + 90 * SECOND, 'missing', SHIFTED);
  logs.process('worker').reject(NOON + 91 * SECOND, 'FORMAT', '[object Object]', { source: 'body' });
  return logs.write().paths;
}

/** The texts of elements, one after the other. */
const textsOf = (page, selector) => page.locator(selector).allTextContents();

/** Waits until the page has this heading. */
const titled = (page, name) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();

const shownRows = (page) => page.locator('.row:visible').count();

/** Faults of accessibility that keep somebody from reading or using the page. */
async function faultsOf(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

if (Browser.isHere()) {
  describe('the page', () => {
    let browser;
    before(async () => (browser = await Browser.start()));
    after(() => browser.stop());

    /** Runs a command in a folder of its own and opens the page that it writes. */
    async function pageOf(t, command, files, settings) {
      const folder = path.dirname(files[0]);
      const cli = new CommandLine(t, folder);
      const names = files.map((file) => path.basename(file));
      const { code, stderr } = await cli.run([...command, ...names, '--html', 'page.html']);
      assert.equal(stderr, 'Page: page.html\n');
      const page = await browser.open(path.join(folder, 'page.html'), settings);
      t.after(() => page.context().close());
      return Object.assign(page, { code, file: path.join(folder, 'page.html') });
    }

    describe('of a run', () => {
      test('explains the parts of its ID', async (t) => {
        const page = await pageOf(t, ['flow', RUN], writeLogs(t));
        assert.equal(page.code, 1);
        assert.equal(await page.title(), `Run ${RUN}`);
        assert.deepEqual(await textsOf(page, '.part code'), [BASE, `-${ANN}`]);
        assert.match((await textsOf(page, '.parts'))[0], /started 2025-10-06 at 12:00:00 UTC/);
      });

      test('has a lane for each process and a row for each event, long silences folded', async (t) => {
        const page = await pageOf(t, ['flow', RUN], writeLogs(t));
        const names = await textsOf(page, '.head .name');
        assert.deepEqual(names, ['gateway@host-1/4001', 'worker@host-2/4002', 'mailer@host-3/4003']);
        const events = await textsOf(page, '.row .words');
        assert.deepEqual(events.slice(0, 4), [
          'generate',
          'resolve (generated)',
          'created job',
          'created client',
        ]);
        assert.equal(events.length, await page.locator('.row .mark').count());
        assert.deepEqual(await textsOf(page, '.row .gap'), ['10 s later', '10 s later', '40 s later']);
        const lefts = await page
          .locator('.row .mark')
          .evaluateAll((marks) => marks.map((mark) => Math.round(mark.getBoundingClientRect().left)));
        const lanes = await page
          .locator('.head .lane')
          .evaluateAll((all) =>
            all.map((lane) => lane.getBoundingClientRect()).map(({ left, right }) => (left + right) / 2),
          );
        assert.equal(new Set(lefts).size > 1, true);
        const nearest = (left) => lanes.findIndex((lane) => Math.abs(lane - left) < 20);
        const letters = await textsOf(page, '.row .letter');
        assert.deepEqual(
          lefts.map(nearest),
          letters.map((letter) => 'ABC'.indexOf(letter)),
        );
      });

      test('has an arrow for each hand-over, and a red one where the ID changed', async (t) => {
        const page = await pageOf(t, ['flow', RUN], writeLogs(t));
        const arrows = await page
          .locator('.row .arrow')
          .evaluateAll((all) =>
            all.map((arrow) => [
              ['--left', '--right'].map((name) => Number(arrow.style.getPropertyValue(name))),
              arrow.classList.contains('red'),
              getComputedStyle(arrow).borderTopColor,
            ]),
          );
        assert.deepEqual(
          arrows.map(([lanes, isRed]) => [lanes, isRed]),
          [
            [[0, 1], false],
            [[1, 2], false],
            [[0, 2], true],
            [[0, 1], true],
          ],
        );
        assert.notEqual(arrows[2][2], arrows[0][2]);
      });

      test('says what is wrong beside the event, in plain words', async (t) => {
        const page = await pageOf(t, ['flow', RUN], writeLogs(t));
        const row = page.locator('.row.changed', { hasText: TWICE });
        const text = await row.textContent();
        for (const part of ['suffix-twice', `${TWICE} instead of ${RUN}`, sentenceOf('suffix-twice')])
          assert.ok(text.includes(part), text);
        const missed = page.locator('.row.trouble .words', { hasText: 'missing client' });
        assert.equal(
          await missed.evaluate((words) => getComputedStyle(words).color),
          await page
            .locator('.row .wrong')
            .first()
            .evaluate((id) => getComputedStyle(id).color),
        );
      });

      test('shows the log line, its place and the call site of what is pointed at or focused', async (t) => {
        const files = writeLogs(t);
        const page = await pageOf(t, ['flow', RUN], files);
        const details = page.locator('.details');
        assert.match(await details.textContent(), /arrow keys/);
        const row = page.locator('.row.changed', { hasText: TWICE });
        await row.hover();
        const line = (await details.locator('pre').textContent()).trim();
        const lines = fs
          .readFileSync(
            files.find((file) => file.endsWith('mailer.log')),
            'utf8',
          )
          .split('\n');
        const number = lines.indexOf(line) + 1;
        assert.ok(number > 0, line);
        const text = await details.textContent();
        for (const part of [`mailer.log:${number}`, 'src/mailer.js:77:3', 'mailer@host-3/4003/00000003'])
          assert.ok(text.includes(part), text);
        await page.mouse.move(0, 0);
        await page.locator('.row').first().focus();
        assert.match(await details.textContent(), /eventgenerate/);
        // What is scrolled under a mouse at rest is not pointed at.
        await row.dispatchEvent('mousemove', { clientX: 0, clientY: 0 });
        assert.match(await details.textContent(), /eventgenerate/);
        await row.dispatchEvent('mousemove', { clientX: 1, clientY: 0 });
        assert.match(await details.textContent(), /eventmissing/);
      });

      test('works by the keyboard alone', async (t) => {
        const page = await pageOf(t, ['flow', RUN], writeLogs(t));
        const focused = () => page.evaluate(() => document.activeElement.id);
        const last = (await page.locator('.row').count()) - 1;
        await page.locator('.row').first().focus();
        for (const [key, id] of [
          ['ArrowDown', 'event-1'],
          ['ArrowDown', 'event-2'],
          ['ArrowUp', 'event-1'],
          ['End', `event-${last}`],
          ['ArrowDown', `event-${last}`],
          ['Home', 'event-0'],
          ['ArrowUp', 'event-0'],
          ['PageDown', `event-${Math.min(20, last)}`],
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
        await page.keyboard.type('mailer.js:77');
        assert.equal(await shownRows(page), 1);
        await page.locator('.row:visible').focus();
        await page.keyboard.press('ArrowUp');
        assert.equal(
          await page.locator(`#${await focused()}`).isVisible(),
          true,
          'only shown rows are gone to',
        );
        await page.keyboard.press('Escape');
        assert.equal(await shownRows(page), last + 1);
      });

      test('is searched by text, and filtered by client, process and class', async (t) => {
        const page = await pageOf(t, ['flow', BASE], writeLogs(t));
        const all = await shownRows(page);
        const found = page.locator('.found');
        assert.equal(await found.textContent(), `${all} events`);
        const choose = (label, value) => page.getByLabel(label, { exact: true }).selectOption(value);
        const shown = (what) =>
          page
            .locator('.row:visible')
            .evaluateAll(
              (rows, selector) => rows.map((row) => row.querySelector(selector)?.textContent),
              what,
            );

        await page.getByLabel('Search').fill('MAILER.js:77 missing');
        assert.deepEqual(await shown('.words'), ['missing client']);
        assert.equal(await found.textContent(), `1 of ${all} events`);
        await page.getByLabel('Search').fill('no such text');
        assert.equal(await shownRows(page), 0);
        await page.getByLabel('Search').fill('');

        await choose('Process', 'worker@host-2/4002/00000002');
        assert.deepEqual(new Set(await shown('.letter')), new Set(['B']));
        await choose('Client', ACME);
        const ofAcme = await shown('code.other');
        assert.ok(ofAcme.length > 0);
        assert.deepEqual(new Set(ofAcme), new Set([`${BASE}-${ACME}`]));
        await page.keyboard.press('Escape');
        await choose('Process', '');
        await choose('Client', '');
        await choose('Class', 'suffix-twice');
        assert.deepEqual(await shown('.words'), ['missing client']);
      });

      test('folds all but a few findings, and prints them all', async (t) => {
        const logs = new LogWriter(t);
        const clients = Array.from({ length: 250 }, (_, at) => `Client-${at}`);
        const base = writeJob(logs, NOON, { clients });
        clients.forEach((client, at) => {
          // Right after it used the right one.
          const then = NOON + 20 * SECOND + at * 7 + 4;
          logs.process('mailer').record(then, 'missing', `${base}-${client}-${client}`);
        });
        const page = await pageOf(t, ['flow', base], logs.write().paths);
        const cards = page.locator('.card');
        assert.equal(await cards.count(), 5);
        await page.getByText('245 more findings').click();
        await cards.nth(249).waitFor();
        await cards.nth(200).getByRole('button').click();
        const wrong = await cards.nth(200).locator('.wrong').textContent();
        assert.ok((await page.locator('[aria-selected=true]').textContent()).includes(wrong));

        await page.reload();
        const printed = await page.evaluate(() => {
          window.dispatchEvent(new Event('beforeprint'));
          return [...document.querySelectorAll('.card .wrong')].map(({ textContent }) => textContent);
        });
        assert.equal(new Set(printed).size, 250);
        // The mailer itself had the right ID and used another.
        assert.equal(await page.locator('.row .loop').count(), 250);
        assert.equal(await page.locator('.row').count(), await page.locator('.row:visible').count());
        assert.equal(await page.locator('.card:visible').count(), 250);
      });

      test('of dozens of processes has each event and its mark where they are seen', async (t) => {
        const logs = new LogWriter(t);
        const base = writeJob(logs, NOON);
        for (let at = 0; at < 60; at++) {
          logs.process(`${at}-${'service-'.repeat(20)}`).resolve(NOON + 41 * SECOND + at, `${base}-${ANN}`);
        }
        logs.process('last').record(NOON + 50 * SECOND, 'missing', TWICE);
        const page = await pageOf(t, ['flow', RUN], logs.write().paths);
        const isSeen = (one) => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return one.contains(seen);
        };
        await page.getByRole('button', { name: 'Show the event' }).click();
        for (const key of ['Home', 'End', 'ArrowUp']) {
          const row = page.locator('.row:focus');
          for (const part of ['.mark', '.words', '.when']) {
            assert.equal(await row.locator(part).evaluate(isSeen), true, `${part} before ${key}`);
          }
          await page.keyboard.press(key);
        }
        assert.deepEqual(await faultsOf(page), []);
        // A name has one column of letters, within its own lane.
        const widths = await page
          .locator('.head .lane')
          .evaluateAll((all) =>
            all.map(
              (lane) => lane.querySelector('.name').scrollWidth <= lane.getBoundingClientRect().width + 1,
            ),
          );
        assert.ok(widths.every(Boolean));
      });

      test('is read in a small window too: the focused event is neither under the head nor the details', async (t) => {
        const page = await pageOf(t, ['flow', RUN], writeLogs(t));
        for (const [width, height] of [
          [400, 800],
          [700, 450],
        ]) {
          await page.setViewportSize({ width, height });
          await page.locator('.row').first().focus();
          const last = (await page.locator('.row').count()) - 1;
          for (let at = 0; at < 2 * last; at++) {
            await page.keyboard.press(at < last ? 'ArrowDown' : 'ArrowUp');
            const [row, head, details] = await Promise.all(
              ['.row:focus .when', '.head', '.details'].map((one) => page.locator(one).boundingBox()),
            );
            assert.ok(row.y >= head.y + head.height - 1 && row.y + row.height <= details.y + 1, String(at));
          }
        }
      });

      test('of a run that is well says so', async (t) => {
        const page = await pageOf(t, ['flow', baseAt(NOON - 3 * HOUR)], writeLogs(t));
        assert.equal(page.code, 0);
        assert.match((await textsOf(page, '.fine'))[0], /^Consistent/);
        assert.equal(await page.locator('.arrow.red, .changed, .card').count(), 0);
      });

      test('of a run without events says so', async (t) => {
        const page = await pageOf(t, ['flow', '250101-000000'], writeLogs(t));
        assert.match((await textsOf(page, '.none'))[0], /^No event/);
        assert.deepEqual(page.complaints, []);
      });
    });

    describe('of a report', () => {
      test('lists the findings, the worst first, with counts, and the runs that were fine in a line', async (t) => {
        const page = await pageOf(t, ['check'], writeLogs(t));
        assert.equal(page.code, 1);
        assert.deepEqual(await textsOf(page, '.card .badge'), [
          'suffix-twice',
          'time-zone-shift',
          'not-an-id',
        ]);
        assert.match(
          (await textsOf(page, '.report p'))[0],
          /^3 findings in 3 runs\. 1 run was consistent\.$/,
        );
        const counts = await textsOf(page, '.counts button');
        assert.deepEqual(counts.sort(), [
          'mailer@host-3/4003/00000003 1',
          'not-an-id 1',
          'suffix-twice 1',
          'time-zone-shift 1',
          'worker@host-2/4002/00000002 2',
        ]);
      });

      test('opens the run of each finding at its event, and goes back', async (t) => {
        const page = await pageOf(t, ['check'], writeLogs(t));
        for (const [at, title, row] of [
          [0, `Run ${BASE}`, /missing client.*suffix-twice/s],
          [1, `Run ${BASE}`, /missing job.*time-zone-shift/s],
          [2, 'No run ID', /reject \(body\).*not-an-id/s],
        ]) {
          await page.getByRole('link').nth(at).click();
          await titled(page, title);
          assert.match(await page.locator('[aria-selected=true]').textContent(), row);
          assert.match(await page.locator('.details').textContent(), /\.log:\d+/);
          await page.goBack();
          await titled(page, 'Run ID report');
          assert.equal(
            await page.evaluate(() => document.activeElement.getAttribute('href')),
            `#finding-${at}`,
          );
        }
        assert.deepEqual(page.complaints, []);
      });

      test('can be opened at a finding, and left by a key', async (t) => {
        const page = await pageOf(t, ['check'], writeLogs(t), { hash: '#finding-1' });
        assert.equal(await page.locator('h1').textContent(), `Run ${BASE}`);
        await page.keyboard.press('Escape');
        await titled(page, 'Run ID report');
      });

      test('is searched, and filtered by client, process and class, by a press on a count too', async (t) => {
        const page = await pageOf(t, ['check'], writeLogs(t));
        const shown = () => page.locator('.card:visible .badge').allTextContents();
        await page.getByLabel('Search').fill('src/mailer');
        assert.deepEqual(await shown(), ['suffix-twice']);
        await page.keyboard.press('Escape');
        assert.deepEqual(await page.getByLabel('Client').locator('option').allTextContents(), [
          'all',
          ANN,
          `${ANN}-${ANN}`,
        ]);
        await page.getByLabel('Client').selectOption(ANN);
        assert.deepEqual(await shown(), ['suffix-twice']);
        await page.getByLabel('Client').selectOption('');
        const worker = page.getByRole('button', { name: /worker/ });
        await worker.click();
        assert.deepEqual(await shown(), ['time-zone-shift', 'not-an-id']);
        assert.equal(await worker.getAttribute('aria-pressed'), 'true');
        await page.getByRole('button', { name: 'not-an-id 1' }).click();
        assert.deepEqual(await shown(), ['not-an-id']);
        await worker.click();
        await page.getByRole('button', { name: 'not-an-id 1' }).click();
        assert.equal((await shown()).length, 3);
      });

      test('of consistent logs is one line', async (t) => {
        const logs = new LogWriter(t);
        writeJob(logs, NOON);
        const page = await pageOf(t, ['check'], logs.write().paths);
        assert.equal(page.code, 0);
        assert.deepEqual(await textsOf(page, '.fine'), ['1 run, consistent.']);
        assert.deepEqual(page.complaints, []);
      });

      test('says how far it goes when a file could not be read', async (t) => {
        const logs = new LogWriter(t);
        writeJob(logs, NOON);
        const { paths } = logs.write();
        const cli = new CommandLine(t, path.dirname(paths[0]));
        const file = path.join(path.dirname(paths[0]), 'page.html');
        for (const [command, said] of [
          [['check'], /^1 run, consistent as far as the files could be read\.$/],
          [['flow', RUN], /^Consistent as far as the files could be read: /],
        ]) {
          await cli.run([...command, ...paths, 'gone.log', '--html', file]);
          const page = await browser.open(file);
          t.after(() => page.context().close());
          assert.match((await textsOf(page, '.fine'))[0], said);
          assert.match((await textsOf(page, '.note'))[0], /^not read: gone\.log: /);
        }
      });
    });

    for (const [name, command] of [
      ['a run', ['flow', RUN]],
      ['a report', ['check']],
    ]) {
      describe(`of ${name}`, () => {
        test('asks for nothing but itself, and complains of nothing', async (t) => {
          const page = await pageOf(t, command, writeLogs(t));
          assert.deepEqual(page.requests, [pathToFileURL(page.file).href]);
          assert.deepEqual(page.complaints, []);
        });

        test('follows the setting for dark and light', async (t) => {
          const page = await pageOf(t, command, writeLogs(t));
          const colours = [];
          for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
            assert.deepEqual(await faultsOf(page), [], colorScheme);
          }
          assert.equal(new Set(colours).size, 2);
        });

        test('prints on A4, all of it and nothing cut off', async (t) => {
          const page = await pageOf(t, command, writeLogs(t), { colorScheme: 'dark' });
          const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
          const [, width, height] = /\/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]/.exec(pdf);
          assert.deepEqual([Math.round(width), Math.round(height)], [595, 842]);
          // A4 less its margins, in the pixels of CSS.
          await page.setViewportSize({ width: Math.floor(((210 - 24) / 25.4) * 96), height: 1000 });
          await page.emulateMedia({ media: 'print' });
          const beyond = await page.evaluate(() =>
            [...document.querySelectorAll('main *')]
              .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
              .map((one) => one.outerHTML.slice(0, 100)),
          );
          assert.deepEqual(beyond, []);
          assert.equal(
            await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
            'rgb(255, 255, 255)',
          );
        });
      });
    }

    test('a run that is opened from a report is accessible too', async (t) => {
      const page = await pageOf(t, ['check'], writeLogs(t), { hash: '#finding-0' });
      assert.deepEqual(await faultsOf(page), []);
    });

    test('whatever a log holds is text', async (t) => {
      const logs = new LogWriter(t);
      writeJob(logs, NOON);
      const at = `${HOSTILE}${LINK}${BIDI}.js:1:1`;
      const mailer = logs.process('mailer');
      mailer.record(NOON + 50 * SECOND, 'missing', TWICE, { at, op: HOSTILE });
      mailer.reject(NOON + 51 * SECOND, 'FORMAT', HOSTILE, { source: LINK, at });
      mailer.write(NOON + 52 * SECOND, `${HOSTILE} ${LINK} ${BIDI} ${RUN} not found`);
      mailer.pino(NOON + 53 * SECOND, { runId: RUN, hostname: `${HOSTILE}${BIDI}`, msg: LINK });
      const files = logs.write().paths;
      for (const [command, settings] of [[['flow', RUN]], [['check']], [['check'], { hash: '#finding-0' }]]) {
        const page = await pageOf(t, command, files, settings);
        assert.deepEqual(page.complaints, []);
        assert.equal(await page.locator('main :is(img, script, iframe, object, style)').count(), 0);
        const links = await page
          .locator('a')
          .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
        assert.ok(
          links.every((link) => /^#(finding-\d+)?$/.test(link)),
          String(links),
        );
        for (const row of await page.locator('.row').all()) await row.focus();
        const text = await page.locator('main').evaluate((main) => main.textContent);
        assert.ok(text.includes(HOSTILE), 'it is shown as it is');
        // eslint-disable-next-line no-control-regex -- these are what must not be there
        assert.doesNotMatch(text, /[\u0000-\u0008\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
        assert.ok(text.includes('\\u{202e}evil\\u{2066}'));
        assert.deepEqual(page.complaints, []);
      }
    });

    test('its policy lets no other script, style or request in', async (t) => {
      const page = await pageOf(t, ['flow', RUN], writeLogs(t));
      const tried = await page.evaluate(async () => {
        const violations = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
          violations.push(effectiveDirective),
        );
        const caught = (call) => {
          try {
            call();
            return null;
          } catch (error) {
            return error.name;
          }
        };
        const add = (tag, settings) =>
          document.body.appendChild(Object.assign(document.createElement(tag), settings));
        const html = caught(() => (document.body.innerHTML = '<b>x</b>'));
        const script = caught(() => add('script', { textContent: 'globalThis.owned = true' }));
        add('style', { textContent: 'body { color: red }' });
        add('img', { src: 'https://example.invalid/x.png' });
        add('base', { href: 'https://example.invalid/' });
        add('form', { action: 'https://example.invalid/' }).submit();
        const fetched = await fetch('https://example.invalid/').then(
          () => 'sent',
          () => 'refused',
        );
        await new Promise((resolve) => setTimeout(resolve, 100));
        return {
          html,
          script,
          owned: globalThis.owned ?? null,
          fetched,
          violations: [...new Set(violations)].sort(),
        };
      });
      assert.equal(tried.html, 'TypeError');
      assert.equal(tried.owned, null);
      assert.equal(tried.fetched, 'refused');
      for (const directive of ['base-uri', 'connect-src', 'form-action', 'img-src', 'style-src-elem'])
        assert.ok(tried.violations.includes(directive), directive);
    });

    test('20,000 events are all drawn, found and reached', async (t) => {
      const logs = new LogWriter(t);
      const base = writeJob(logs, NOON, { clients: [] });
      const services = Array.from({ length: 30 }, (_, at) => `service-${at}`);
      for (let at = 0; at < 20_000; at++) {
        logs
          .process(services[at % services.length])
          .record(NOON + 41 * SECOND + at * 20, 'found', base, { at: `src/step.js:${at}:1` });
      }
      const page = await pageOf(t, ['flow', base], logs.write().paths);
      await page.locator('.row', { hasText: 'src/step.js:19999:1' }).waitFor({ state: 'attached' });
      await page.getByLabel('Search').fill('src/step.js:19998:');
      assert.deepEqual(await page.locator('.row:visible .place').allTextContents(), ['src/step.js:19998:1']);
      await page.keyboard.press('Escape');
      await page.locator('.row').first().focus();
      await page.keyboard.press('End');
      assert.match(await page.locator('.details').textContent(), /src\/step\.js:19999:1/);
      assert.equal(await page.locator('.row:focus').isVisible(), true);
      assert.deepEqual(page.complaints, []);
    });
  });
}
