'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** Relative to dist/, where the plugin is bundled, and to this folder. */
const FOLDER = ['../docs/rules', '../../docs/rules']
  .map((folder) => path.join(__dirname, folder))
  .find((folder) => fs.existsSync(folder));

/** The URL of a rule's page: the installed one, and so of the same version. */
function page(rule) {
  return pathToFileURL(path.join(FOLDER ?? __dirname, `${rule}.md`)).href;
}

module.exports = { page };
