'use strict';

// Outputs what `check` needs from logs, to be judged on another machine.

const { randomBytes } = require('node:crypto');
const os = require('node:os');
const binding = require('../binding.js');
const { count } = require('../count.js');
const { CONSISTENT, ERROR } = require('./exit-code.js');
const { STDIN, readLogs, tellProblems } = require('./logs.js');
const { bytesText } = require('./progress-bar.js');
const { styled } = require('./terminal.js');
const { UsageError } = require('./usage-error.js');

/** The length of the name that distinguishes an extracting process from all others: 48 bits. */
const NAME_BYTES = 6;

/** The addon writes to stdout: each line in a single write, because several processes may share it. */
async function extract({ files, as: name }, out, err) {
  if (name !== undefined && (files.length !== 1 || files[0] !== STDIN)) {
    throw new UsageError('--as names standard input: give - as the only file');
  }
  const by = randomBytes(NAME_BYTES).toString('base64url');
  const { answer, bytes } = await readLogs(files, (paths, progress, names) =>
    binding.extractFiles(paths, name === undefined ? names : [name], by, os.hostname(), progress),
  );
  const { lines, kept, unwritten, isAbandoned } = answer;
  if (isAbandoned) return CONSISTENT;
  if (unwritten !== undefined) {
    out.fail(new Error(unwritten));
    return ERROR;
  }
  const failed = await tellProblems(JSON.parse(answer.problems), err);
  await err.print([
    [styled('dim', `${kept} of ${count(lines, 'line')} extracted, ${bytesText(bytes)} read.`)],
  ]);
  return failed ? ERROR : CONSISTENT;
}

module.exports = { extract };
