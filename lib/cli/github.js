'use strict';

// The verdict as GitHub Actions annotations: workflow commands, which GitHub reads from the output of a step.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands

const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const { affectedText, limit } = require('./findings.js');
const { nothingText, outcomeText } = require('./outcome.js');
const { storyOf } = require('./story.js');
const { visible } = require('./visible.js');

const LEVELS = { high: 'error', medium: 'warning', low: 'notice' };

/** A call site in the repository: not a Node.js module, not a URL, and not a path outside the repository. */
const OWN_FILE = /^(?!node:|[a-z]+:\/\/|\/|\.\.|<|\[|[A-Za-z]:[\\/])(.+?):([0-9]+)(?::([0-9]+))?$/s;

/** @param {import('./verdict-view.js').VerdictView} view */
function* githubLines(view) {
  const { problems } = view.summary;
  for (const { file, problem } of problems) yield command('error', {}, [`not read: ${file}: ${problem}`]);
  for (const group of view.groups()) {
    if (!group.known) yield annotation(group, view.finding(group.examples[0]));
  }
  yield `${resultOf(view.summary)}.`;
}

function resultOf(summary) {
  const { runs, findingCount, problems } = summary;
  if (runs === 0 && findingCount === 0) return nothingText(summary);
  const isPartial = problems.length > 0;
  const found = findingCount === 0 ? outcomeText(summary, limit(isPartial)) : count(findingCount, 'finding');
  return `${count(runs, 'run')}, ${found}`;
}

function annotation(group, example) {
  const { class: name, severity, at } = group;
  const { title, remedy } = classTextOf(name);
  const story = storyOf(example, { ellipsis: '...' });
  const message = [`${affectedText(group)}. ${story}`, ...(remedy === '' ? [] : [remedy])];
  return command(LEVELS[severity], { ...placeOf(at), title: `${title} (${name})` }, message);
}

/** Where the annotation is shown: a file of the repository, if the call site is in one. */
function placeOf(at) {
  const [, file, line, col] = OWN_FILE.exec(at ?? '') ?? [];
  if (file === undefined) return {};
  return { file: file.replaceAll('\\', '/'), line, ...(col !== undefined && { col }) };
}

function command(level, properties, lines) {
  const given = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${level}${given.length === 0 ? '' : ` ${given.join(',')}`}::${lines.map(data).join('%0A')}`;
}

/** A line of a message. `##[` begins a command of an older kind, anywhere in a line. */
function data(text) {
  return visible(text).replaceAll('%', '%25').replaceAll('##[', '## [');
}

/** In a property, they would begin the next one, or the message. */
function property(text) {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

module.exports = { githubLines };
