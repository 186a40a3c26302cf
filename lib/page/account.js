// The account of a finding: what happened, how that is known, and what to do.

import { command } from './copying.js';
import { difference } from './difference.js';
import { element, facts, prose, sentence } from './element.js';
import { shortLine } from './log-line.js';
import { counted, moment, number } from './words.js';

/** Log lines that are quoted; more are in the run itself. */
const MAX_LINES = 5;

/** The severity in a word and a shape. */
export function severityOf(severity) {
  return element(`span.severity.${severity}`, {}, severity);
}

/** The title of a finding, with the class as a small label. */
export function titleOf(finding, { title }) {
  return [element('span.title', {}, title), ' ', element('code.class', {}, finding.class)];
}

/**
 * @param finding of page-data.js, told in full
 * @param meaning of its class
 */
export function account(finding, { meaning, remedy }) {
  const { story, next, candidates, consequenceCount } = finding;
  const others = candidates.filter((runId) => runId !== finding.expected);
  return element(
    'div.account',
    {},
    element(
      'div.happened',
      {},
      element('h4', {}, 'What happened'),
      element('p.story', {}, sentence(story)),
      difference(finding),
      others.length === 0 ? null : element('p', {}, 'Other candidates: ', codes(others)),
      evidence(finding),
    ),
    element(
      'div.todo',
      {},
      element('h4', {}, 'What to do'),
      element('p', {}, prose(remedy)),
      next === null ? null : command(next),
      facts([
        ['Meaning', meaning],
        ['Confidence', finding.confidence],
        ['Call site', finding.at === null ? null : element('code', {}, finding.at)],
        ['Route', finding.route],
        ['Error', finding.code],
        ['Source', finding.source],
        [
          'Followed by',
          consequenceCount === 0
            ? null
            : counted(consequenceCount, 'more use or miss', 'more uses or misses'),
        ],
      ]),
    ),
  );
}

function evidence({ evidence: lines, runId, expected }) {
  if (lines.length === 0) return null;
  const more = lines.length - MAX_LINES;
  return [
    element(
      'ol.evidence',
      { 'aria-label': 'Log lines' },
      lines
        .slice(0, MAX_LINES)
        .map(({ file, line, time, process, text }) =>
          element(
            'li',
            {},
            element('span.place', {}, `${file}:${line}`),
            ' ',
            element('span.who', {}, [process, moment(time)].filter(Boolean).join(', ')),
            text === null ? null : shortLine(text, [runId, expected]),
          ),
        ),
    ),
    more > 0 ? element('p.more', {}, `and ${number(more)} more lines`) : null,
  ];
}

function codes(texts) {
  return texts.flatMap((text, at) => [at === 0 ? '' : ', ', element('code.word', {}, text)]);
}
