'use strict';

// migrate on trees of files, with the real ESLint and the real Git.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const Ajv = require('ajv/dist/2020.js');
const { RETIRED } = require('../lib/binding.js');
const { CommandLine } = require('../tools/command-line.js');
const { Workspace } = require('../tools/workspace.js');

const isPlan = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  require('../schemas/migrate.schema.json'),
);

const MODULES = path.join(__dirname, '..', 'node_modules');

const HELPERS = `/*
 * Copyright Acme Corp.
 */
'use strict';

const { createLogger } = require('./logger.js');

/** Cuts. */
function stripClientSuffix(runId) {
  return runId.split('-').slice(0, 2).join('-');
}

// Adds.
const addClientSuffix = (runId, clientId) => \`\${runId}-\${clientId}\`;

/** Says so. */
function announce(runId) {
  logger.info(\`run \${runId}\`);
}

const logger = createLogger('runs');

module.exports = { stripClientSuffix, addClientSuffix, announce };
`;

/** A project in a Git repository, with ESLint and the package installed. */
class Tree {
  constructor(t, files, { hasEslint = true, hasGit = true } = {}) {
    this.workspace = new Workspace(t);
    this.cli = new CommandLine(t, this.workspace.folder);
    if (hasEslint)
      fs.symlinkSync(path.join(MODULES, 'eslint'), this.workspace.path('node_modules', 'eslint'));
    this.workspace.write('.gitignore', 'node_modules\n');
    for (const [name, content] of Object.entries(files)) this.workspace.write(name, content);
    if (hasGit) {
      this.git('init', '-q');
      this.commit();
    }
  }

  git(...args) {
    return execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd: this.workspace.folder,
      encoding: 'utf8',
    });
  }

  commit() {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'as it is');
  }

  migrate(...args) {
    return this.cli.run(['migrate', ...args, '.']);
  }

  /** All files that are in the tree now. */
  files() {
    return fs.readdirSync(this.workspace.folder).sort();
  }

  async plan() {
    const { code, stdout, stderr } = await this.migrate('--plan', '--json');
    assert.equal(code, 0, stderr);
    const plan = JSON.parse(stdout);
    isPlan(plan);
    assert.deepEqual(isPlan.errors ?? [], []);
    return plan;
  }

  read(name) {
    return fs.readFileSync(this.workspace.path(name), 'utf8');
  }

  /** What a script of the tree prints. */
  async ask(script) {
    this.workspace.write('ask.js', script);
    return this.workspace.ask('ask.js', { env: { RUN_ID_LOG: 'off' } });
  }
}

const LOGGER = "'use strict';\nmodule.exports = { createLogger: () => ({ info() {} }) };\n";

