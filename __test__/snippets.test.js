'use strict';

// Every JavaScript and TypeScript block of README.md and docs/*.md is held to the package. There are three ways:
//
// - A block with nothing special is compiled, JavaScript too, against the declarations of the package, each block as a
//   module of its own. It may use `require`, `import` and `await`. What it takes for granted (`app`, `pool`) is
//   declared in __test__/snippets.d.ts: add a name, or a package without types, there.
// - A comment in the line before the block, `<!-- __test__/hosts/projects/koa/server.js -->`, says of which file of this
//   checkout it is a part. The file holds all its lines in their order; indentation doesn't count.
// - A block that can be neither says why behind its fence: ```js no-check: the legacy code that is replaced
//
// A line whose comment quotes the error of an object in place of a run ID (`// STRICT RUN ID ERROR: Object passed to …`)
// must be refused by the compiler as well. A block of a language that is not listed here is refused, and so is one without
// a language that looks like code, so that none is passed over.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { snippetsOf } = require('../tools/snippets.js');
const { COMPILERS, TypedProject } = require('./support/typed-project.js');

const ROOT = path.join(__dirname, '..');

/** The extension of the module that a block becomes. */
const MODULES = { js: '.mjs', javascript: '.mjs', mjs: '.mjs', ts: '.mts', typescript: '.mts', mts: '.mts' };

/** Languages that no compiler reads; none is what a program prints. */
const OTHERS = ['', 'console', 'diff', 'html', 'ini', 'json', 'python', 'sh', 'sql', 'text', 'yaml'];

const LOOKS_LIKE_CODE = /\brequire\(|\bimport\b.*['"]|^\s*(?:const|let|await)\s|=>|\w\(.*\);/m;

const NO_CHECK = /^no-check: *(.*)$/;

/** What the application of a snippet has installed, besides the package. */
const PACKAGES = [
  '@electric-sql/pglite',
  '@opentelemetry/api',
  '@opentelemetry/exporter-prometheus',
  '@opentelemetry/sdk-logs',
  '@opentelemetry/sdk-metrics',
  '@types/express',
  '@types/node',
  '@types/pg',
  'eslint',
  'fastify',
  'pino',
  'winston',
];

const COMPILER_OPTIONS = {
  strict: true,
  skipLibCheck: true,
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023'],
  types: ['node'],
  allowJs: true,
  checkJs: true,
  noEmit: true,
};

/** What is told of parameters and caught errors in TypeScript cannot be told in JavaScript. */
const LOOSE = { noImplicitAny: false, useUnknownInCatchVariables: false };

const documents = ['README.md', ...fs.readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .sort();

const blocks = documents.flatMap((document) =>
  snippetsOf(document).map((snippet) => ({ document, place: `${document}:${snippet.line}`, ...snippet })),
);
const code = blocks.filter(({ language }) => Object.hasOwn(MODULES, language));
const unchecked = code.filter(({ info }) => NO_CHECK.test(info));
const parts = code.filter(({ source, info }) => source !== undefined && !NO_CHECK.test(info));
const compiled = code.filter((block) => !unchecked.includes(block) && !parts.includes(block));

/** A call that throws for the type of what it is given. */
const REFUSED = /^(?=.*\/\/ STRICT RUN ID ERROR: Object passed )/gm;

/** Under the line numbers of the document, and as a module even where nothing is imported. */
const moduleOf = ({ line, code: text }) =>
  `${'\n'.repeat(line - 1)}${text.replace(REFUSED, '// @ts-expect-error\n')}\nexport {};\n`;

const linesOf = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

const isPartOf = (part, whole) =>
  `\n${linesOf(whole).join('\n')}\n`.includes(`\n${linesOf(part).join('\n')}\n`);

test('every block says in which language it is, and why it is not checked if it is not', () => {
  assert.ok(compiled.length > 5, 'the README alone has six');
  for (const { place, language, info, code: text } of blocks) {
    if (!Object.hasOwn(MODULES, language)) {
      const known = [...Object.keys(MODULES), ...OTHERS].filter((name) => name !== '').join(', ');
      assert.ok(OTHERS.includes(language), `${place}: "${language}" is none of ${known}`);
      if (language === '')
        assert.doesNotMatch(text, LOOKS_LIKE_CODE, `${place}: say in which language it is`);
    } else if (info !== '') {
      assert.match(info, NO_CHECK, place);
      assert.notEqual(NO_CHECK.exec(info)[1], '', `${place}: say why it is not checked`);
    }
  }
});

test('how many blocks are not checked', (t) => {
  t.diagnostic(
    `${code.length} blocks: ${compiled.length} compiled, ${parts.length} parts of files that are run`,
  );
  t.diagnostic(`${unchecked.length} not checked`);
  for (const { place, info } of unchecked) t.diagnostic(`${place}: ${NO_CHECK.exec(info)[1]}`);
});

describe('blocks that are parts of files', () => {
  for (const { place, source, code: part } of parts) {
    test(`${place} is in ${source}`, () => {
      assert.ok(isPartOf(part, fs.readFileSync(path.join(ROOT, source), 'utf8')), part);
    });
  }
});

for (const [extension, options] of [
  ['.mjs', LOOSE],
  ['.mts', {}],
]) {
  const modules = compiled.filter(({ language }) => MODULES[language] === extension);
  if (modules.length === 0) continue;

  describe(`${modules.length} blocks compile as ${extension}`, { concurrency: true }, () => {
    let project;

    before(() => {
      project = new TypedProject(Object.fromEntries(PACKAGES.map((name) => [name, name])));
      project.copy(__dirname, 'snippets.d.ts');
      const include = ['snippets.d.ts', `**/*${extension}`];
      const compilerOptions = { ...COMPILER_OPTIONS, ...options };
      project.write('tsconfig.json', JSON.stringify({ compilerOptions, include }));
      for (const block of modules) {
        project.write(`${block.document}.${block.line}${extension}`, moduleOf(block));
      }
    });
    after(() => project?.remove());

    for (const compiler of COMPILERS) {
      test(`by TypeScript ${require(`${compiler}/package.json`).version}`, async () => {
        assert.equal(await project.compile(compiler), '');
      });
    }
  });
}
