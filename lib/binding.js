'use strict';

// Loads the addon of this platform. The package contains it; nothing is built or downloaded.

const path = require('node:path');

const FILE = 'unified-run-id.node';
const LOADED = 'unified-run-id.loaded';

/** The folders under prebuilds/ that may fit, best first. Linux has two C libraries; the wrong one fails to load. */
function folders({ platform, arch }) {
  return platform === 'linux' ? [`linux-${arch}-gnu`, `linux-${arch}-musl`] : [`${platform}-${arch}`];
}

// In a user's bundle, this file has another name, and the addons are next to it or, as in the package, one folder up.
const isBundled = path.basename(__filename) !== 'binding.js';
const PREBUILDS = path.join(__dirname, '..', 'prebuilds');
const ROOTS = isBundled ? [path.join(__dirname, 'prebuilds'), PREBUILDS] : [PREBUILDS];

/** The addon from the first of these folders in which one works on this platform. */
function load(roots, host = process) {
  const tried = [];
  for (const file of roots.flatMap((root) => folders(host).map((folder) => path.join(root, folder, FILE)))) {
    const addon = open(file, tried);
    if (addon === null) continue;
    warnOfSecondCopy(addon, file, host);
    return addon;
  }
  throw Object.assign(new Error(failure(roots, host, tried)), { code: 'ERR_RUN_ID_ADDON' });
}

function open(file, tried) {
  try {
    return requireFrom(file)(file);
  } catch (error) {
    // Loaded only now: most processes find the addon at once and do not need the module.
    const said = require('node:fs').existsSync(file) ? String(error?.message ?? error) : 'does not exist';
    tried.push(`  ${file}\n    ${said.replace(/\r?\n/g, '\n    ')}`);
    return null;
  }
}

/**
 * Node's own `require`: bundlers replace a call whose argument they can't read with a function that throws. A file's `module`
 * usually has it, and loading `node:module` for it takes longer than everything else here.
 */
function requireFrom(file) {
  const createRequire = module.constructor?.createRequire ?? require('node:module').createRequire;
  return createRequire(file);
}

function failure(roots, { platform, arch, version }, tried) {
  const fs = require('node:fs');
  const shipped = roots.flatMap((root) => (fs.existsSync(root) ? fs.readdirSync(root).sort() : []));
  const isCheckout = roots.some((root) => fs.existsSync(path.join(path.dirname(root), 'Cargo.toml')));
  const mayBeBundled = isBundled || (shipped.length === 0 && !isCheckout);
  return [
    ...(mayBeBundled ? [BUNDLED] : []),
    `unified-run-id has no working addon for ${platform}-${arch} (Node.js ${version}).`,
    'Tried:',
    ...tried,
    `This package contains: ${shipped.join(', ') || 'none'}.`,
    ...(mayBeBundled ? [] : [shipped.length === 0 ? UNBUILT : UNFIT]),
  ].join('\n');
}

const BUNDLED =
  'unified-run-id cannot load its addon. If it was bundled, keep it out of the bundle (Next.js serverExternalPackages, ' +
  'webpack externals, esbuild --external:unified-run-id), or copy its prebuilds/ folder next to the bundle.';

const UNBUILT = 'In a checkout of the sources, build it: npm run build (needs Rust).';

const UNFIT =
  'If a file is missing, reinstall on this platform: node_modules copied from another machine does not work. ' +
  'If it does not load, the error above says why; in a clone of the sources, npm run build builds one for this machine.';

/** Two copies have two sequences: IDs are unique within each, but not across both. */
function warnOfSecondCopy(addon, file, host) {
  const isTold = host.platform === 'linux';
  if (isTold && addon.COPIES.length < 2) return;
  const own = require('node:fs').realpathSync(file);
  const other = isTold ? addon.COPIES.find((copy) => copy !== own) : firstCopy(own);
  if (other === undefined || other === own) return;
  process.emitWarning(
    `Two copies of unified-run-id are loaded in this process, each with its own sequence: ${other} and ${own}`,
    {
      type: 'RunIdWarning',
      code: 'RUN_ID_TWO_COPIES',
      detail: 'Install one version, so that npm can share it.',
    },
  );
}

/** The copy that this thread, or the one that started it, loaded first; used where the system does not list loaded addons. */
function firstCopy(own) {
  const { getEnvironmentData, setEnvironmentData } = require('node:worker_threads');
  const first = getEnvironmentData(LOADED);
  if (first === undefined) setEnvironmentData(LOADED, own);
  return first;
}

// Inherited, because copying a hundred properties takes a hundredth of the time to load the package.
module.exports = { __proto__: load(ROOTS), load };
