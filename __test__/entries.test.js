'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const manifest = require('../package.json');
const { Workspace } = require('../tools/workspace.js');
const { ENTRIES } = require('./support/entries.js');

const workspace = new Workspace(test);

/** More rejections than are logged in a second, so that there is something left to tell at the exit. */
const REJECTIONS = 50;

/**
 * Loads an entry, then calls the package, and tells what was required, scheduled or opened in each phase. What follows
 * the calls goes on to the exit of the process.
 */
function watch(entry, core, rejections) {
  const { createHook } = require('node:async_hooks');
  const fs = require('node:fs');
  const Module = require('node:module');
  const seen = { loading: [], calling: [], after: [] };
  let phase = 'loading';

  const wrap = (holder, name, tell) => {
    const original = holder[name];
    holder[name] = function (...args) {
      tell(args);
      return Reflect.apply(original, this, args);
    };
  };
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
    const tell = () => seen[phase].push(name);
    wrap(require('node:timers'), name, tell);
    wrap(globalThis, name, tell);
  }
  wrap(globalThis, 'queueMicrotask', () => seen[phase].push('queueMicrotask'));
  wrap(process, 'nextTick', () => seen[phase].push('nextTick'));
  wrap(Module, '_load', ([request]) => {
    if (phase !== 'loading') seen[phase].push(`require ${request}`);
  });
  createHook({ init: (_id, type) => seen[phase].push(type) }).enable();

  require(entry);
  const handles = process._getActiveHandles().length;
  phase = 'calling';
  const { configure, normalizeRunId } = require(core);
  configure({ logger: () => {} });
  for (let call = 0; call < rejections; call++) {
    try {
      normalizeRunId('nope');
    } catch {}
  }
  phase = 'after';

  // The last listener, behind those of the package.
  process.on('exit', () => fs.writeSync(1, JSON.stringify({ ...seen, handles })));
}

for (const { name: entry } of ENTRIES) {
  test(`${entry} starts nothing while it is loaded, and requires nothing after a call`, async () => {
    const args = [entry, manifest.name, REJECTIONS];
    const { loading, calling, after, handles } = await workspace.ask(watch, {
      args,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.deepEqual({ loading, handles, after }, { loading: [], handles: 0, after: [] });
    // The wait for the next line that may be logged, which is what the calls asked for.
    assert.deepEqual(
      calling.filter((what) => !what.startsWith('require ')),
      ['setTimeout', 'Timeout'],
    );
  });
}
