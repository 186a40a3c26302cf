'use strict';

// What is left to do to move a code base to the package, and the files that can be written automatically.

const fs = require('node:fs');
const path = require('node:path');
const { count } = require('../count.js');
const { uncommitted } = require('../migration/git.js');
const { planOf } = require('../migration/plan.js');
const { writeAll } = require('../migration/writing.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { loggedValue } = require('./logged-value.js');
const { labelled, styled, table, wrap } = require('./terminal.js');
const { UsageError } = require('./usage-error.js');
const { visible } = require('./visible.js');

const INDENT = 2;

/** Rows of each table that are shown; JSON has all. */
const MAX_SHOWN = 20;

async function migrate({ folder, plan: isPlan, write: isWrite, force, json }, out, err) {
  if (isPlan && isWrite)
    throw new UsageError('--plan and --write cannot be combined: ask for the plan first');
  if (force && !isWrite) throw new UsageError('--force needs --write');
  const plan = await planOf(folder);
  const refusal = isWrite ? await refusalOf(plan, force) : null;
  const { written, unwritten, problem } = await writeAll(isWrite && refusal === null ? plan.reexports : []);
  if (json) await out.printJson({ ...shownPlan(plan), written, unwritten });
  else if (isWrite) await out.print(writtenText(written));
  else await out.print(planText(plan, out.width));
  if (problem !== null) {
    const files = unwritten.map(loggedValue).join(', ');
    await err.print([[styled('red', 'not written:'), ` ${files}: ${visible(problem)}`]]);
    return INCONSISTENT;
  }
  if (refusal === null) return CONSISTENT;
  await err.print([[styled('red', 'nothing written:'), ` ${refusal}`]]);
  return ERROR;
}

/** Without the texts of files. */
function shownPlan({ reexports, byHand, ...plan }) {
  const shown = ({ file, replaced, kept, lostComments, reason }) => ({
    file,
    replaced,
    kept,
    lostComments,
    reason,
  });
  return { ...plan, reexports: reexports.map(shown), byHand: byHand.map(shown) };
}

/** Why nothing may be written; null if it may. */
async function refusalOf({ folder, reexports, hasPackage }, force) {
  if (reexports.length > 0 && !hasPackage) {
    return `unified-run-id is not installed in ${folder}, and the new files would need it: npm install unified-run-id`;
  }
  let changed;
  try {
    changed = await uncommitted(reexports.map(({ path: file }) => file));
  } catch (error) {
    // Not known to be outside of a repository: `--force` is for that alone.
    return `Git could not say what is committed: ${visible(firstLine(error.stderr || error.message))}`;
  }
  if (changed === null) {
    return force
      ? null
      : `${folder} is not in a Git repository, so the changes could not be undone: --force writes anyway`;
  }
  if (changed.length === 0) return null;
  const real = fs.realpathSync(folder);
  const names = changed.map((file) => loggedValue(path.relative(real, file)));
  return `Git has no copy of these files as they are now: ${names.join(', ')}. Commit them first.`;
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0];
}

function writtenText(written) {
  if (written.length === 0) return ['No file was written.'];
  return [
    `${count(written.length, 'file')} written: git diff shows the changes, and git checkout -- FILE undoes one.`,
    ...written.map((file) => `  ${loggedValue(file)}`),
  ];
}

function* planText(plan, width) {
  const { files, filesWithPlaces, places, bySuggestion, rules, helpers, calls, reexports, byHand, unread } =
    plan;
  yield [styled('bold', `${count(places, 'place')} in ${filesWithPlaces} of ${count(files, 'file')}.`)];
  yield '';
  if (places > 0) {
    yield* wrap(
      `Effort: ${bySuggestion} with a suggestion that an editor can apply, ${places - bySuggestion} by hand.`,
      width,
    );
    yield '';
    yield* section(
      'Places by rule',
      ['rule', 'places', 'files', 'with a suggestion'],
      rules.map((rule) => [rule.rule, rule.places, rule.files, rule.bySuggestion]),
      [1, 2, 3],
    );
    yield* section(
      'Calls of helpers',
      ['helper', 'calls'],
      calls.map(({ name, calls: many }) => [name, many]),
      [1],
    );
    yield* section(
      'Helpers of this tree',
      ['helper', 'file'],
      helpers.map(({ name, file, line }) => [name, `${file}:${line}`]),
      [],
    );
  }
  yield* filesText('Files that --write turns into re-exports', reexports, width);
  yield* filesText('Files that have to be rewritten by hand', byHand, width);
  for (const { file, problem } of unread)
    yield [styled('red', 'not read:'), ` ${loggedValue(file)}: ${problem}`];
  yield* wrap('The order of work is in docs/migrating.md.', width);
}

function* section(title, columns, rows, right) {
  if (rows.length === 0) return;
  yield [styled('bold', title)];
  const shown = rows
    .slice(0, MAX_SHOWN)
    .map((row) => row.map((cell) => (typeof cell === 'number' ? String(cell) : loggedValue(cell))));
  yield* table(() => [columns.map((column) => styled('dim', column)), ...shown], { indent: INDENT, right });
  if (rows.length > shown.length) yield `  and ${rows.length - shown.length} more: --json lists them all`;
  yield '';
}

function* filesText(title, modules, width) {
  if (modules.length === 0) return;
  yield [styled('bold', title)];
  for (const { file, replaced, kept, lostComments, reason } of modules) {
    yield `  ${loggedValue(file)}`;
    yield* labelled(
      [
        ...(replaced.length === 0 ? [] : [['from the package', replaced.join(', ')]]),
        ...(kept.length === 0 ? [] : [['stays', kept.join(', ')]]),
        ...(lostComments === 0 ? [] : [['removed too', count(lostComments, 'comment')]]),
        ...(reason === null ? [] : [['because', reason]]),
      ],
      { indent: 2 * INDENT, width },
    );
  }
  yield '';
}

module.exports = { migrate };
