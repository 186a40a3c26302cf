'use strict';

// Loads the addon of this platform. It travels inside the package; nothing is built or downloaded.

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const FILE = 'unified-run-id.node';
const LOADED = 'unified-run-id.loaded';

/** The folders under prebuilds/ that may fit, best first. Linux has two C libraries; the wrong one fails to load. */
function folders({ platform, arch }) {
  return platform === 'linux' ? [`linux-${arch}-gnu`, `linux-${arch}-musl`] : [`${platform}-${arch}`];
}

// A bundle has another name, and the addons beside it or, as this file has them, one folder up.
const isBundled = path.basename(__filename) !== 'binding.js';
const PREBUILDS = path.join(__dirname, '..', 'prebuilds');
const ROOTS = isBundled ? [path.join(__dirname, 'prebuilds'), PREBUILDS] : [PREBUILDS];

/** The addon from the first of these folders that has one which works here. */
function load(roots, host = process) {
  const tried = [];
  for (const file of roots.flatMap((root) => folders(host).map((folder) => path.join(root, folder, FILE)))) {
    if (!fs.existsSync(file)) {
      tried.push(`  ${file}\n    is not there`);
      continue;
    }
    const addon = open(file, tried);
    if (addon === null) continue;
    warnOfSecondCopy(addon, file, host);
    return addon;
  }
  throw Object.assign(new Error(failure(roots, host, tried)), { code: 'ERR_RUN_ID_ADDON' });
}

function open(file, tried) {
  try {
    // Bundlers replace a `require` whose argument they can't read by a function that throws.
    return createRequire(file)(file);
  } catch (error) {
    tried.push(`  ${file}\n    ${String(error?.message ?? error).replace(/\r?\n/g, '\n    ')}`);
    return null;
  }
}

function failure(roots, { platform, arch, version }, tried) {
  const shipped = roots.flatMap((root) => (fs.existsSync(root) ? fs.readdirSync(root).sort() : []));
  const isCheckout = roots.some((root) => fs.existsSync(path.join(path.dirname(root), 'Cargo.toml')));
  const mayBeBundled = isBundled || (shipped.length === 0 && !isCheckout);
  return [
    ...(mayBeBundled ? [BUNDLED] : []),
    `unified-run-id has no working addon for ${platform}-${arch} (Node.js ${version}).`,
    'Tried:',
    ...tried,
    `This package brings: ${shipped.join(', ') || 'none'}.`,
    ...(mayBeBundled ? [] : [shipped.length === 0 ? UNBUILT : UNFIT]),
  ].join('\n');
}

const BUNDLED =
  'unified-run-id cannot load its addon: if it was bundled, keep it out of the bundle (Next.js serverExternalPackages, ' +
  'webpack externals, esbuild --external:unified-run-id), or copy its folder prebuilds/ beside the bundle.';

const UNBUILT = 'In a checkout of the sources, build it: npm run build (needs Rust).';

const UNFIT =
  'If a file is missing, install again on this platform: node_modules copied from another machine do not work. ' +
  'If it does not load, its own words above say why; from the sources, npm run build makes one for this machine.';

/** Two copies are two sequences: each is unique, both together are not. */
function warnOfSecondCopy(addon, file, host) {
  const own = fs.realpathSync(file);
  const other = host.platform === 'linux' ? addon.COPIES.find((copy) => copy !== own) : firstCopy(own);
  if (other === undefined || other === own) return;
  process.emitWarning(
    `Two copies of unified-run-id are loaded in this process, each with a sequence of its own: ${other} and ${own}`,
    {
      type: 'RunIdWarning',
      code: 'RUN_ID_TWO_COPIES',
      detail: 'Install one version, so that npm can share it.',
    },
  );
}

/** The copy that this thread, or the one that started it, loaded first: where the system tells of no others. */
function firstCopy(own) {
  const { getEnvironmentData, setEnvironmentData } = require('node:worker_threads');
  const first = getEnvironmentData(LOADED);
  if (first === undefined) setEnvironmentData(LOADED, own);
  return first;
}

module.exports = { ...load(ROOTS), load };
