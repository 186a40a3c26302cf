'use strict';

// Where pages are written, and what is in them, without a browser.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { setTimeout } = require('node:timers/promises');
const { EVENT, unpacked } = require('../lib/cli/columns.js');
const { PageFile } = require('../lib/cli/page-file.js');
const { version } = require('../package.json');
const { baseAt } = require('./support/base-time.js');
const { CommandLine } = require('../tools/command-line.js');
const { HOUR, LogWriter, SECOND, writeJob } = require('../tools/log-writer.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const ANN = 'Ann-Carver';
const RUN = `${baseAt(NOON)}-${ANN}`;
const TWICE = `${RUN}-${ANN}`;

/** Of a page, all but its data. */
const MAX_PAGE = 300_000;

/** A command line in a folder with logs in which one thing is wrong. */
function scene(t) {
  const logs = new LogWriter(t);
  writeJob(logs, NOON);
  writeJob(logs, NOON + HOUR / 2);
  logs.process('mailer').record(NOON + 50 * SECOND, 'missing', TWICE);
  const { paths } = logs.write();
  const folder = path.dirname(paths[0]);
  const names = paths.map((file) => path.basename(file));
  /** Options of Node.js by which this happens to `node:fs/promises` first. */
  const preload = (text) => {
    fs.writeFileSync(path.join(folder, 'first.js'), `const fs = require('node:fs/promises'); ${text}`);
    return ['--require', path.join(folder, 'first.js')];
  };
  return { cli: new CommandLine(t, folder), folder, names, file: path.join(folder, 'page.html'), preload };
}

const isWindows = process.platform === 'win32';

const partsOf = (file) => fs.readdirSync(path.dirname(file)).filter((name) => name.includes('.part'));

/** What a page was given, with its events as they were before they were packed. */
function dataOf(file) {
  const html = fs.readFileSync(file, 'utf8');
  const [data, lines] = ['data', 'lines'].map(
    (id) => new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(html)[1],
  );
  const { strings, ...read } = JSON.parse(data);
  const Event = unpacked(EVENT, strings);
  const runs = read.run === null ? read.report.flows : [read.run];
  for (const run of runs) run.rows = run.rows.map((row) => new Event(row));
  return { data: { ...read, lines: JSON.parse(lines) }, length: data.length + lines.length };
}

for (const [name, command] of Object.entries({ flow: ['flow', RUN], check: ['check'] })) {
  test(`${name} --html prints what it prints without, and says where the page is`, async (t) => {
    const { cli, names, file } = scene(t);
    for (const more of [[], ['--json']]) {
      const without = await cli.run([...command, ...names, ...more]);
      const page = await cli.run([...command, ...names, ...more, '--html', 'page.html']);
      assert.deepEqual([page.code, page.stdout], [without.code, without.stdout]);
      assert.equal(page.stderr, 'Page: page.html\n');
    }
    assert.deepEqual(partsOf(file), []);
  });

  test(`${name} --html is one file of ASCII, at most ${MAX_PAGE / 1000} KB beside its data, of which it is known`, async (t) => {
    const { cli, names, file } = scene(t);
    await cli.run([...command, ...names, '--html', 'page.html']);
    const html = fs.readFileSync(file, 'latin1');
    assert.match(html, /^[\x20-\x7e\n]*$/);
    assert.ok(html.length - dataOf(file).length <= MAX_PAGE);
    assert.ok(html.includes(`<meta name="generator" content="unified-run-id ${version}">`));
    // Nothing that a browser would fetch, and no script or style without its place in the policy.
    assert.doesNotMatch(html, /\s(src|href)\s*=\s*["'a-z]/i);
    assert.equal(html.match(/'sha256-/g).length, html.match(/<(style|script)>/g).length);
  });

  test(`${name} --html may write its page again, and writes over nothing else`, async (t) => {
    const { cli, folder, names, file } = scene(t);
    const run = (to) => cli.run([...command, ...names, '--html', to]);
    await run('page.html');
    fs.appendFileSync(file, 'old');
    assert.equal((await run('page.html')).stderr, 'Page: page.html\n');
    assert.ok(!fs.readFileSync(file, 'utf8').endsWith('old'));

    fs.writeFileSync(path.join(folder, 'empty.html'), '');
    assert.equal((await run('empty.html')).stderr, 'Page: empty.html\n');

    fs.writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    fs.mkdirSync(path.join(folder, 'folder'));
    fs.mkdirSync(path.join(folder, 'locked'), { mode: 0o500 });
    fs.symlinkSync(names[0], path.join(folder, 'link.log'));
    const before = fs.readFileSync(path.join(folder, names[0]));
    for (const [to, problem] of [
      ['notes.txt', 'exists and was not written by this command'],
      ['folder', 'is not a regular file'],
      [names[0], 'is one of the input files'],
      [`./${names[0]}`, 'is one of the input files'],
      ['nowhere/page.html', 'is in a folder that does not exist'],
      ['link.log', 'is one of the input files'],
      // Root may write anywhere.
      ...(process.getuid?.() === 0 ? [] : [['locked/page.html', 'is in a folder that cannot be written to']]),
      ['', 'is not a file name'],
      ['new/', 'is not a file name'],
      ['-', 'is not a file name'],
    ]) {
      const { code, stdout, stderr } = await run(to);
      assert.deepEqual([code, stdout], [2, ''], to);
      assert.ok(stderr.includes(problem), stderr);
    }
    assert.equal(fs.readFileSync(path.join(folder, 'notes.txt'), 'utf8'), 'mine');
    assert.deepEqual(fs.readFileSync(path.join(folder, names[0])), before);
  });

  test(`${name} --html writes no page where its text goes`, async (t) => {
    const { cli, folder, names } = scene(t);
    const out = path.join(folder, 'out');
    const text = fs.openSync(out, 'w');
    t.after(() => fs.closeSync(text));
    for (const [to, stdio, teller] of [
      ['out', ['ignore', text, 'pipe'], 'stderr'],
      ['out', ['ignore', 'pipe', text], null],
      ...(isWindows
        ? []
        : [
            ['/dev/stdout', ['ignore', text, 'pipe'], 'stderr'],
            ['/dev/stderr', ['ignore', 'pipe', text], null],
          ]),
    ]) {
      fs.ftruncateSync(text);
      const child = cli.start([...command, ...names, '--html', to], { stdio });
      child[teller]?.setEncoding('utf8');
      const [told] = teller === null ? [] : await once(child[teller], 'data');
      if (teller === null) await once(child, 'close');
      const { ino } = fs.fstatSync(text);
      assert.equal(fs.statSync(out).ino, ino, 'it is the same file');
      assert.match(told ?? fs.readFileSync(out, 'utf8'), /is where the output of this command goes/);
      if (teller !== null) assert.equal(fs.readFileSync(out, 'utf8'), '');
    }
  });

  test(`${name} --html writes through a link`, async (t) => {
    const { cli, folder, names, file } = scene(t);
    fs.writeFileSync(file, '');
    fs.symlinkSync('page.html', path.join(folder, 'today.html'));
    assert.equal(
      (await cli.run([...command, ...names, '--html', 'today.html'])).stderr,
      'Page: today.html\n',
    );
    assert.equal(fs.readlinkSync(path.join(folder, 'today.html')), 'page.html');
    assert.ok(dataOf(file).length > 0);
  });

  test(`${name} --html writes through a link to a page that is not there yet`, async (t) => {
    const { cli, folder, names, file } = scene(t);
    fs.mkdirSync(path.join(folder, 'pages'));
    fs.symlinkSync('pages/link.html', path.join(folder, 'today.html'));
    fs.symlinkSync('../page.html', path.join(folder, 'pages', 'link.html'));
    fs.symlinkSync('loop.html', path.join(folder, 'loop.html'));
    fs.symlinkSync('nowhere/page.html', path.join(folder, 'lost.html'));
    const run = (to) => cli.run([...command, ...names, '--html', to]);
    assert.equal((await run('today.html')).stderr, 'Page: today.html\n');
    assert.equal(fs.readlinkSync(path.join(folder, 'today.html')), 'pages/link.html');
    assert.ok(dataOf(file).length > 0);
    assert.match((await run('lost.html')).stderr, /is in a folder that does not exist/);
    await run('loop.html');
    assert.ok(!fs.existsSync(path.join(folder, 'nowhere')));
  });

  test(`${name} --html keeps the mode of an earlier page`, { skip: isWindows }, async (t) => {
    const { cli, names, file } = scene(t);
    for (const mode of [0o600, 0o640, 0o666]) {
      fs.writeFileSync(file, '');
      fs.chmodSync(file, mode);
      await cli.run([...command, ...names, '--html', 'page.html']);
      assert.ok(dataOf(file).length > 0);
      assert.equal(fs.statSync(file).mode & 0o777, mode);
    }
  });

  test(`${name} --html leaves a file alone that was made while it read`, async (t) => {
    const { cli, names, file, preload } = scene(t);
    const node = preload(
      `const { writeFile } = fs; fs.writeFile = (...args) =>
         writeFile(...args).then(() => writeFile(${JSON.stringify(file)}, 'precious'));`,
    );
    const { code, stderr } = await cli.run([...command, ...names, '--html', 'page.html'], { node });
    assert.deepEqual(
      [code, stderr],
      [2, 'not written: page.html: exists and was not written by this command: choose another file\n'],
    );
    assert.equal(fs.readFileSync(file, 'utf8'), 'precious');
    assert.deepEqual(partsOf(file), []);
  });

  test(`${name} --html leaves a file alone that was made in the last moment`, async (t) => {
    const { cli, names, file, preload } = scene(t);
    const node = preload(
      `const { link, writeFile } = fs; fs.link = (...args) =>
         writeFile(${JSON.stringify(file)}, 'precious').then(() => link(...args));`,
    );
    const { code, stderr } = await cli.run([...command, ...names, '--html', 'page.html'], { node });
    assert.equal(code, 2);
    assert.match(stderr, /^not written: page\.html: exists and was not written by this command/);
    assert.equal(fs.readFileSync(file, 'utf8'), 'precious');
    assert.deepEqual(partsOf(file), []);
  });

  test(`${name} --html is written where files have one name only`, async (t) => {
    const { cli, names, file, preload } = scene(t);
    const node = preload("fs.link = () => Promise.reject(Object.assign(new Error(), { code: 'EPERM' }));");
    const { stderr } = await cli.run([...command, ...names, '--html', 'page.html'], { node });
    assert.equal(stderr, 'Page: page.html\n');
    assert.ok(dataOf(file).length > 0);
    assert.deepEqual(partsOf(file), []);
  });

  test(`${name} --html that is written many times at once is one whole page`, async (t) => {
    const { cli, names, file } = scene(t);
    const runs = Array.from({ length: 4 }, () => cli.run([...command, ...names, '--html', 'page.html']));
    for (const { stderr } of await Promise.all(runs)) assert.equal(stderr, 'Page: page.html\n');
    assert.ok(dataOf(file).length > 0);
    assert.deepEqual(partsOf(file), []);
  });

  const interrupted = `${name} --html that is interrupted leaves no part of a page, and does not keep others from theirs`;
  test(interrupted, { skip: isWindows && 'a process is not interrupted there, but ended' }, async (t) => {
    const { cli, names, file, preload } = scene(t);
    // Held up as the disk may do it, when all of the page but its name is there.
    const node = preload('fs.link = fs.rename = () => new Promise(() => setInterval(() => {}, 1e6));');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const child = cli.start([...command, ...names, '--html', 'page.html'], { node });
      while (partsOf(file).length === 0) await setTimeout(5);
      assert.equal(
        (await cli.run([...command, ...names, '--html', 'page.html'])).stderr,
        'Page: page.html\n',
      );
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [null, signal]);
      assert.deepEqual(partsOf(file), [], signal);
      assert.ok(dataOf(file).length > 0);
    }
  });

  test(`${name} --html leaves no part of a page that cannot get its name`, async (t) => {
    const { cli, names, file, preload } = scene(t);
    const node = preload("fs.link = fs.rename = () => Promise.reject(new Error('no more names'));");
    const { code, stderr } = await cli.run([...command, ...names, '--html', 'page.html'], { node });
    assert.deepEqual([code, stderr], [2, 'not written: page.html: no more names\n']);
    assert.deepEqual(partsOf(file), []);
    assert.equal(fs.existsSync(file), false);
  });

  test(`${name} --html that cannot be written is told, exit code 2`, async (t) => {
    const { cli, names, file } = scene(t);
    // The longest name that a file can have leaves no room for that of its first part.
    const name = `${'x'.repeat(250)}.html`;
    const { code, stdout, stderr } = await cli.run([...command, ...names, '--html', name]);
    assert.equal(code, 2);
    assert.notEqual(stdout, '');
    assert.match(stderr, /^not written: x+\.html: (ENAMETOOLONG|ENOENT)/);
    assert.deepEqual(partsOf(file), []);
  });

  test(`${name} --html reads standard input, and tells of what could not be read`, async (t) => {
    const { cli, folder, names, file } = scene(t);
    const input = Buffer.concat(names.map((log) => fs.readFileSync(path.join(folder, log))));
    const torn = '[run-id] {"time":"2025-\n';
    const { stderr } = await cli.run([...command, '-', 'gone.log', '--html', 'page.html'], {
      input: `${input}${torn}`,
    });
    assert.equal(dataOf(file).data.limit, ' as far as the files could be read');
    assert.match(stderr, /^Page: page\.html\nnot read: gone\.log: /);
    const { data } = dataOf(file);
    const { notes, files } = data.frame;
    assert.equal(notes[0], '1 torn or unreadable line left out.');
    assert.match(notes[1], /^not read: gone\.log: /);
    assert.deepEqual(
      files.map(({ name: log }) => log),
      ['-', 'gone.log'],
    );
    const rows = (data.run ?? data.report.flows[0]).rows;
    assert.deepEqual([...new Set(rows.map((row) => row.file))], ['-']);
  });
}

test('a link that leads to itself is followed forty times', async (t) => {
  const { folder } = scene(t);
  const loop = path.join(folder, 'loop.html');
  fs.symlinkSync('loop.html', loop);
  const { mock } = t.mock.method(fs.promises, 'readlink');
  await PageFile.at(loop, []);
  assert.equal(mock.callCount(), 40);
});

test('a page and the JSON of its command hold the same events and findings', async (t) => {
  const { cli, names, file } = scene(t);
  const { stdout } = await cli.run(['flow', RUN, ...names, '--html', 'page.html', '--json']);
  const flow = JSON.parse(stdout);
  const { run, lines } = dataOf(file).data;
  const own = ({ time, file: log, line, runId, text, confidence }) => ({
    time,
    log,
    line,
    runId,
    text,
    confidence,
  });
  const isoOf = (time) => (time === null ? null : new Date(time).toISOString());
  assert.deepEqual(
    run.rows.map((row) =>
      own({
        file: row.file,
        line: row.line,
        runId: row.runId,
        confidence: row.confidence,
        time: isoOf(row.time),
        text: lines[row.text],
      }),
    ),
    flow.events.map(own),
  );
  assert.deepEqual(
    run.processes.map((one) => one.name),
    flow.processes,
  );
  assert.deepEqual(
    run.findings.map(({ class: name, runId, expected }) => [name, runId, expected]),
    flow.findings.map(({ class: name, runId, expected }) => [name, runId, expected]),
  );

  const check = JSON.parse((await cli.run(['check', ...names, '--html', 'page.html', '--json'])).stdout);
  const { report } = dataOf(file).data;
  assert.deepEqual([report.runs, report.consistentRuns, check.runs], [2, 1, 2]);
  assert.deepEqual(
    report.groups.map(({ class: name, example }) => [name, example.runId]),
    check.groups.map(({ class: name, examples: [at] }) => [name, check.findings[at].runId]),
  );
  assert.equal(report.findings.length, check.findings.length);
  assert.equal(report.flows[0].rows.length, run.rows.length);
});

test('a long line is cut in the page, and no character in two', async (t) => {
  const { cli, folder, file } = scene(t);
  for (const fill of ['x', '\u65e5', '\u{1f600}']) {
    fs.writeFileSync(path.join(folder, 'long.log'), `${RUN} ${fill.repeat(10_000)}\n`);
    await cli.run(['flow', RUN, 'long.log', '--html', 'page.html']);
    const { run, lines } = dataOf(file).data;
    const text = lines[run.rows[0].text];
    assert.ok(text.startsWith(`${RUN} ${fill}`) && text.endsWith(`${fill}...`), text.slice(-20));
    assert.ok(Buffer.byteLength(text) <= 4096 + '...'.length && Buffer.byteLength(text) > 4090);
  }
});

test('a line is in a page once, however many of its IDs are drawn', async (t) => {
  const { cli, folder, file } = scene(t);
  const ids = Array.from({ length: 200 }, (_, at) => `${RUN.slice(0, 13)}-C${at}`);
  fs.writeFileSync(path.join(folder, 'own.log'), `${ids.join(' ')}\n`);
  await cli.run(['flow', RUN.slice(0, 13), 'own.log', '--html', 'page.html']);
  const { run, lines } = dataOf(file).data;
  assert.deepEqual([run.rows.length, lines.length], [200, 1]);
  assert.equal(fs.readFileSync(file, 'utf8').split('-C0 ').length, 2);
});

test('times count from the first event where IDs ran ahead of the clock, and lanes are told apart', async (t) => {
  const { cli, folder, file } = scene(t);
  const event = (second, proc) => {
    const time = new Date(NOON + second * SECOND).toISOString();
    const fields = { time, service: 'api', host: 'h', pid: 1, proc, op: null, event: 'pass', runId: RUN };
    return `[run-id] ${JSON.stringify(fields)}\n`;
  };
  const lanesAndTimes = async (text, gaps = [null, null]) => {
    fs.writeFileSync(path.join(folder, 'own.log'), text);
    await cli.run(['flow', RUN, 'own.log', '--html', 'page.html']);
    const { processes, rows } = dataOf(file).data.run;
    assert.deepEqual(
      rows.map(({ gap }) => gap),
      gaps,
    );
    return [processes.map(({ short }) => short), rows.map(({ offset }) => offset)];
  };
  assert.deepEqual(await lanesAndTimes(event(-2, '0000000a') + event(1, '0000000a')), [['api'], [0, 3000]]);
  assert.deepEqual(await lanesAndTimes(event(2, '0000000a') + event(3, '0000000b')), [
    ['api@h/1/0000000a', 'api@h/1/0000000b'],
    [2000, 3000],
  ]);
  // What tells no time ends no silence.
  const [, times] = await lanesAndTimes(`${event(0, '0000000a')}${RUN}\n${event(60, '0000000a')}`, [
    null,
    null,
    '1 min',
  ]);
  assert.deepEqual(times, [0, null, 60_000]);
});
