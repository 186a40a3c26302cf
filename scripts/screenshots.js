#!/usr/bin/env node
'use strict';

// Takes the pictures for the documents from the logs of the demo, so that they show what the commands show: each in light
// and in dark.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs, stripVTControlCharacters } = require('node:util');
const { Browser } = require('../tools/browser.js');
const { CommandLine } = require('../tools/command-line.js');

const USAGE = `Usage: node scripts/screenshots.js [--as-is]

Runs the demo, and writes what check and flow show of its logs to docs/pictures/. Needs Chromium and Python.

  --as-is  uses the logs of the last run of the demo
  --help   this text`;

const ROOT = path.join(__dirname, '..');
const LOGS = path.join(ROOT, 'demo', 'output');
const PICTURES = path.join(ROOT, 'docs', 'pictures');

const SCHEMES = ['light', 'dark'];

const VIEWPORT = { width: 1200, height: 860 };

/** The width of the terminal: enough for a column for each process. */
const COLUMNS = 150;

/** Colours of a terminal in both schemes, each readable on its background. */
const TERMINAL_STYLE = `:root { color-scheme: light dark; }
  body { margin: 0; width: max-content; background: light-dark(#fafbfc, #14181e); color: light-dark(#1f2933, #e3e8ee); }
  pre { margin: 0; padding: 16px 20px; font: 12px/1.35 'DejaVu Sans Mono', monospace; }
  .ansi-red-fg, .ansi-bright-red-fg { color: light-dark(#b3261e, #ff8a80); }
  .ansi-green-fg, .ansi-bright-green-fg { color: light-dark(#1b6e2b, #7fd88f); }
  .ansi-yellow-fg, .ansi-bright-yellow-fg { color: light-dark(#8a5a00, #ffd166); }
  .ansi-blue-fg, .ansi-bright-blue-fg { color: light-dark(#1f4fa3, #8ab4f8); }
  .ansi-magenta-fg, .ansi-bright-magenta-fg { color: light-dark(#8e2a8e, #e0a0e0); }
  .ansi-cyan-fg, .ansi-bright-cyan-fg { color: light-dark(#0b6b78, #7fdbe8); }
  .ansi-bright-black-fg { color: light-dark(#5b6770, #9aa5b1); }`;

async function main() {
  const { values } = parseArgs({ options: { 'as-is': { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(USAGE);
  if (Browser.obstacle() !== undefined) throw new Error(Browser.obstacle());
  // The demo as everyone runs it: built from the current sources.
  if (!values['as-is']) execFileSync('npm', ['run', '--silent', 'demo'], { cwd: ROOT, stdio: 'ignore' });
  const shown = await flowAtTerminal();

  fs.mkdirSync(PICTURES, { recursive: true });
  const browser = await Browser.start();
  try {
    for (const colorScheme of SCHEMES) {
      const settings = { colorScheme, viewport: VIEWPORT };
      await report(browser, settings);
      await run(browser, settings);
      await terminal(browser, settings, shown);
    }
  } finally {
    await browser.stop();
  }
}

/** The run that got a second ID, and the first of its findings. */
async function flowAtTerminal() {
  const files = fs.readdirSync(path.join(LOGS, 'logs')).map((name) => `logs/${name}`);
  const cli = new CommandLine({ after: () => {} }, LOGS);
  const { findings } = JSON.parse((await cli.run(['check', ...files, '--json'])).stdout);
  const { expected } = findings.find(({ class: name }) => name === 'minted-again');
  const { stdout } = await cli.runAtTerminal(['flow', expected, ...files], { columns: COLUMNS });
  const lines = stdout.replaceAll('\r', '').split('\n');
  const starts = lines.flatMap((line, at) =>
    stripVTControlCharacters(line).startsWith('high: ') ? [at] : [],
  );
  return `$ npx unified-run-id flow ${expected} logs\n\n${lines.slice(0, starts[1]).join('\n').trimEnd()}`;
}

/** The page of check, from its top. */
async function report(browser, settings) {
  const page = await browser.open(path.join(LOGS, 'report.html'), settings);
  await save(page, 'report', settings);
}

/** The page of a run, from its timeline on. */
async function run(browser, settings) {
  const page = await browser.open(path.join(LOGS, 'run.html'), settings);
  await page.evaluate(() => window.scrollTo(0, document.querySelector('.overview').offsetTop - 20));
  await save(page, 'run', settings);
}

async function terminal(browser, settings, text) {
  const { AnsiUp } = await import('ansi_up');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-screenshots-'));
  try {
    const file = path.join(folder, 'terminal.html');
    const converter = new AnsiUp();
    converter.use_classes = true;
    const html = converter.ansi_to_html(text);
    fs.writeFileSync(
      file,
      `<meta charset="utf-8"><style>${TERMINAL_STYLE}</style><h1 hidden>-</h1><pre>${html}</pre>`,
    );
    const page = await browser.open(file, settings);
    await save(page, 'terminal', settings, page.locator('pre'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function save(page, name, { colorScheme }, of = page) {
  await of.screenshot({ path: path.join(PICTURES, `${name}-${colorScheme}.png`), animations: 'disabled' });
  await page.context().close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
