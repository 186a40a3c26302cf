'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const test = require('node:test');
const { configure, generateTimestampRunId, normalizeRunId } = require('../index.js');
const { currentSecond, secondOf } = require('./support/base-time.js');
const { NOON, NOON_BASE } = require('./support/issued.js');
const { Peer } = require('./support/peer.js');
const { assertRefusal, leave, read, stateOf } = require('./support/sequence-file.js');
const { rejectionOf, thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const POSIX = process.platform !== 'win32';
const LONG_AGO = '200102-030405\n';

configure({ logger: null });

// How each file that must be refused is made at a path; some answer with another path to use.

/** What Windows does not have, or not for everybody. */
const POSIX_REFUSED = {
  'a symbolic link'(workspace, file) {
    fs.symlinkSync(leave(workspace, LONG_AGO, 'target'), file);
  },
  'a symbolic link to nothing'(workspace, file) {
    fs.symlinkSync(workspace.path('nothing'), file);
  },
  'a named pipe'(_workspace, file) {
    execFileSync('mkfifo', ['-m', '600', file]);
  },
  'a device': () => '/dev/null',
  async 'a socket'(_workspace, file, t) {
    const server = net.createServer().listen(file);
    t.after(() => server.close());
    await once(server, 'listening');
  },
  'a file with two names'(workspace, file) {
    fs.linkSync(leave(workspace, LONG_AGO, 'other-name'), file);
  },
  'a file that its group may write'(_workspace, file) {
    fs.writeFileSync(file, LONG_AGO);
    fs.chmodSync(file, 0o620);
  },
  'a file that anybody may write'(_workspace, file) {
    fs.writeFileSync(file, LONG_AGO);
    fs.chmodSync(file, 0o602);
  },
  'a file of another user'(_workspace, file) {
    // Only root can give a file away; whoever is not root has this one of root's.
    if (process.getuid() !== 0) return '/etc/hosts';
    fs.writeFileSync(file, LONG_AGO, { mode: 0o600 });
    fs.chownSync(file, 12_345, 12_345);
  },
};

const REFUSED = {
  'a folder'(_workspace, file) {
    fs.mkdirSync(file);
  },
  'a file in a folder that is not there': (workspace) => workspace.path('no-such-folder', 'acme-host'),
  'a file below a file': (workspace) => path.join(leave(workspace, LONG_AGO, 'parent'), 'acme-host'),
  'a name that is too long': (workspace) => workspace.path('x'.repeat(300)),
  ...Object.fromEntries(
    [
      ['foreign content', 'colour = red\n'],
      ['14 foreign bytes', 'colour = red!\n'],
      ['13 bytes', '200102-030405'],
      ['15 bytes', '200102-030405\n\n'],
      ['CRLF', '200102-030405\r\n'],
      ['CR', '200102-030405\r'],
      ['a line end alone', '\n'],
      ['a run ID with a client', '200102-030405-Ann-Carver\n'],
      ['two lines', `${LONG_AGO}${LONG_AGO}`],
      ['a space before', ' 20010-030405\n'],
      ['an impossible day', '200230-030405\n'],
      ['an impossible month', '201302-030405\n'],
      ['a leap second', '200102-235960\n'],
      ['NUL', '200102-03040\0\n'],
      ['14 NULs', '\0'.repeat(14)],
      ['bytes beyond ASCII', '\xb2\xb00102-03040\xb9\n'],
      ['a byte order mark', '\xef\xbb\xbf200102-030\n'],
      ['a megabyte', '0'.repeat(1_000_000)],
    ].map(([name, content]) => [
      `a file that holds ${name}`,
      (_workspace, file) => fs.writeFileSync(file, content, { encoding: 'latin1', mode: 0o600 }),
    ]),
  ),
  ...(POSIX && POSIX_REFUSED),
};

test.describe(
  'refused by configure and at the first generation, and left as it is',
  {
    concurrency: 4,
  },
  () => {
    for (const [name, make] of Object.entries(REFUSED)) {
      test(name, async (t) => {
        const workspace = new Workspace(t);
        const file = (await make(workspace, workspace.path('acme-host'), t)) ?? workspace.path('acme-host');
        const before = stateOf(file);
        assertRefusal(
          rejectionOf(() => configure({ sequenceFile: file })),
          file,
          name,
        );
        const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
        for (let attempt = 0; attempt < 3; attempt++) {
          const { error } = await peer.generate();
          assertRefusal(error ?? {}, file, name);
        }
        assert.equal(await peer.isRunId('251006-120000'), true);
        assert.deepEqual(stateOf(file), before);
      });
    }
  },
);

test('a bad option changes nothing: neither a setting of its call nor how run IDs are generated', (t) => {
  const workspace = new Workspace(t);
  const file = leave(workspace, 'colour = red\n');
  const logged = [];
  configure({ logger: (event) => logged.push(event), service: 'accounts' });
  t.after(() => configure({ logger: null }));
  const settings = { service: 'billing', logger: null, debug: true, maxLeadSeconds: 0, now: () => NOON };
  const last = secondOf(generateTimestampRunId());
  const before = currentSecond();
  assertRefusal(
    rejectionOf(() => configure({ ...settings, sequenceFile: file })),
    file,
  );
  for (const step of [1, 2]) {
    const next = secondOf(generateTimestampRunId());
    assert.ok(next === last + step || (next >= before && next <= currentSecond()));
  }
  normalizeRunId(NOON_BASE);
  rejectionOf(() => normalizeRunId(''));
  assert.deepEqual(
    logged.map(({ code, service }) => [code, service]),
    [
      ['ERR_RUN_ID_SEQUENCE', 'accounts'],
      ['ERR_RUN_ID_FORMAT', 'accounts'],
    ],
  );
});

test('a path that is no path is a TypeError', () => {
  for (const sequenceFile of [
    null,
    '',
    'a\0b',
    42,
    true,
    Buffer.from('sequence'),
    ['sequence'],
    new URL('file:///x'),
  ]) {
    assert.ok(thrownBy(() => configure({ sequenceFile })) instanceof TypeError);
  }
});

test('a bad variable is no bar to loading, and generation begins once the file is put right', async (t) => {
  const workspace = new Workspace(t);
  const file = leave(workspace, 'colour = red\n');
  const peer = await Peer.start(workspace, { env: { RUN_ID_SEQUENCE_FILE: file } });
  assertRefusal((await peer.generate()).error, file);
  fs.writeFileSync(file, '');
  assert.equal(`${await peer.generate()}\n`, read(file));
});

test('a file that goes bad while in use is refused until it is put right, and nothing is used up', async (t) => {
  const workspace = new Workspace(t);
  const file = workspace.path('acme-host');
  const peer = await Peer.start(workspace);
  await peer.configure({ sequenceFile: file });
  const last = await peer.generate();
  const spoil = {
    content: () => fs.writeFileSync(file, 'colour = red\n'),
    ...(POSIX && {
      mode: () => fs.chmodSync(file, 0o666),
      link: () => {
        fs.renameSync(file, workspace.path('target'));
        fs.symlinkSync(workspace.path('target'), file);
      },
    }),
  };
  for (const [name, spoilIt] of Object.entries(spoil)) {
    spoilIt();
    const before = stateOf(file);
    for (let attempt = 0; attempt < 3; attempt++) assertRefusal((await peer.generate()).error, file, name);
    assert.deepEqual(stateOf(file), before, name);
    fs.rmSync(file);
    leave(workspace, `${last}\n`);
  }
  const before = currentSecond();
  const next = secondOf(await peer.generate());
  assert.ok(next === secondOf(last) + 1 || (next >= before && next <= currentSecond()));
});
