'use strict';

const { count } = require('../count.js');
const { asciiJson } = require('../events/ascii-json.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { batchesOf } = require('./lines.js');
const { STDIN } = require('./logs.js');
const { RunIdError, parseRunId } = require('./run-ids.js');
const { labelled, styled } = require('./terminal.js');

/** Prints the parts of a run ID and its time, or what is wrong with it. */
async function inspect({ id, json }, out, err) {
  if (id === STDIN) return inspectColumn(json, out, err);
  const found = parts(id);
  if (json) await out.printJson(found);
  else await out.print(labelled(found.valid ? described(found) : refused(found), { width: out.width }));
  return found.valid ? CONSISTENT : INCONSISTENT;
}

/** The same for each line of standard input, one line each. */
async function inspectColumn(json, out, err) {
  let lines = 0;
  let bad = 0;
  function* judged(batch) {
    for (const line of batch) {
      lines += 1;
      const found = parts(line);
      if (!found.valid) bad += 1;
      if (json) yield asciiJson({ line: lines, ...found });
      else yield found.valid ? rowOf(found) : refusalOf(found, lines);
    }
  }
  for await (const batch of batchesOf(process.stdin)) {
    await out.print(judged(batch));
    if (out.isClosed) break;
  }
  // Not on stdout, where it would be one more line for the program that reads the column.
  if (!json) await err.print([[styled('dim', totals(lines, bad))]]);
  if (lines === 0) return ERROR;
  return bad > 0 ? INCONSISTENT : CONSISTENT;
}

/**
 * @returns {({ valid: true } & import('../../index.js').RunIdParts) |
 *   { valid: false, code: string, received: string | undefined, hint: string | null }}
 */
function parts(id) {
  try {
    return { valid: true, ...parseRunId(id) };
  } catch (error) {
    if (!(error instanceof RunIdError)) throw error;
    const { code, received, hint = null } = error;
    return { valid: false, code, received, hint };
  }
}

function described({ runId, baseRunId, clientId, startedAt }) {
  return [
    ['run ID', runId],
    ['base', baseRunId],
    ['client ID', clientId ?? 'none'],
    ['started', startedAt.toISOString()],
  ];
}

function refused({ code, received, hint }) {
  return [['not a run ID', `"${received}"`], ['code', code], ...(hint === null ? [] : [['reason', hint]])];
}

function rowOf({ runId, baseRunId, clientId, startedAt }) {
  return `${runId}  base ${baseRunId}  client ${clientId ?? 'none'}  started ${startedAt.toISOString()}`;
}

function refusalOf({ code, received, hint }, line) {
  return [
    styled('red', `line ${line}: not a run ID:`),
    ` "${received}"  ${code}${hint === null ? '' : `  ${hint}`}`,
  ];
}

function totals(lines, bad) {
  return `${count(lines, 'line')}${bad === 0 ? '' : `, ${bad} without a valid run ID`}.`;
}

module.exports = { inspect };
