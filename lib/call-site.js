'use strict';

const path = require('node:path');
const { fileURLToPath } = require('node:url');

// Every file of the package that can stand on a stack.
const OWN = [path.join(__dirname, '..', 'index.js'), __dirname + path.sep];

const FRAME = /^\s+at (?:async )?(?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(\d+):(\d+)\)?$/;

/** `path:line:column` of the first frame outside the package, relative to the working directory. */
function callSite(stack) {
  if (stack === null) return null;
  for (const line of stack.split('\n')) {
    const frame = line.includes('eval at ') ? null : FRAME.exec(line);
    if (frame === null) continue;
    const file = pathOf(frame[1]);
    if (OWN.some((own) => file.startsWith(own))) continue;
    return `${relative(file)}:${frame[2]}:${frame[3]}`;
  }
  return null;
}

function pathOf(place) {
  try {
    return place.startsWith('file:') ? fileURLToPath(place) : place;
  } catch {
    return place; // a URL of another host
  }
}

function relative(file) {
  try {
    return path.relative(process.cwd(), file) || file;
  } catch {
    return file; // the working directory was deleted
  }
}

module.exports = { callSite };
