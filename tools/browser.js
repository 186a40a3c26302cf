'use strict';

// A real headless browser, to test pages: Debian's Chromium, or the one named by CHROMIUM.

const fs = require('node:fs');
const { pathToFileURL } = require('node:url');
const { chromium } = require('playwright-core');

const PROGRAM = process.env.CHROMIUM || '/usr/bin/chromium';

const MISSING = 'no Chromium here. Install chromium, or set CHROMIUM to its program.';

/** It makes no network requests of its own; root may not use the sandbox. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

class Browser {
  #browser;

  /** Why there is none; `undefined` if there is one. */
  static obstacle() {
    return fs.existsSync(PROGRAM) ? undefined : MISSING;
  }

  /** Whether there is one; if not, one line says what that means. In CI there must be one. */
  static isHere() {
    if (Browser.obstacle() === undefined) return true;
    if (process.env.CI) throw new Error('CI requires Chromium');
    console.log(`Browser tests skipped: ${MISSING}`);
    return false;
  }

  static async start() {
    return new Browser(await chromium.launch({ executablePath: PROGRAM, args: FLAGS }));
  }

  constructor(browser) {
    this.#browser = browser;
  }

  /**
   * Opens a file as a person would, in a new window.
   *
   * @returns its page, with its errors and its requests in `complaints` and `requests`
   */
  async open(file, { hash = '', ...settings } = {}) {
    const context = await this.#browser.newContext({ viewport: { width: 1400, height: 900 }, ...settings });
    const page = await context.newPage();
    page.complaints = [];
    page.requests = [];
    page.on('console', (message) => page.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      page.complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => page.requests.push(request.url()));
    await page.goto(pathToFileURL(file).href + hash);
    await page.locator('h1').waitFor({ state: 'attached' });
    return page;
  }

  stop() {
    return this.#browser.close();
  }
}

module.exports = { Browser };
