'use strict';

// The first hour of docs/guide.md: its files are run as they stand there, and print what stands there. What they log is
// what the README shows of check.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { text: streamText } = require('node:stream/consumers');
const { after, before, describe, test } = require('node:test');
const { CommandLine } = require('../tools/command-line.js');
const { snippetsOf } = require('../tools/snippets.js');
const { limited } = require('../tools/time-limit.js');

const FOLDER = path.join(__dirname, '..', 'examples', 'guide');

/** What a page says that a program prints. */
function printedIn(document, of) {
  const block = snippetsOf(document).find(({ source }) => source === `printed by ${of}`);
  assert.ok(block, `${document} shows nothing of ${of}`);
  return block.code;
}

/** Without what differs each time: run IDs, times, and how much of a log line fits. */
function settled(text) {
  return text
    .replace(/\b\d{6}-\d{6}(?=-|\b)/g, '251006-143000')
    .replace(/\d{4}-\d\d-\d\d (?=\d\d:)/g, '')
    .replace(/\d\d:\d\d:\d\d(\s+to\s+\d\d:\d\d:\d\d)?/g, '14:30:00')
    .replace(/UTC;\s+certain/g, 'UTC; certain') // a run that crosses a second takes another line break
    .replace(/\d+(\.\d+)? m?s later/g, '5 ms later')
    .replace(/^( *\| \.\.\.).*?(?="(?:event|action)":)/gm, '$1')
    .replace(/ {2,}/g, ' ');
}

function start(name, { env = {}, stderr = 'inherit' } = {}) {
  const file = path.join(FOLDER, name);
  const stdio = ['ignore', 'pipe', stderr];
  return limited(spawn(process.execPath, [file], { cwd: FOLDER, env: { ...process.env, ...env }, stdio }));
}

const outputOf = (child) => streamText(child.stdout);

describe('the first hour', () => {
  // Copied files then have the line numbers that findings name.
  test('shows each of its files whole', () => {
    const blocks = snippetsOf('docs/guide.md').filter(({ source }) => source?.startsWith('examples/guide/'));
    assert.deepEqual(blocks.map(({ source }) => path.basename(source)).sort(), fs.readdirSync(FOLDER).sort());
    for (const { source, code } of blocks) {
      assert.equal(code, fs.readFileSync(path.join(FOLDER, path.basename(source)), 'utf8'));
    }
  });

  for (const name of ['first-id.js', 'first-record.js']) {
    test(`${name} prints what the guide shows`, async () => {
      const printed = await outputOf(start(name, { stderr: 'ignore' }));
      assert.equal(settled(printed), settled(printedIn('docs/guide.md', name)));
    });
  }

  describe('a run of three processes', () => {
    let folder;
    let webhook;
    let printed;

    before(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-guide-'));
      fs.mkdirSync(path.join(folder, 'logs'));
      const logTo = (name) => fs.openSync(path.join(folder, 'logs', name), 'w');
      const env = { RUN_ID_LOG: 'lifecycle', PORT: '0' };
      webhook = start('webhook.js', { env, stderr: logTo('webhook.log') });
      const [WEBHOOK_URL] = await once(readline.createInterface({ input: webhook.stdout }), 'line');
      printed = await outputOf(start('api.js', { env: { ...env, WEBHOOK_URL }, stderr: logTo('api.log') }));
      webhook.kill();
      await once(webhook, 'exit');
    });
    after(() => {
      webhook?.kill();
      if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
    });

    test('ends with the error that the guide shows', () => {
      assert.equal(printed, printedIn('docs/guide.md', 'worker.js'));
    });

    for (const document of ['docs/guide.md', 'README.md']) {
      test(`is told by check as ${document} shows it`, async () => {
        const cli = new CommandLine({ after: () => {} }, folder);
        const { code, stdout } = await cli.run(['check', 'logs']);
        assert.equal(code, 1);
        assert.ok(settled(stdout).includes(settled(printedIn(document, 'check'))), stdout);
      });
    }
  });
});
