'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const test = require('node:test');
const vm = require('node:vm');
const { callSite } = require('../lib/events/call-site.js');
const { Workspace } = require('../tools/workspace.js');

const stackOf = (...frames) => ['Error: made', ...frames.map((frame) => `    at ${frame}`)].join('\n');
const relative = (file) => path.relative(process.cwd(), file);

/** Frames as Node.js, browsers' engines and bundlers write them, and the call site of each; null where it is none. */
const FRAMES = [
  ['/srv/a.js:3:5', `${relative('/srv/a.js')}:3:5`],
  ['run (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['async run (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['async /srv/a.js:3:5', `${relative('/srv/a.js')}:3:5`],
  ['async file:///srv/a.mjs:3:5', `${relative('/srv/a.mjs')}:3:5`],
  ['file:///srv/a.mjs?version=2:3:5', `${relative('/srv/a.mjs')}:3:5`],
  ['file:///srv/a%20b%3A1%3A2.mjs:3:5', `${relative('/srv/a b:1:2.mjs')}:3:5`],
  ['file://acme-host/srv/a.mjs:3:5', 'file://acme-host/srv/a.mjs:3:5'],
  ['new Job (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['Object.<anonymous> [as run] (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['get job [as run] (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['a (b) (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['Object.GET (/runs) (/srv/a.js:3:5)', `${relative('/srv/a.js')}:3:5`],
  ['run (/srv/a (copy)/b.js:3:5)', `${relative('/srv/a (copy)/b.js')}:3:5`],
  ['run (/srv/a)/b.js:3:5)', `${relative('/srv/a)/b.js')}:3:5`],
  ['/srv/Ann Carver/a:12:3/b.js:3:5', `${relative('/srv/Ann Carver/a:12:3/b.js')}:3:5`],
  ['run (/srv/a\nb.js:3:5)', `${relative('/srv/a\\u000ab.js')}:3:5`],
  [
    'run (/srv/a\u0001\u202e\ud800b\u{1f600}.js:3:5)',
    `${relative('/srv/a\\u0001\\u202e\\ud800b\u{1f600}.js')}:3:5`,
  ],
  ['run (REPL1:1:5)', 'REPL1:1:5'],
  ['REPL12:1:5', 'REPL12:1:5'],
  ['[eval]:1:5', '[eval]:1:5'],
  ['run ([stdin]:1:5)', '[stdin]:1:5'],
  ['evalmachine.<anonymous>:1:7', 'evalmachine.<anonymous>:1:7'],
  ['run (my script (v 2).vm:1:7)', 'my script (v 2).vm:1:7'],
  ['<anonymous>:1:7', '<anonymous>:1:7'],
  ['eval (webpack-internal:///./src/a.js:3:5)', 'webpack-internal:///./src/a.js:3:5'],
  ['POST (webpack-internal:///(rsc)/./app/route.ts:3:5)', 'webpack-internal:///(rsc)/./app/route.ts:3:5'],
  ['run (webpack://app/./src/a.ts:3:5)', 'webpack://app/./src/a.ts:3:5'],
  ['data:text/javascript,run():1:5', 'data:text/javascript,run():1:5'],
  ['https://example.org/a.js:3:5', 'https://example.org/a.js:3:5'],
  ['wasm://wasm/42fa80ae:wasm-function[1]:0x27', 'wasm://wasm/42fa80ae:wasm-function[1]:0x27'],
  ['run (wasm://wasm/42fa80ae:wasm-function[1]:0x27)', 'wasm://wasm/42fa80ae:wasm-function[1]:0x27'],
  ['eval (eval at run (/srv/a.js:3:5), <anonymous>:1:1)', `${relative('/srv/a.js')}:3:5`],
  ['eval (eval at a (b) (/srv/a (copy)/b.js:3:5), <anonymous>:1:1)', `${relative('/srv/a (copy)/b.js')}:3:5`],
  [
    'inner (eval at run (eval at <anonymous> (/srv/a.js:3:5)), <anonymous>:1:19)',
    `${relative('/srv/a.js')}:3:5`,
  ],
  ['eval (eval at run (REPL1:1:5), <anonymous>:1:1)', 'REPL1:1:5'],
  ['eval (eval at run (file:///srv/a.mjs:3:5), <anonymous>:1:1)', `${relative('/srv/a.mjs')}:3:5`],
  ['eval (eval at run (<anonymous>), <anonymous>:1:1)', null],
  ['Array.map (<anonymous>)', null],
  ['eval (<anonymous>)', null],
  ['async Promise.all (index 0)', null],
  ['JSON.parse (native)', null],
  ['listOnTimeout (node:internal/timers:569:17)', null],
  ['node:internal/main/run_main_module:28:49', null],
  ['[eval]-wrapper:6:24', null],
  ['run (ext:core/01_core.js:3:5)', null],
  [`check (${require.resolve('../lib/core/run-id.js')}:3:5)`, null],
  [`Object.<anonymous> (${require.resolve('../index.js')}:3:5)`, null],
  ['check (webpack-internal:///./node_modules/unified-run-id/lib/run-id.js:3:5)', null],
  [`callSite (${__filename}:3:5)`, `${relative(__filename)}:3:5`],
];

// Elsewhere paths begin otherwise; real ones are tried below on every system.
if (process.platform !== 'win32') {
  test('each frame gives its place whole, or makes room for the next one', () => {
    const next = `${relative('/srv/next.js')}:1:2`;
    for (const [frame, site] of FRAMES) {
      assert.equal(callSite(stackOf(frame)), site, frame);
      assert.equal(callSite(stackOf(frame, 'next (/srv/next.js:1:2)')), site ?? next, frame);
    }
  });
}

test('paths of Windows stay whole', () => {
  for (const file of [
    'C:\\srv\\a.js',
    'C:\\Program Files (x86)\\a.js',
    '\\\\acme-host\\srv\\a.js',
    'c:/srv/a.js',
  ]) {
    for (const frame of [`run (${file}:3:5)`, `${file}:3:5`]) {
      assert.equal(callSite(stackOf(frame)), `${path.isAbsolute(file) ? relative(file) : file}:3:5`);
    }
  }
});

test('a place is of 1,024 characters at most, and its end is what is kept', () => {
  for (const begin of ['/srv/', 'data:text/javascript,', 'webpack://app/', '/\ud800']) {
    for (const middle of ['x/', '(y)/', '\u0001/', ' (']) {
      const site = callSite(stackOf(`run (${begin}${middle.repeat(50_000)}acme.js:3:5)`));
      assert.ok(site.length <= 1024 && site.endsWith('acme.js:3:5'), site);
      if (middle !== ' (') assert.match(site, /^\.\.\..{1021}$/);
    }
  }
  assert.equal(
    callSite(stackOf(`${'x (y) '.repeat(50_000)} (/srv/acme.js:3:5)`)),
    `${relative('/srv/acme.js')}:3:5`,
  );
});

test('the last 4,096 characters of a frame are read', () => {
  const site = `${relative('/srv/a).js')}:3:5`;
  assert.equal(callSite(stackOf(`${'x'.repeat(5_000)} (/srv/a).js:3:5)`)), site);
  // In all of this frame, the brackets of the first place come in pairs.
  const [begin, end] = ['run (/other/', ' (/srv/a).js:3:5)'];
  const name = (length) => 'x'.repeat(length - begin.length - end.length);
  assert.match(callSite(stackOf(`${begin}${name(4_096)}${end}`)), /x \(\/srv\/a\)\.js:3:5$/);
  assert.equal(callSite(stackOf(`${begin}${name(5_000)}${end}`)), site);
});

test('what is no stack has no place', () => {
  for (const stack of [
    null,
    '',
    'Error',
    'Error: at /srv/a.js:3:5',
    '\n',
    '    at ',
    stackOf(''),
    stackOf('('),
  ]) {
    assert.equal(callSite(stack), null, JSON.stringify(stack));
  }
});

/** Makes `pass(runId)` tell where it was called from. */
const LISTENING = `
require('node:diagnostics_channel').subscribe('unified-run-id:pass', ({ at }) => console.log(at));
globalThis.pass = require('unified-run-id').normalizeRunId;
`;
const CALL = `pass('251006-120000')`;

/** Programs that call the library in unusual places, `HERE` marking the one that is to be told. */
const PROGRAMS = {
  'a direct eval': `function run() { return HERE eval(${JSON.stringify(CALL)}); }\nrun();`,
  'an indirect eval': `(0, eval)(${JSON.stringify(CALL)});`,
  'an eval in an eval': `HERE eval(${JSON.stringify(`(function run() { eval(${JSON.stringify(CALL)}); })()`)});`,
  'a function made of a text': `new Function(${JSON.stringify(CALL)})();`,
};

for (const [name, program] of Object.entries(PROGRAMS)) {
  test(`the place of ${name} is the line that makes it`, async (t) => {
    const workspace = new Workspace(t);
    workspace.write('run (1).js', `${LISTENING}${program.replace('HERE ', '     ')}`);
    const { stdout, stderr } = await workspace.run('run (1).js');
    const line = LISTENING.split('\n').length;
    const marked = program.indexOf('HERE ');
    if (marked === -1) assert.match(stdout, new RegExp(`^run \\(1\\)\\.js:${line}:\\d+\n$`), stderr);
    else assert.equal(stdout, `run (1).js:${line}:${marked + 'HERE '.length + 1}\n`, stderr);
  });
}

test('scripts of vm, text on the command line, standard input and WebAssembly are named as they are', async (t) => {
  const { stdout, stderr } = await new Workspace(t).run(
    (listening, call) => {
      const { execFileSync } = require('node:child_process');
      const vm = require('node:vm');
      const run = (args, input = '') =>
        console.log(execFileSync(process.execPath, args, { input, encoding: 'utf8' }).trimEnd());
      run(['-e', `${listening.replaceAll('\n', ' ')} ${call}`]);
      run(['-'], listening + call);
      const repl = execFileSync(process.execPath, ['-i'], {
        input: `${listening.trim()}\n${call}\n`,
        encoding: 'utf8',
      });
      console.log(/REPL\d+:\d+:\d+/.exec(repl)?.[0]);
      eval(listening);
      vm.runInThisContext(call);
      vm.runInThisContext(call, { filename: 'acme job.vm' });
      eval(`${call}\n//# sourceURL=webpack-internal:///./src/a.js`);
      // (module (import "m" "f" (func)) (func (export "g") (call 0)))
      const bytes = '0061736d01000000010401600000020701016d0166000003020100070501016700010a0601040010000b';
      const module = new WebAssembly.Module(Buffer.from(bytes, 'hex'));
      const f = globalThis.pass.bind(null, '251006-120000');
      new WebAssembly.Instance(module, { m: { f } }).exports.g();
      // No frame but the runtime's.
      setTimeout(globalThis.pass, 0, '251006-120000');
    },
    { args: [LISTENING, CALL] },
  );
  const column = LISTENING.length + 2;
  assert.deepEqual(
    stdout.trimEnd().split('\n'),
    [
      `[eval]:1:${column}`,
      '[stdin]:4:1',
      'REPL3:1:1',
      'evalmachine.<anonymous>:1:1',
      'acme job.vm:1:1',
      'webpack-internal:///./src/a.js:1:1',
      stdout.split('\n')[6],
      'null',
    ],
    stderr,
  );
  assert.match(stdout.split('\n')[6], /^wasm:\/\/wasm\/[0-9a-f]+:wasm-function\[1\]:0x[0-9a-f]+$/);
});

test('with source maps the place is that of the source', async (t) => {
  const esbuild = require('esbuild-wasm');
  const workspace = new Workspace(t);
  workspace.write('src/caller.ts', `type Unused = { a: string };\n${LISTENING}\n  pass('251006-120000');\n`);
  await esbuild.build({
    entryPoints: [workspace.path('src', 'caller.ts')],
    outfile: workspace.path('out', 'caller.js'),
    sourcemap: true,
    minify: true,
    absWorkingDir: workspace.folder,
  });
  const { stdout, stderr } = await workspace.run('out/caller.js', { node: ['--enable-source-maps'] });
  assert.equal(stdout, `${path.join('src', 'caller.ts')}:6:3\n`, stderr);
});

test('in a bundle that holds the package too the caller is named, as a place in the bundle', async (t) => {
  const esbuild = require('esbuild-wasm');
  const workspace = new Workspace(t);
  workspace.write('src/caller.js', `${LISTENING}\n  pass('251006-120000');\n`);
  await esbuild.build({
    entryPoints: [workspace.path('src', 'caller.js')],
    outfile: workspace.path('out', 'lib', 'bundle.js'),
    bundle: true,
    platform: 'node',
    absWorkingDir: workspace.folder,
  });
  const { cpSync, readFileSync } = require('node:fs');
  cpSync(path.join(__dirname, '..', 'prebuilds'), workspace.path('out', 'prebuilds'), { recursive: true });
  const { stdout, stderr } = await workspace.run('out/lib/bundle.js');
  const lines = readFileSync(workspace.path('out', 'lib', 'bundle.js'), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.startsWith('pass(')) + 1;
  assert.equal(stdout, `${path.join('out', 'lib', 'bundle.js')}:${line}:1\n`, stderr);
});

test('a thousand lines that call are remembered, in files with names of at most 4,096 characters', (t) => {
  const file = require.resolve('../lib/events/site-of-call.js');
  const loaded = require.cache[file];
  delete require.cache[file];
  const { siteOfCall } = require(file);
  require.cache[file] = loaded;
  const { captureStackTrace } = Error;
  t.after(() => Object.assign(Error, { captureStackTrace }));
  let captured = 0;
  Error.captureStackTrace = (...args) => {
    captured += 1;
    captureStackTrace(...args);
  };
  const called = () => siteOfCall(called);
  // A line that is remembered needs no second look at the stack.
  const isRemembered = (filename) => {
    const call = vm.compileFunction('return called()', ['called'], { filename });
    const site = call(called);
    captured = 0;
    assert.equal(call(called), site);
    return captured === 1;
  };
  const named = (length) => `/${'x'.repeat(length - 1)}`;
  assert.deepEqual([4096, 4097].map(named).map(isRemembered), [true, false]);
  const files = Array.from({ length: 1200 }, (_, at) => `/app/file-${at}.js`);
  assert.equal(files.filter(isRemembered).length, 999);
});
