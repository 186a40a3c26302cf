'use strict';

const path = require('node:path');
const { pathToFileURL } = require('node:url');

const FOLDER = path.join(__dirname, '..', '..', 'docs', 'rules');

/** The address of a rule's page: the one that was installed, and so of the same version. */
function page(rule) {
  return pathToFileURL(path.join(FOLDER, `${rule}.md`)).href;
}

module.exports = { page };
