// A finding, or all of one cause, as Markdown for a ticket. Text from a log remains text there, too.

import { counted, period } from './words.js';

/** Words without a meaning in Markdown or for its renderers: no markup, no link, no mention. */
const PLAIN = /^[\p{L}\p{N}'\u2019\u2026-]*[,;:.)]?$/u;

/**
 * @param finding of page-data.js, in full
 * @param meaning of its class
 * @param group of which it is an example; `null` for the finding alone
 */
export function markdown(finding, { title, severity, remedy }, group = null) {
  const { story, runId, expected, evidence, next } = finding;
  const scale = group === null ? [] : [`- ${scaleOf(group)}`];
  const ids = [
    ['wrong', runId],
    ['right', expected],
  ].filter(([, id]) => id !== null);
  return [
    `### ${prose(title)} (${code(finding.class)}, ${severity})`,
    '',
    prose(story),
    '',
    ...scale,
    ...ids.map(([kind, id]) => `- ${kind}: ${code(id)}`),
    `- what to do: ${prose(remedy)}`,
    ...evidence
      .slice(0, 3)
      .map(({ file, line, text }) =>
        `- ${code(`${file}:${line}`)} ${text === null ? '' : code(text)}`.trimEnd(),
      ),
    ...(next === null ? [] : ['', fenced(next)]),
    '',
  ].join('\n');
}

function scaleOf({ findingCount, runs, clientCount, firstTime, lastTime }) {
  const when = period(firstTime, lastTime);
  const parts = [
    counted(findingCount, 'finding'),
    ...(runs === 0 ? [] : [counted(runs, 'run')]),
    ...(clientCount === 0 ? [] : [counted(clientCount, 'client')]),
  ];
  return `${parts.join(', ')}${when === null ? '' : `, ${when} UTC`}`;
}

/** A text in which every word is plain, or code. */
function prose(text) {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => (PLAIN.test(word) ? word : code(word)))
    .join(' ');
}

/** A one-line text as code; its fence is longer than any run of backticks in it. */
function code(text) {
  const line = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const isPadded = line.startsWith('`') || line.endsWith('`');
  return isPadded ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

function fenced(text) {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}sh\n${text}\n${fence}`;
}
