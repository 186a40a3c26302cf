'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, beforeEach, describe, test } = require('node:test');
const manifest = require('../package.json');

const ROOT = path.join(__dirname, '..');

/** What the scripts read, and the scripts. */
const FILES = [
  ...['package.json', 'package-lock.json', 'Cargo.toml', 'Cargo.lock', 'fuzz/Cargo.lock', 'CHANGELOG.md'],
  ...['scripts/check-versions.js', 'scripts/release-notes.js', 'tools/changelog.js'],
];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-release-'));
after(() => fs.rmSync(folder, { recursive: true }));

beforeEach(() => {
  for (const file of FILES) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.copyFileSync(path.join(ROOT, file), path.join(folder, file));
  }
});

/** Changes a file of the copy, in which the text must be. */
function change(file, from, to) {
  const text = fs.readFileSync(path.join(folder, file), 'utf8');
  assert.ok(text.includes(from), `${file} has no ${from}`);
  fs.writeFileSync(path.join(folder, file), text.replace(from, to));
}

function run(script, ...args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(folder, 'scripts', script), ...args],
    {
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

/** As the owner leaves it. */
const own = () =>
  change('package.json', 'git+https://github.com/OWNER/', 'git+https://github.com/acme-corp/');

const TAG = `v${manifest.version}`;

describe('the version', () => {
  test('is the same everywhere', () => {
    assert.deepEqual(run('check-versions.js'), {
      status: 0,
      stdout: `${manifest.version} everywhere\n`,
      stderr: '',
    });
  });

  const crate = (name) => `name = "${name}"\nversion = "${manifest.version}"`;
  const other = (text) => text.replace(manifest.version, '9.9.9');
  for (const [place, file, text] of [
    ['package-lock.json', 'package-lock.json', `"version": "${manifest.version}",\n  "lockfileVersion"`],
    [
      'package-lock.json, packages',
      'package-lock.json',
      `"version": "${manifest.version}",\n      "license"`,
    ],
    ['Cargo.toml', 'Cargo.toml', `[workspace.package]\nversion = "${manifest.version}"`],
    ['Cargo.lock, unified-run-id', 'Cargo.lock', crate('unified-run-id')],
    ['Cargo.lock, run-id-core', 'Cargo.lock', crate('run-id-core')],
    ['fuzz/Cargo.lock, run-id-logs', 'fuzz/Cargo.lock', crate('run-id-logs')],
    ['CHANGELOG.md', 'CHANGELOG.md', `## [${manifest.version}]`],
  ]) {
    test(`is missed in ${place}`, () => {
      change(file, text, other(text));
      const { status, stderr } = run('check-versions.js');
      assert.equal(stderr, `${place} says 9.9.9, package.json ${manifest.version}\n`);
      assert.equal(status, 1);
    });
  }
});

describe('a tag', () => {
  test('of the version, with an owner and a date, may be published', () => {
    own();
    assert.equal(run('check-versions.js', '--tag', TAG).stderr, '');
  });

  test('of another version may not', () => {
    own();
    const { status, stderr } = run('check-versions.js', '--tag', 'v9.9.9');
    assert.deepEqual(
      [status, stderr],
      [1, `the tag is v9.9.9, but the version in package.json is ${TAG.slice(1)}\n`],
    );
  });

  test('before the owner has set the address may not', () => {
    const { status, stderr } = run('check-versions.js', '--tag', TAG);
    assert.equal(status, 1);
    assert.match(stderr, /^package\.json still has github\.com\/OWNER\/ .*CONTRIBUTING\.md/);
  });

  test('with changes that are unreleased may not', () => {
    own();
    change('CHANGELOG.md', '## [Unreleased]\n', '## [Unreleased]\n\n- One more.\n');
    const { status, stderr } = run('check-versions.js', '--tag', TAG);
    assert.deepEqual([status, stderr], [1, 'CHANGELOG.md has changes under Unreleased\n']);
  });

  test('without a date may not', () => {
    own();
    const text = fs.readFileSync(path.join(folder, 'CHANGELOG.md'), 'utf8');
    const [title] = new RegExp(`^## \\[${manifest.version}\\].*$`, 'm').exec(text);
    change('CHANGELOG.md', title, `## [${manifest.version}]`);
    const { status, stderr } = run('check-versions.js', '--tag', TAG);
    assert.deepEqual([status, stderr], [1, `CHANGELOG.md has no date for ${manifest.version}\n`]);
  });
});

describe('the notes of a release', () => {
  test('are the section of its version, a line for each item', () => {
    const section =
      '\n### Added\n\n- One that\n  goes on.\n- Two:\n  1. first\n\nA text that\ngoes on.\n\n### Fixed\n\n- Three.\n';
    fs.writeFileSync(
      path.join(folder, 'CHANGELOG.md'),
      `# Changelog\n\n## [Unreleased]\n\n- Not yet.\n\n## [${manifest.version}] - 2026-11-27\n${section}\n## [1.0.0] - 2026-11-25\n\n- Old.\n`,
    );
    assert.equal(
      run('release-notes.js').stdout,
      '### Added\n\n- One that goes on.\n- Two: 1. first\n\nA text that goes on.\n\n### Fixed\n\n- Three.\n',
    );
  });

  test('of a version that the changelog does not know are refused', () => {
    change('CHANGELOG.md', `## [${manifest.version}]`, '## [9.9.9]');
    const { status, stderr } = run('release-notes.js');
    assert.equal(status, 1);
    assert.match(stderr, /CHANGELOG\.md has no section for /);
  });

  test('of a changelog that is out of form are refused', () => {
    change('CHANGELOG.md', `## [${manifest.version}]`, `## ${manifest.version}`);
    assert.match(run('release-notes.js').stderr, /is not "## \[version\] - date"/);
  });
});

test('addons of all published platforms must be there, and of no others', () => {
  for (const file of [
    'scripts/check-release.js',
    'tools/packed-size.js',
    'tools/platforms.js',
    '.github/workflows/addon.yml',
  ]) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.copyFileSync(path.join(ROOT, file), path.join(folder, file));
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const platform of ['darwin-arm64', 'win32-x64', 'freebsd-x64']) {
    fs.mkdirSync(path.join(folder, 'prebuilds', platform), { recursive: true });
    fs.writeFileSync(path.join(folder, 'prebuilds', platform, 'unified-run-id.node'), 'addon');
  }
  assert.equal(run('check-release.js').status, 0);
  const { status, stderr } = run('check-release.js', '--all');
  assert.equal(status, 1);
  const missing = ['linux-x64-gnu', 'linux-arm64-gnu', 'linux-x64-musl', 'linux-arm64-musl', 'darwin-x64'];
  assert.deepEqual(stderr.trimEnd().split('\n'), [
    ...[...missing, 'win32-arm64'].map((platform) => `${platform}: is missing`),
    'freebsd-x64: is not published',
  ]);
});

test('the address of the repository is said in one place, and built on in two', () => {
  const [, address] = /^git\+(https:\/\/github\.com\/[\w.-]+\/[\w.-]+)\.git$/.exec(manifest.repository.url);
  assert.equal(manifest.homepage, `${address}#readme`);
  assert.deepEqual(manifest.bugs, { url: `${address}/issues` });
});
