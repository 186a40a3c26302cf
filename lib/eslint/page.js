'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** As seen from dist/, where the plugin is bundled, and from here. */
const FOLDER = ['../docs/rules', '../../docs/rules']
  .map((folder) => path.join(__dirname, folder))
  .find((folder) => fs.existsSync(folder));

/** The address of a rule's page: the one that was installed, and so of the same version. */
function page(rule) {
  return pathToFileURL(path.join(FOLDER ?? __dirname, `${rule}.md`)).href;
}

module.exports = { page };
