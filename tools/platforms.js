'use strict';

// The platforms for which an addon is published: those that the workflow builds.

const fs = require('node:fs');
const path = require('node:path');

const WORKFLOW = path.join(__dirname, '..', '.github', 'workflows', 'addon.yml');

const ARCHITECTURES = { x86_64: 'x64', aarch64: 'arm64' };
const PLATFORMS = { linux: 'linux', darwin: 'darwin', windows: 'win32' };

/** Their target triples. */
function targets() {
  // Building the addon needs no package.
  const yaml = require('js-yaml');
  const { jobs } = yaml.load(fs.readFileSync(WORKFLOW, 'utf8'));
  return jobs.addon.strategy.matrix.include.map(({ target }) => target);
}

/** Node.js's name for the platform of a triple, and the folder of its addon in prebuilds/; null if it has none. */
function placeOf(triple) {
  const [arch, ...rest] = triple.split('-');
  const platform = Object.entries(PLATFORMS).find(([os]) => rest.includes(os))?.[1];
  if (platform === undefined || !Object.hasOwn(ARCHITECTURES, arch)) return null;
  const libc = platform === 'linux' ? `-${rest.at(-1)}` : '';
  return { platform, folder: `${platform}-${ARCHITECTURES[arch]}${libc}` };
}

module.exports = { placeOf, targets };