describe('the plan', () => {
  test('shows twenty rows of a long list', async (t) => {
    const helpers = Array.from({ length: 22 }, (_, at) => [`lib/runs${at}.js`, HELPERS]);
    const tree = new Tree(t, { ...Object.fromEntries(helpers), 'lib/logger.js': LOGGER });
    const { stdout } = await tree.migrate('--plan');
    assert.equal(stdout.match(/^ +(?:strip|add)ClientSuffix +lib\/runs\d+\.js:\d+$/gm).length, 20);
    // Of two helpers in each file.
    assert.match(stdout, /^ +and 24 more: --json lists them all$/m);
  });

  test('says what there is: places by rule, helpers, calls, effort, and which files are written', async (t) => {
    const tree = new Tree(t, {
      'lib/runs.js': HELPERS,
      'lib/logger.js': LOGGER,
      'app.js':
        "const { stripClientSuffix } = require('./lib/runs.js');\n/* eslint-disable */\nmodule.exports = (runId) => stripClientSuffix(runId);\n",
      'dist/broken.js': 'function (',
    });
    const plan = await tree.plan();
    assert.deepEqual([plan.version, plan.files, plan.filesWithPlaces, plan.hasPackage], [1, 4, 2, true]);
    const places = Object.fromEntries(plan.rules.map(({ rule, places: many }) => [rule, many]));
    assert.equal(places['no-home-made-helper'], 2);
    // Also where a comment switches rules off.
    assert.equal(places['no-deprecated-helper'], 1);
    assert.equal(
      plan.places,
      Object.values(places).reduce((sum, many) => sum + many),
    );
    assert.ok(plan.bySuggestion >= 1 && plan.bySuggestion < plan.places);
    assert.deepEqual(plan.helpers, [
      { name: 'stripClientSuffix', file: 'lib/runs.js', line: 9 },
      { name: 'addClientSuffix', file: 'lib/runs.js', line: 14 },
    ]);
    assert.deepEqual(plan.calls, [{ name: 'stripClientSuffix', calls: 1 }]);
    assert.deepEqual(plan.reexports, [
      {
        file: 'lib/runs.js',
        replaced: ['stripClientSuffix', 'addClientSuffix'],
        kept: ['announce'],
        lostComments: 2,
        reason: null,
      },
    ]);
    assert.deepEqual([plan.byHand, plan.unread.map(({ file }) => file)], [[], ['dist/broken.js']]);
    const { code, stdout } = await tree.migrate();
    assert.equal(code, 0);
    assert.match(stdout, /^\d+ places in 2 of 4 files\./);
    assert.match(stdout, /no-home-made-helper +2 +1 +0\n/);
    assert.match(stdout, /stays +announce\n +removed too +2 comments\n/);
    assert.match(stdout, /not read: dist\/broken\.js/);
    assert.equal(tree.git('status', '--porcelain'), '');
  });

  test("reads with the project's own configuration, and runs none of its rules", async (t) => {
    const tree = new Tree(t, {
      'runs.js': HELPERS.replace('runId.split', 'theRun.split').replace('(runId) {', '(theRun) {'),
      'old/runs.js': HELPERS,
      'eslint.config.js':
        "module.exports = [{ ignores: ['old/**'] }, { rules: { 'no-unused-vars': 'error' }, settings: { 'run-id': { names: ['theRun'] } } }];\n",
    });
    const plan = await tree.plan();
    assert.deepEqual(
      plan.helpers.map(({ file }) => file),
      ['runs.js', 'runs.js'],
    );
    assert.ok(plan.rules.every(({ rule }) => rule.includes('run-id') || rule.includes('helper')));
    tree.workspace.write('eslint.config.js', "throw new Error('broken');\n");
    const { code, stderr } = await tree.migrate('--plan');
    assert.equal(code, 2);
    assert.match(stderr, /^unified-run-id: ESLint in .* could not read the tree: /);
  });

  test('says what is missing, and how it is installed', async (t) => {
    const tree = new Tree(t, { 'runs.js': HELPERS }, { hasEslint: false });
    const missing = await tree.migrate('--plan');
    assert.equal(missing.code, 2);
    assert.match(
      missing.stderr,
      /ESLint, which reads the tree, is not installed in .*: npm install --save-dev eslint/,
    );
    tree.workspace.write(
      'node_modules/eslint/package.json',
      '{"name":"eslint","version":"8.57.1","main":"x.js"}',
    );
    tree.workspace.write('node_modules/eslint/x.js', '');
    assert.match(
      (await tree.migrate('--plan')).stderr,
      /ESLint in .* is version 8\.57\.1, but the rules need 9 or later/,
    );
    for (const args of [['nowhere'], ['runs.js'], ['--plan', '--write', '.'], ['--force', '.'], []]) {
      const { code, stderr } = await tree.cli.run(['migrate', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, /^unified-run-id: .+\nTry: /);
    }
  });
});

describe('what is written', () => {
  test('a module of helpers: the names of the package, with their words, and what it has besides', async (t) => {
    const tree = new Tree(t, { 'runs.js': HELPERS, 'logger.js': LOGGER });
    const { code, stdout } = await tree.migrate('--write');
    assert.equal(code, 0);
    assert.match(stdout, /^1 file written: .*\n +runs\.js\n$/);
    assert.equal(
      tree.read('runs.js'),
      `/*
 * Copyright Acme Corp.
 */
'use strict';

const { createLogger } = require('./logger.js');

/** Says so. */
function announce(runId) {
  logger.info(\`run \${runId}\`);
}

const logger = createLogger('runs');

module.exports = Object.assign(Object.create(require('unified-run-id')), { announce });
`,
    );
    const seen = await tree.ask(
      `const runs = require('./runs.js');
      const { announce, normalizeRunId } = runs;
      announce('251006-143000');
      const words = ${JSON.stringify(RETIRED)}.map((name) => {
        try { return typeof runs[name] === 'function' && (runs[name].CLEAR ?? runs[name]()); } catch (error) { return error.code; }
      });
      console.log(JSON.stringify([normalizeRunId('251006-143000'), [...new Set(words)]]));`,
    );
    assert.deepEqual(seen, ['251006-143000', ['ERR_RUN_ID_DEPRECATED']]);
    // What was written is not written again.
    tree.commit();
    assert.deepEqual((await tree.plan()).reexports, []);
  });

  test('keeps line ends, a byte order mark and the missing end of the last line', async (t) => {
    const text = `\ufeff${HELPERS.replaceAll('\n', '\r\n').trimEnd()}`;
    const tree = new Tree(t, { 'runs.js': text, 'logger.js': LOGGER });
    await tree.migrate('--write');
    const written = tree.read('runs.js');
    assert.ok(written.startsWith('\ufeff/*\r\n * Copyright'), written);
    assert.doesNotMatch(written, /[^\r]\n/);
    assert.ok(written.endsWith('{ announce });'));
    const kept = new Set(written.split('\r\n'));
    const before = text.split('\r\n');
    assert.deepEqual([...kept].filter((line) => !before.includes(line)).length, 1);
  });

  test('in each form of exports', async (t) => {
    const helper =
      "function stripClientSuffix(runId) {\n  return runId.split('-').slice(0, 2).join('-');\n}\n";
    const tree = new Tree(t, {
      'whole.js': `${helper}module.exports = { stripClientSuffix };\n`,
      'members.js': `exports.own = () => 5;\nexports.stripClientSuffix = ${helper.trimEnd()};\n`,
      'all-members.js': `module.exports.stripClientSuffix = ${helper.trimEnd()};\n`,
      'esm.mjs': `import fs from 'node:fs';\nimport os from 'node:os';\n\nexport ${helper}\nexport const own = () => fs.sep ?? 5;\n\nconst addClientSuffix = (runId, clientId) => runId + '-' + clientId;\nconst two = 2;\nexport { addClientSuffix, two };\n`,
      'spread.js': "const own = () => 5;\n\nmodule.exports = { ...require('./whole.js'), own };\n",
      'again.js': "const service = require('./spread.js');\n\nmodule.exports = { ...service };\n",
      'used.js':
        "const { stripClientSuffix } = { ...require('./whole.js') };\nmodule.exports = () => stripClientSuffix;\n",
      'class.js':
        "class RunIds {\n  static stripClientSuffix(runId) {\n    return runId.split('-')[0];\n  }\n}\n\nmodule.exports = RunIds;\n",
      'default.mjs': `${helper}export default { stripClientSuffix };\nexport { stripClientSuffix };\n`,
    });
    const plan = await tree.plan();
    assert.deepEqual(
      plan.byHand.map(({ file, reason }) => [file, reason]),
      [
        ['default.mjs', 'it has a default export'],
        ['used.js', 'it spreads a module that becomes a re-export, and a spread drops non-enumerable names'],
      ],
    );
    const { stdout } = await tree.migrate('--write', '--json');
    const { written } = JSON.parse(stdout);
    assert.deepEqual(written, [
      'again.js',
      'all-members.js',
      'esm.mjs',
      'members.js',
      'spread.js',
      'whole.js',
    ]);
    for (const name of ['whole.js', 'all-members.js']) {
      assert.equal(tree.read(name), "module.exports = require('unified-run-id');\n");
    }
    assert.equal(
      tree.read('members.js'),
      "exports.own = () => 5;\nObject.setPrototypeOf(module.exports, require('unified-run-id'));\n",
    );
    assert.equal(
      tree.read('spread.js'),
      "const own = () => 5;\n\nmodule.exports = Object.assign(Object.create(require('./whole.js')), { own });\n",
    );
    assert.equal(
      tree.read('esm.mjs'),
      "export * from 'unified-run-id';\n\nimport fs from 'node:fs';\n\nexport const own = () => fs.sep ?? 5;\n\nconst two = 2;\nexport { two };\n",
    );
    const seen = await tree.ask(
      `const code = (call) => { try { return call(); } catch (error) { return error.code ?? error.message; } };
      import('./esm.mjs').then((esm) => {
        const all = [esm, ...['whole', 'members', 'all-members', 'spread', 'again'].map((name) => require('./' + name + '.js'))];
        console.log(JSON.stringify(all.map((one) => [code(() => one.stripClientSuffix('x')), one.isRunId('251006-143000'), code(() => one.own())])));
      });`,
    );
    const none = 'one.own is not a function';
    const deprecated = 'ERR_RUN_ID_DEPRECATED';
    assert.deepEqual(seen, [
      [deprecated, true, 5],
      [deprecated, true, none],
      [deprecated, true, 5],
      [deprecated, true, none],
      [deprecated, true, 5],
      [deprecated, true, 5],
    ]);
  });

  test('where the first statement is itself a helper, and where helpers share a line', async (t) => {
    const one = "export const stripClientSuffix = (runId) => runId.split('-')[0];";
    const own = 'export const own = 5;';
    const all = "export * from 'unified-run-id';\n";
    const cases = {
      'first.mjs': [`${one}\n`, all],
      'kept.mjs': [`${one}\n${own}\n`, `${all}\n${own}\n`],
      'commented.mjs': [`// Cuts.\n${one}\n\n${own}\n`, `${all}\n${own}\n`],
      'headed.mjs': [`/* Acme. */\n${one}\n`, `/* Acme. */\n${all}`],
      'line.mjs': [`import os from 'node:os'; ${one} const unused = os; ${own}\n`, `${all}\n${own}\n`],
      'line.js': [
        "exports.own = 5; exports.stripClientSuffix = (runId) => runId.split('-')[0]; exports.addClientSuffix = (runId, client) => runId + client;\n",
        "exports.own = 5; Object.setPrototypeOf(module.exports, require('unified-run-id'));\n",
      ],
    };
    const tree = new Tree(t, Object.fromEntries(Object.entries(cases).map(([name, [text]]) => [name, text])));
    assert.equal((await tree.migrate('--write')).code, 0);
    for (const [name, [, wanted]] of Object.entries(cases)) assert.equal(tree.read(name), wanted, name);
  });

  test("a module's own functions under names of the package's settings stay", async (t) => {
    const helper = "exports.stripClientSuffix = (runId) => runId.split('-')[0];\n";
    const tree = new Tree(t, {
      'runs.js': `${helper}exports.configure = () => 5;\nexports.stats = () => 6;\n`,
    });
    assert.deepEqual((await tree.plan()).reexports[0].kept, ['configure', 'stats']);
    await tree.migrate('--write');
    assert.deepEqual(
      await tree.ask(
        "const runs = require('./runs.js'); console.log(JSON.stringify([runs.configure(), runs.stats(), runs.isRunId('x')]));",
      ),
      [5, 6, false],
    );
  });

  test('no helpers of its own remain beside those that it spreads', async (t) => {
    const helper = "const addClientSuffix = (runId, client) => runId + '-' + client;\n";
    const tree = new Tree(t, {
      'whole.js': `${helper}module.exports = { addClientSuffix };\n`,
      'more.js': `const two = 2;\n${helper}const own = () => two;\nmodule.exports = { ...require('./whole.js'), stripClientSuffix: (runId) => runId.split('-')[0], addClientSuffix, own };\n`,
    });
    assert.deepEqual(
      (await tree.plan()).reexports.map(({ replaced, kept }) => [replaced, kept]),
      [
        [['stripClientSuffix', 'addClientSuffix'], ['own']],
        [['addClientSuffix'], []],
      ],
    );
    await tree.migrate('--write');
    assert.equal(
      tree.read('more.js'),
      "const two = 2;\nconst own = () => two;\nmodule.exports = Object.assign(Object.create(require('./whole.js')), { own });\n",
    );
  });

  test('not where what stays would lose what the helpers put aside', async (t) => {
    const exported = 'module.exports = { stripClientSuffix, own };\n';
    const strip = (aside) => `function stripClientSuffix(runId) { ${aside}; return runId.split('-')[0]; }\n`;
    const tree = new Tree(t, {
      'last.js': `let last = null;\n${strip('last = runId')}const own = () => last;\n${exported}`,
      'map.js': `const seen = new Map();\n${strip('seen.set(runId, 1)')}const own = () => seen.size;\n${exported}`,
      'list.js': `const seen = [];\n${strip('seen.push(runId)')}const own = () => seen.length;\n${exported}`,
      'key.js': `const seen = {};\n${strip('seen[runId] = 1')}const own = () => seen;\n${exported}`,
      'both.js': `const seen = new Map();\n${strip('seen.set(runId, 1)')}const own = (runId) => seen.set(runId, 2);\n${exported}`,
      'cleared.js': `const seen = new Map();\n${strip('seen.clear()')}const own = () => seen;\n${exported}`,
      'alone.js': `const seen = [];\n${strip('seen.push(runId)')}const own = () => 5;\n${exported}`,
      'constant.js': `const two = [2];\n${strip('two')}const own = () => two;\n${exported}`,
    });
    const { reexports, byHand } = await tree.plan();
    assert.deepEqual(
      reexports.map(({ file }) => file),
      ['alone.js', 'both.js', 'cleared.js', 'constant.js'],
    );
    assert.deepEqual(
      byHand.map(({ file, reason }) => [file, reason]),
      [
        ['key.js', 'what it keeps shares seen with the helpers'],
        ['last.js', 'what it keeps shares last with the helpers'],
        ['list.js', 'what it keeps shares seen with the helpers'],
        ['map.js', 'what it keeps shares seen with the helpers'],
      ],
    );
  });

  test('never over what is not committed, and then nothing at all', async (t) => {
    const tree = new Tree(t, { 'one.js': HELPERS, 'two.js': HELPERS, 'logger.js': LOGGER });
    for (const [change, named] of [
      [() => tree.workspace.write('one.js', `${HELPERS}// mine\n`), 'one.js'],
      [() => tree.git('rm', '-q', '--cached', 'two.js'), 'two.js'],
      [() => tree.workspace.write('new.js', HELPERS), 'new.js'],
    ]) {
      change();
      const before = [tree.read('one.js'), tree.read('two.js')];
      for (const args of [['--write'], ['--write', '--force']]) {
        const { code, stderr } = await tree.migrate(...args);
        assert.equal(code, 2);
        assert.match(
          stderr,
          new RegExp(`^nothing written: Git has no copy of these files as they are now: .*${named}`),
        );
      }
      assert.deepEqual([tree.read('one.js'), tree.read('two.js')], before);
      tree.git('reset', '-q', '--hard');
    }
  });

  test('never over what another repository has not committed: a submodule, or the target of a link', async (t) => {
    const lender = new Tree(t, { 'runs.js': HELPERS, 'logger.js': LOGGER });
    const tree = new Tree(t, { 'app.js': '' });
    tree.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      lender.workspace.folder,
      'sub',
    );
    fs.symlinkSync(lender.workspace.path('runs.js'), tree.workspace.path('linked.js'));
    tree.commit();
    for (const [name, file] of [
      ['sub/runs.js', tree.workspace.path('sub', 'runs.js')],
      [/runs\.js/, lender.workspace.path('runs.js')],
    ]) {
      fs.appendFileSync(file, '// mine\n');
      const before = fs.readFileSync(file, 'utf8');
      const { code, stderr } = await tree.migrate('--write', '--force');
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`no copy of these files as they are now: .*${name.source ?? name}`));
      assert.equal(fs.readFileSync(file, 'utf8'), before);
      fs.writeFileSync(file, HELPERS);
    }
    assert.equal((await tree.migrate('--write')).code, 0);
  });

  test('not where Git cannot say what is committed, by force neither', async (t) => {
    const tree = new Tree(t, { 'runs.js': HELPERS, 'logger.js': LOGGER });
    const env = { GIT_CONFIG_COUNT: 'many' };
    const { code, stderr } = await tree.cli.run(['migrate', '--write', '--force', '.'], { env });
    assert.equal(code, 2);
    assert.match(stderr, /^nothing written: Git could not say what is committed: .*GIT_CONFIG_COUNT/);
    assert.equal(tree.read('runs.js'), HELPERS);
  });

  test('or nothing, where one of the files cannot be written', async (t) => {
    // A name that is as long as one can be: there is none beside it.
    const longest = `${'z'.repeat(252)}.js`;
    const tree = new Tree(t, { 'one.js': HELPERS, [longest]: HELPERS, 'logger.js': LOGGER });
    const before = tree.files();
    const { code, stdout, stderr } = await tree.migrate('--write', '--json');
    assert.equal(code, 1);
    assert.match(stderr, /^not written: one\.js, "?z+.*: ENAMETOOLONG/);
    const { written, unwritten } = JSON.parse(stdout);
    assert.deepEqual([written, unwritten], [[], ['one.js', longest]]);
    assert.equal(tree.git('status', '--porcelain'), '');
    assert.deepEqual(tree.files(), before);
  });

  test('each file at once, and what was not written is named', async (t) => {
    const names = ['one.js', 'two.js', 'three.js'];
    const tree = new Tree(t, {
      ...Object.fromEntries(names.map((name) => [name, HELPERS])),
      'logger.js': LOGGER,
      'node_modules/first.js': `const fs = require('node:fs/promises'); const { rename } = fs; let count = 0;
        fs.rename = (...args) => (++count === 2 ? Promise.reject(new Error('disk gone')) : rename(...args));`,
    });
    fs.chmodSync(tree.workspace.path('one.js'), 0o755);
    tree.commit();
    const before = tree.files();
    const node = ['--require', tree.workspace.path('node_modules', 'first.js')];
    const { code, stdout, stderr } = await tree.cli.run(['migrate', '--write', '.'], { node });
    assert.equal(code, 1);
    assert.match(stdout, /^1 file written: .*\n +one\.js\n$/);
    assert.equal(stderr, 'not written: three.js, two.js: disk gone\n');
    assert.match(tree.read('one.js'), /unified-run-id/);
    assert.equal(fs.statSync(tree.workspace.path('one.js')).mode & 0o777, 0o755);
    assert.deepEqual([tree.read('two.js'), tree.read('three.js')], [HELPERS, HELPERS]);
    assert.deepEqual(tree.files(), before);
  });

  test('behind a link, which stays one', async (t) => {
    const tree = new Tree(t, { 'lib/runs.js': HELPERS, 'lib/logger.js': LOGGER });
    const link = tree.workspace.path('lib', 'again.js');
    fs.symlinkSync('runs.js', link);
    tree.commit();
    await tree.migrate('--write');
    assert.ok(fs.lstatSync(link).isSymbolicLink());
    assert.match(tree.read('lib/runs.js'), /unified-run-id/);
  });

  test('outside of a repository only by force, and not where the package is not installed', async (t) => {
    const tree = new Tree(t, { 'runs.js': HELPERS, 'logger.js': LOGGER }, { hasGit: false });
    const refused = await tree.migrate('--write');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /is not in a Git repository.*--force/s);
    assert.equal(tree.read('runs.js'), HELPERS);
    assert.equal((await tree.migrate('--write', '--force')).code, 0);
    assert.match(tree.read('runs.js'), /require\('unified-run-id'\)/);
    tree.workspace.write('runs.js', HELPERS);
    fs.rmSync(tree.workspace.path('node_modules', 'unified-run-id'));
    const missing = await tree.migrate('--write', '--force');
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /unified-run-id is not installed in .*: npm install unified-run-id/);
    assert.equal(tree.read('runs.js'), HELPERS);
  });
});
