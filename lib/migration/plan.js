'use strict';

// What is left to do to move a source tree to the package.

const fs = require('node:fs');
const path = require('node:path');
const { moduleRule } = require('./module-rule.js');
const { OWN, Project } = require('./project.js');

const HELPER_RULE = 'no-home-made-helper';
const CALL_RULE = 'no-deprecated-helper';
const COUNT_RULE = 'count-run-id-places';

/** The plan for a folder. */
async function planOf(folder) {
  const project = new Project(folder);
  const results = await project.lint({});
  const reports = results.flatMap((result) => reportsOf(result, project.folder));
  const helperFiles = new Set(reports.filter(({ rule }) => rule === HELPER_RULE).map(({ file }) => file));
  const modules = await modulesOf(project, helperFiles);
  const unread = results.filter(({ fatalErrorCount }) => fatalErrorCount > 0);
  return {
    version: 1,
    folder: project.folder,
    hasPackage: project.has('unified-run-id'),
    files: results.length,
    filesWithPlaces: new Set(reports.map(({ file }) => file)).size,
    places: reports.length,
    bySuggestion: reports.filter(({ isOffered }) => isOffered).length,
    rules: countsOf(reports, ({ rule }) => rule).map(([rule, places]) => ({
      rule,
      places,
      files: new Set(reports.filter((report) => report.rule === rule).map(({ file }) => file)).size,
      bySuggestion: reports.filter((report) => report.rule === rule && report.isOffered).length,
    })),
    helpers: reports
      .filter(({ rule }) => rule === HELPER_RULE)
      .map(({ name, file, line }) => ({ name, file, line })),
    calls: countsOf(
      reports.filter(({ rule }) => rule === CALL_RULE),
      ({ name }) => name,
    ).map(([name, calls]) => ({ name, calls })),
    reexports: modules.filter(({ text }) => text !== null),
    byHand: modules.filter(({ text }) => text === null),
    unread: unread.map(({ filePath, messages }) => ({
      file: relativeTo(project.folder, filePath),
      problem: messages.find(({ fatal }) => fatal)?.message ?? '',
    })),
  };
}

/** Each place that a rule of the package reports, except the counts. */
function reportsOf({ filePath, messages, source }, folder) {
  const text = messages.length === 0 ? '' : (source ?? fs.readFileSync(filePath, 'utf8'));
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  return messages
    .filter(({ ruleId }) => ruleId !== null && !ruleId.startsWith(`${OWN}/`))
    .map(({ ruleId, line, column, fix, suggestions = [] }) => ({
      rule: ruleId.slice(ruleId.indexOf('/') + 1),
      file: relativeTo(folder, filePath),
      line,
      name: nameAt(lines[line - 1] ?? '', column),
      isOffered: fix !== undefined || suggestions.length > 0,
    }))
    .filter(({ rule }) => rule !== COUNT_RULE);
}

/** The last name of the expression that begins there: that of a function, or of a method call. */
function nameAt(line, column) {
  const [text = ''] =
    /^(?:(?:async|function|static|export|get)\s+)*[\w$#]+(?:\??\.[\w$#]+)*/.exec(line.slice(column - 1)) ??
    [];
  return text.split(/[.\s]+/).at(-1);
}

/**
 * The helper modules as re-exports, and the modules that pass on their names with a spread, which would lose them.
 *
 * @returns {Promise<(import('./module-rule.js').Rewriting & { file: string, path: string })[]>}
 */
async function modulesOf(project, helperFiles) {
  const known = new Set(['unified-run-id']);
  /** @type {(import('./module-rule.js').Rewriting & { file: string, path: string })[]} */
  let all = [];
  // A module that spreads another spreading module is found in the next round.
  for (let before = -1; before < all.length;) {
    before = all.length;
    /** @type {typeof all} */
    const found = [];
    const rule = moduleRule(
      (file, module) => found.push({ file: relativeTo(project.folder, file), path: file, ...module }),
      (file, source) => known.has(targetOf(file, source)),
    );
    await project.lint({ modules: rule }, { isOnly: true });
    all = found.filter(
      ({ file, form, replaced }) => form === 'spread' || (replaced.length > 0 && helperFiles.has(file)),
    );
    for (const { path: file } of all) known.add(withoutEnd(file));
  }
  return all.sort((one, other) => (one.file < other.file ? -1 : 1));
}

function targetOf(file, source) {
  return source.startsWith('.') ? withoutEnd(path.resolve(path.dirname(file), source)) : source;
}

function withoutEnd(file) {
  return file.replace(/(?:[/\\]index)?\.[cm]?[jt]s$/, '');
}

function countsOf(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

function relativeTo(folder, file) {
  return path.relative(folder, file).split(path.sep).join('/');
}

module.exports = { planOf };
