'use strict';

const fs = require('node:fs');
const path = require('node:path');

const FAULTS = path.join(__dirname, '..', '..', 'crates', 'core', 'src', 'fault.rs');

/** The status of each code that the core has, as its own source says. */
function statusByCode() {
  const [source] = fs.readFileSync(FAULTS, 'utf8').split('#[cfg(test)]');
  const rows = [...source.matchAll(/"(ERR_[A-Z_]+)", (\d{3})\)/g)];
  return new Map(rows.map(([, code, status]) => [code, Number(status)]));
}

module.exports = { statusByCode };
