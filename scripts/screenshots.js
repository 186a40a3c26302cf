#!/usr/bin/env node
'use strict';

// Takes the pictures of the README from the logs of the demo, so that what they show is what the commands show.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Browser } = require('../tools/browser.js');
const { CommandLine } = require('../tools/command-line.js');

const USAGE = `Usage: node scripts/screenshots.js

Runs the demo, and writes what check and flow show of its logs to docs/. Needs Chromium and Python.`;

const ROOT = path.join(__dirname, '..');
const LOGS = path.join(ROOT, 'demo', 'output');
const PICTURES = path.join(ROOT, 'docs');

const SETTINGS = { colorScheme: 'light' };

/** Of the terminal: wide enough for a column for each process. */
const COLUMNS = 150;

const TERMINAL_STYLE = `body { margin: 0; width: max-content; background: #14181e; color: #e3e8ee; }
  pre { margin: 0; padding: 20px 24px; font: 14px/1.35 'DejaVu Sans Mono', monospace; }`;

async function main() {
  if (process.argv.includes('--help')) return console.log(USAGE);
  if (Browser.obstacle() !== undefined) throw new Error(Browser.obstacle());
  // The demo as everybody runs it: built from the sources as they are.
  execFileSync('npm', ['run', '--silent', 'demo'], { cwd: ROOT, stdio: 'ignore' });
  const files = fs.readdirSync(path.join(LOGS, 'logs')).map((name) => `logs/${name}`);
  const cli = new CommandLine({ after: () => {} }, LOGS);
  const { findings } = JSON.parse((await cli.run(['check', ...files, '--json'])).stdout);
  const { expected } = findings.find(({ class: name }) => name === 'minted-again');
  const { stdout } = await cli.runAtTerminal(['flow', expected, ...files], { columns: COLUMNS });

  fs.mkdirSync(PICTURES, { recursive: true });
  const browser = await Browser.start();
  try {
    const report = { width: 1200, height: 1000 };
    await picture(browser, path.join(LOGS, 'report.html'), 'report.png', report, async (page) => {
      await page.locator('.opener').first().click();
      await page.evaluate(() => document.activeElement.blur());
    });
    await picture(
      browser,
      path.join(LOGS, 'run.html'),
      'run.png',
      { width: 1200, height: 1000 },
      async (page) => {
        await page.getByRole('button', { name: 'Show the event' }).first().click();
        await page.mouse.move(0, 0);
        await page.evaluate(() => window.scrollTo(0, document.querySelector('.overview').offsetTop - 20));
      },
    );
    const shown = `$ unified-run-id flow ${expected} logs/*.log\n\n${stdout.replaceAll('\r', '')}`;
    await terminal(browser, shown, 'terminal.png');
  } finally {
    await browser.stop();
  }
}

async function picture(browser, file, name, viewport, prepare = () => {}) {
  const page = await browser.open(file, { ...SETTINGS, viewport });
  await prepare(page);
  await page.screenshot({ path: path.join(PICTURES, name) });
  await page.context().close();
}

async function terminal(browser, text, name) {
  const { AnsiUp } = await import('ansi_up');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-screenshots-'));
  try {
    const file = path.join(folder, 'terminal.html');
    const html = new AnsiUp().ansi_to_html(text);
    fs.writeFileSync(
      file,
      `<meta charset="utf-8"><style>${TERMINAL_STYLE}</style><h1 hidden>-</h1><pre>${html}</pre>`,
    );
    const page = await browser.open(file, SETTINGS);
    await page.locator('pre').screenshot({ path: path.join(PICTURES, name) });
    await page.context().close();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
