'use strict';

const { CONSISTENT, INCONSISTENT } = require('./exit-code.js');
const { RunIdError, parseRunId } = require('./run-ids.js');
const { labelled } = require('./terminal.js');

/** The parts of a run ID and its time, or what is wrong with it. */
async function inspect({ id, json }, out) {
  const found = parts(id);
  const code = found.valid ? CONSISTENT : INCONSISTENT;
  if (json) await out.printJson(found);
  else await out.print(labelled(found.valid ? described(found) : refused(found), { width: out.width }));
  return code;
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
  return [['no run ID', `"${received}"`], ['code', code], ...(hint === null ? [] : [['reason', hint]])];
}

module.exports = { inspect };
