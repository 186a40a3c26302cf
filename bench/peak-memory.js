'use strict';

// Loaded before a command that is measured: writes the peak memory of the process, in KiB, to descriptor 3.

const fs = require('node:fs');

/** On Linux, that of this program alone: `maxRSS` includes what the process had before it became this program. */
function peak() {
  const status = process.platform === 'linux' ? fs.readFileSync('/proc/self/status', 'utf8') : '';
  return /^VmHWM:\s+([0-9]+) kB$/m.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS);
}

process.once('exit', () => fs.writeSync(3, peak()));
