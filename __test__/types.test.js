'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { describe, test } = require('node:test');
const ts = require('typescript');
const binding = require('../lib/binding.js');
const runIds = require('../index.js');
const { ENTRIES, namesIn } = require('./support/entries.js');
const { statusByCode } = require('./support/faults.js');
const { thrownBy } = require('./support/thrown.js');
const { COMPILERS, TypedProject } = require('./support/typed-project.js');

const ROOT = path.join(__dirname, '..');
const DECLARATIONS = path.join(ROOT, 'index.d.ts');

const FIXTURES = path.join(__dirname, 'types');
const NODE = { '@types/node': '@types/node' };
const OPENTELEMETRY = Object.fromEntries(
  ['api', 'sdk-logs', 'sdk-metrics'].map((name) => [`@opentelemetry/${name}`, `@opentelemetry/${name}`]),
);

/** Modules that import every export of every entry by name, and, from CommonJS, know of no other. */
const imports = Object.fromEntries(
  ENTRIES.flatMap((entry, at) => {
    const names = namesIn(entry);
    const named = names.map((name) => `${name} as $${name}`).join(', ');
    const known = names.map((name) => `${name}: true`).join(', ');
    return [
      [`entry-${at}.mts`, `export { ${named} } from '${entry.name}';\n`],
      [
        `entry-${at}.cts`,
        `import entry = require('${entry.name}');\n` +
          `const names: Record<keyof typeof entry, true> = { ${known} };\nexport = names;\n`,
      ],
    ];
  }),
);

/** What a user's project may have installed, and what must compile in it, or be refused. */
const PROJECTS = [
  {
    name: 'without the types of Node.js, of the DOM and of Express',
    packages: {},
    fixtures: ['core', 'plain'],
  },
  {
    name: 'with Express 5, Fastify and OpenTelemetry',
    packages: {
      ...NODE,
      '@types/express': '@types/express',
      fastify: 'fastify',
      eslint: 'eslint',
      ...OPENTELEMETRY,
    },
    fixtures: ['hosts'],
    written: imports,
  },
  {
    name: 'with Hono and NestJS',
    packages: { ...NODE, hono: 'hono', '@nestjs/common': '@nestjs/common' },
    fixtures: ['frameworks'],
    settings: { skipLibCheck: true, experimentalDecorators: true },
  },
  {
    name: 'with Express 4',
    packages: { ...NODE, '@types/express': 'types-express4' },
    fixtures: ['hosts/express.mts'],
  },
];

function settingsWith(settings) {
  const { compilerOptions } = require('./types/tsconfig.json');
  return { compilerOptions: { ...compilerOptions, ...settings } };
}

describe('every declaration compiles as documented, and nothing else does', { concurrency: true }, () => {
  for (const { name, packages, fixtures, settings = {}, written = {} } of PROJECTS) {
    for (const compiler of COMPILERS) {
      const { version } = require(`${compiler}/package.json`);
      test(`${name}, by TypeScript ${version}`, async (t) => {
        const project = new TypedProject(packages);
        t.after(() => project.remove());
        project.copy(FIXTURES, 'same.d.mts', ...fixtures);
        project.write('tsconfig.json', JSON.stringify(settingsWith(settings)));
        for (const [file, text] of Object.entries(written)) project.write(file, text);
        assert.equal(await project.compile(compiler), '');
      });
    }
  }
});

describe('the declarations of each entry', () => {
  const files = ENTRIES.map(({ types }) => path.join(ROOT, types));
  const program = ts.createProgram(files, {
    skipLibCheck: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
  });
  const checker = program.getTypeChecker();

  /** What is behind another name. */
  const meantBy = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  for (const [at, entry] of ENTRIES.entries()) {
    test(`${entry.name} declares every export, and no other value`, () => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(files[at]));
      const declared = checker
        .getExportsOfModule(module)
        .filter((symbol) => meantBy(symbol).flags & ts.SymbolFlags.Value)
        .map(({ name }) => name);
      assert.deepEqual(declared.sort(), namesIn(entry).sort());
    });
  }
});

