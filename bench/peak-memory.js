'use strict';

// Loaded before a command that is measured: tells the most memory that the process had, in KiB, on descriptor 3.

const fs = require('node:fs');

process.once('exit', () => fs.writeSync(3, String(process.resourceUsage().maxRSS)));
