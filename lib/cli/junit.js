'use strict';

// The verdict as JUnit XML, which CI servers show as tests: a group of findings is a failed test.

const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const { affectedText } = require('./findings.js');
const { isUnjudged, nothingText, outcomeText } = require('./outcome.js');
const { storyOf } = require('./story.js');
const { visible } = require('./visible.js');

/** XML has names for these; `visible` has already escaped everything that XML 1.0 does not allow. */
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** All readers read pure ASCII the same way. */
const NOT_ASCII = /[^\x20-\x7e]/gu;

/**
 * @param {import('./verdict-view.js').VerdictView} view
 * @param {(group) => boolean} isFailing whether a group makes the command fail
 */
function* junitLines(view, isFailing) {
  const { problems } = view.summary;
  let [tests, failures, skipped] = [0, 0, 0];
  for (const group of view.groups()) {
    tests += 1;
    if (group.known) skipped += 1;
    else if (isFailing(group)) failures += 1;
  }
  const isEmpty = tests === 0 && problems.length === 0;
  const errors = isEmpty && isUnjudged(view.summary) ? 1 : problems.length;
  const counts = `tests="${isEmpty ? 1 : tests + problems.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  yield '<?xml version="1.0" encoding="UTF-8"?>';
  yield `<testsuites name="unified-run-id" ${counts}>`;
  yield `  <testsuite name="unified-run-id check" ${counts}>`;
  if (isEmpty) yield* testOfAll(view.summary);
  for (const { file, problem } of problems) {
    yield `    <testcase classname="unified-run-id" name="read ${escaped(file)}">`;
    yield `      <error message="not read: ${escaped(problem)}"/>`;
    yield '    </testcase>';
  }
  for (const group of view.groups()) yield* testCase(group, view, isFailing(group));
  yield '  </testsuite>';
  yield '</testsuites>';
}

/** The only test, if there are no findings. */
function* testOfAll(summary) {
  if (!isUnjudged(summary)) {
    const result =
      summary.runs === 0 ? nothingText(summary) : `${count(summary.runs, 'run')}, ${outcomeText(summary)}`;
    yield `    <testcase classname="unified-run-id" name="${result}"/>`;
    return;
  }
  const result = summary.unread > 0 ? 'Interrupted: not all files were read' : nothingText(summary);
  yield '    <testcase classname="unified-run-id" name="judge the logs">';
  yield `      <error message="${escaped(result)}"/>`;
  yield '    </testcase>';
}

function* testCase(group, view, isFailing) {
  const { class: name, service, at, severity, known, examples } = group;
  const { title, remedy } = classTextOf(name);
  const [file] = at === null ? [] : [at.replace(/(:[0-9]+){1,2}$/, '')];
  const place = at === null ? '' : ` at ${escaped(at)}`;
  const of = file === undefined ? '' : ` file="${escaped(file)}"`;
  yield `    <testcase classname="${escaped(service)}" name="${escaped(title)} (${escaped(name)})${place}"${of}>`;
  const story = storyOf(view.finding(examples[0]), { ellipsis: '...' });
  const told = `${affectedText(group)}, ${severity}. ${story}`;
  if (known) {
    yield `      <skipped message="known from the baseline"/>`;
  } else if (isFailing) {
    yield `      <failure type="${escaped(name)}" message="${escaped(told)}">${escaped(told)}`;
    yield* body(view, group, remedy);
    yield '      </failure>';
  } else {
    yield `      <system-out>${escaped(told)}`;
    yield* body(view, group, remedy);
    yield '      </system-out>';
  }
  yield '    </testcase>';
}

/** The lines below the story, each printed as one: each place that shows it, and what to do. */
function* body(view, { examples }, remedy) {
  for (const number of examples) {
    const { runId, expected, evidence } = view.finding(number);
    const instead = expected === null ? '' : ` instead of ${expected}`;
    yield escaped(`${runId ?? '(no run ID)'}${instead}`);
    for (const { file, line } of evidence) yield escaped(`  ${file}:${line}`);
  }
  if (remedy !== '') yield escaped(remedy);
}

function escaped(text) {
  return visible(text)
    .replace(/[&<>"']/g, (sign) => ESCAPES[sign])
    .replace(NOT_ASCII, (character) => `&#x${character.codePointAt(0)?.toString(16)};`);
}

module.exports = { junitLines };
