'use strict';

// What holds for the pages of `flow --html` and `check --html`, made of logs: a policy, hostile text, paper, many events.

const assert = require('node:assert/strict');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { baseAt } = require('./support/base-time.js');
const { Browser } = require('../tools/browser.js');
const { faultsOf, inBothSchemes, overflowOf, printed } = require('./support/pages.js');
const { CommandLine } = require('../tools/command-line.js');
const { HOUR, LogWriter, SECOND, writeJob } = require('../tools/log-writer.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const ANN = 'Ann-Carver';
const ACME = 'Acme-Corp';

const BASE = baseAt(NOON);
const RUN = `${BASE}-${ANN}`;
const TWICE = `${RUN}-${ANN}`;
const SHIFTED = baseAt(NOON + 2 * HOUR);

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
          assert.deepEqual(await inBothSchemes(page), { faults: [], backgrounds: 2 });
        });

        test('prints on A4, all of it and nothing cut off', async (t) => {
          const page = await pageOf(t, command, writeLogs(t), { colorScheme: 'dark' });
          assert.deepEqual((await printed(page)).size, [595, 842]);
          // A4 less its margins, in the pixels of CSS.
          await page.setViewportSize({ width: Math.floor(((210 - 24) / 25.4) * 96), height: 1000 });
          await page.emulateMedia({ media: 'print' });
          await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
          assert.deepEqual(await overflowOf(page), { wider: 0, beyond: [] });
          assert.equal(
            await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
            'rgb(255, 255, 255)',
          );
        });
      });
    }

    test('a run that is opened from a report is accessible too', async (t) => {
      const page = await pageOf(t, ['check'], writeLogs(t), { hash: `#run=${RUN}` });
      assert.equal(await page.title(), `Run ${RUN}`);
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
      for (const [command, settings] of [
        [['flow', RUN]],
        [['check']],
        [['check'], { hash: `#run=${RUN}` }],
      ]) {
        const page = await pageOf(t, command, files, settings);
        assert.deepEqual(page.complaints, []);
        assert.equal(await page.locator('main :is(img, script, iframe, object, style)').count(), 0);
        const links = await page
          .locator('a')
          .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
        assert.ok(
          links.every((link) => link.startsWith('#')),
          String(links),
        );
        for (const opener of await page.locator('.opener').all()) await opener.click();
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