describe('index.d.ts', () => {
  const program = ts.createProgram([DECLARATIONS], { lib: ['lib.es2022.d.ts'], types: [], strict: true });
  const checker = program.getTypeChecker();
  const declared = new Map(
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(DECLARATIONS)))
      .map((symbol) => [symbol.name, symbol]),
  );
  test('the types of events have every kind, field and action of the table, and no others', () => {
    const { common, kinds, actions, levels } = binding.EVENTS;
    const union = checker.getDeclaredTypeOfSymbol(declared.get('RunIdEvent'));
    const literalsOf = (type) => (type.isUnion() ? type.types : [type]).filter((t) => t.isStringLiteral());
    const typeIn = (type, name) => checker.getTypeOfSymbol(type.getProperty(name));
    const byKind = new Map();
    for (const type of union.types) {
      const names = type.getProperties().map(({ name }) => name);
      for (const { value } of literalsOf(typeIn(type, 'event'))) byKind.set(value, { type, names });
    }
    assert.deepEqual([...byKind.keys()].sort(), kinds.map(({ name }) => name).sort());
    for (const { name, fields } of kinds) {
      assert.deepEqual(byKind.get(name).names.sort(), [...common, ...fields].sort(), name);
    }
    const wordsOf = (type) => literalsOf(type).map(({ value }) => value);
    assert.deepEqual(
      wordsOf(typeIn(byKind.get('record').type, 'action')).sort(),
      actions.map(({ name }) => name).sort(),
    );
    const settings = checker.getDeclaredTypeOfSymbol(declared.get('Settings'));
    assert.deepEqual(wordsOf(typeIn(settings, 'log')).sort(), [...levels].sort());
  });

  const values = [...declared.values()].filter(({ flags }) => flags & ts.SymbolFlags.Value);

  const typeOf = (name) => checker.getDeclaredTypeOfSymbol(declared.get(name));
  const propertyOf = (name, property) => checker.getTypeOfSymbol(typeOf(name).getProperty(property));
  const literalsOf = (type) => type.types.map(({ value }) => value).sort();
  const keysOf = (name) =>
    typeOf(name)
      .getProperties()
      .map((property) => property.name)
      .sort();

  /** The settings that a function knows, as it lists them when it is given another. */
  const keysKnownTo = (call) => {
    const { message } = thrownBy(() => call({ unheardOf: true }));
    return /expected one of (.*)$/.exec(message)[1].split(', ').sort();
  };

  test('has no type that is not meant to be imported', () => {
    const types = [...declared.keys()].filter((name) => !Object.hasOwn(runIds, name));
    for (const name of types) assert.match(name, /^[A-Z]/);
  });

  test('names the codes and the statuses that the core has', () => {
    const faults = statusByCode();
    assert.ok(faults.size >= 11);
    assert.deepEqual(literalsOf(typeOf('RunIdErrorCode')), [...faults.keys()].sort());
    const statuses = new Set(faults.values());
    assert.deepEqual(literalsOf(propertyOf('RunIdError', 'statusCode')), [...statuses].sort());
  });

  test('names the sources that the core has', () => {
    const sources = [...binding.SOURCES.map(({ name }) => name), binding.GENERATED];
    assert.deepEqual(literalsOf(typeOf('RunIdSource')), sources.sort());
  });

  test('names the options that resolveRunId knows', () => {
    assert.deepEqual(
      keysOf('ResolveOptions'),
      keysKnownTo((options) => runIds.resolveRunId({}, options)),
    );
  });

  test('names the settings that configure knows', () => {
    assert.deepEqual(keysOf('Settings'), keysKnownTo(runIds.configure));
  });

  for (const symbol of values) {
    test(`explains ${symbol.name} and shows an example`, () => {
      assert.notEqual(ts.displayPartsToString(symbol.getDocumentationComment(checker)), '');
      const tags = symbol.getJsDocTags(checker).map(({ name }) => name);
      assert.ok(tags.includes('example'), tags.join());
    });
  }
});
