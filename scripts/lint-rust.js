#!/usr/bin/env node
'use strict';

// Runs Clippy on the workspace. Its warnings fail the gate on the toolchain that Cargo.toml names; on another one, which
// may have more lints, they are only shown. Lints that Cargo.toml denies fail on all toolchains.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');

const [, held] = /^lint-toolchain = "(\d+\.\d+)"$/m.exec(
  fs.readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8'),
);
const version = run('rustc', ['--version'], 'pipe').stdout.toString();
const isHeld = version.startsWith(`rustc ${held}.`);
if (!isHeld) console.log(`${version.trim()}: the lints are for ${held}, so warnings do not fail`);

const args = ['clippy', '--locked', '--workspace', '--all-targets', '--all-features'];
process.exitCode = run('cargo', isHeld ? [...args, '--', '-D', 'warnings'] : args, 'inherit').status;

function run(command, args, stdout) {
  const done = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', stdout, 'inherit'] });
  if (done.error) throw done.error;
  return done;
}
