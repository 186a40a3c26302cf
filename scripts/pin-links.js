#!/usr/bin/env node
'use strict';

// Makes the relative links of README.md absolute before the package is published. The registry's page rewrites some of
// them itself, to the newest state of the repository, and leaves the sources of <picture> unchanged, which breaks them.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const USAGE = `Usage: node scripts/pin-links.js [--print]

Rewrites README.md for the registry: links lead to the tag of this version in the repository of package.json.

  --print  prints it instead
  --help   this text`;

const ROOT = path.join(__dirname, '..');
const README = path.join(ROOT, 'README.md');

const RELATIVE = /(\]\(|\b(?:src|srcset|href)=")(?![a-z]+:|#)([^)"\s]+)/g;
const PICTURE = /\.(?:png|svg|jpg)$/;

/** A text whose relative links lead to a tag on GitHub. */
function pinned(text, { repository, version }) {
  const [, name] =
    /^(?:git\+)?https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(repository?.url) ?? [];
  if (name === undefined || name.startsWith('OWNER/')) {
    throw new Error('Set "repository" in package.json to the address of the repository on GitHub.');
  }
  return text.replace(RELATIVE, (_, before, target) => {
    const kind = PICTURE.test(target) ? 'raw' : 'blob';
    return `${before}https://github.com/${name}/${kind}/v${version}/${target}`;
  });
}

function main() {
  const { values } = parseArgs({ options: { print: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(USAGE);
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const text = pinned(fs.readFileSync(README, 'utf8'), manifest);
  if (values.print) process.stdout.write(text);
  else fs.writeFileSync(README, text);
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

module.exports = { pinned };
