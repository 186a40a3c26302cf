#!/usr/bin/env node
'use strict';

// Builds the addon, with cargo, for this machine or for another.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { placeOf } = require('../tools/platforms.js');

const USAGE = `Usage: node scripts/build.js [options]

Builds the addon into prebuilds/<platform>-<arch>[-<libc>]/. Needs Rust; without cargo, an existing addon is
kept.

  --target TRIPLE  for another platform, such as aarch64-apple-darwin
  --zig            link with zig, for another Linux; needs cargo-zigbuild and zig
  --glibc VERSION  the same, against this glibc or newer, such as 2.28
  --debug          unoptimised, for development: takes about 2 s after an edit
  --probe          the variant that benchmarks and tests need, in build/probe/
  --help           this text`;

const ROOT = path.join(__dirname, '..');
const FILE = 'unified-run-id.node';
const LIBRARIES = {
  linux: 'libunified_run_id.so',
  darwin: 'libunified_run_id.dylib',
  win32: 'unified_run_id.dll',
};

function main() {
  const { values: options } = parseArgs({
    options: {
      target: { type: 'string' },
      zig: { type: 'boolean' },
      glibc: { type: 'string' },
      debug: { type: 'boolean' },
      probe: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (options.help) return console.log(USAGE);

  const host = hostTriple();
  if (host === null) return keepWhatIsThere();
  const triple = options.target ?? host;
  const { platform, folder } = placeOf(triple) ?? fail(`No package name is known for ${triple}.`);
  const targetDir = path.join(ROOT, 'target', ...(options.probe && !options.debug ? ['probe'] : []));
  const crossing = ['target', 'zig', 'glibc'].some((option) => options[option] !== undefined);

  run('cargo', ['fetch', '--locked', '--quiet', `--target=${triple}`]);
  run('cargo', [
    options.zig || options.glibc ? 'zigbuild' : 'build',
    ...(options.debug ? [] : ['--release']),
    '--locked',
    '--package=unified-run-id',
    `--target-dir=${targetDir}`,
    ...(options.probe ? ['--features=probe'] : []),
    ...(crossing ? [`--target=${triple}${options.glibc ? `.${options.glibc}` : ''}`] : []),
  ]);

  const built = path.join(
    targetDir,
    ...(crossing ? [triple] : []),
    options.debug ? 'debug' : 'release',
    LIBRARIES[platform],
  );
  const wanted = options.probe ? path.join(ROOT, 'build', 'probe') : path.join(ROOT, 'prebuilds', folder);
  install(built, path.join(wanted, FILE));
}

/** The triple of this machine, or null when there is no Rust. */
function hostTriple() {
  const rustc = spawnSync('rustc', ['-vV'], { encoding: 'utf8' });
  return rustc.error ? null : /^host: (.*)$/m.exec(rustc.stdout)[1];
}

function keepWhatIsThere() {
  const prebuilds = path.join(ROOT, 'prebuilds');
  if (fs.existsSync(prebuilds))
    return console.error('No Rust on PATH: the addon in prebuilds/ is used as it is.');
  fail(
    'There is no addon and no Rust on PATH to build it. Install Rust (https://rustup.rs), then try again.',
  );
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: rustFlags(args).join('\x1f') },
  });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function rustFlags(args) {
  const inherited = process.env.RUSTFLAGS?.split(' ').filter(Boolean) ?? [];
  // A debug build is never published, and shares compiled dependencies with `cargo test` if the flags are the same.
  const isDebug = !args.includes('--release');
  const remaps = isDebug ? [] : [...sourceFolders(), ROOT].map((folder) => `--remap-path-prefix=${folder}=.`);
  // musl is linked statically by default, which is impossible for an addon.
  const shared = args.some((arg) => arg.endsWith('-musl')) ? ['-Ctarget-feature=-crt-static'] : [];
  return [...inherited, ...remaps, ...shared];
}

/** Where cargo keeps dependencies. The binary must contain neither these paths nor the registry's name. */
function sourceFolders() {
  const home = process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo');
  const sources = path.join(home, 'registry', 'src');
  const registries = fs.existsSync(sources) ? fs.readdirSync(sources) : [];
  return [home, ...registries.map((registry) => path.join(sources, registry))];
}

/** In one step, because a running process may have the old file mapped. */
function install(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  const partial = `${to}.${process.pid}`;
  fs.copyFileSync(from, partial);
  fs.renameSync(partial, to);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

main();
