// A finding as the page shows it. What a class means comes with the data.

import { element } from './element.js';

const NO_ID = 'no run ID';

/** A finding whole, and what leads on from it. */
export function card(finding, classes, lead) {
  return element(
    'div.card',
    { role: 'listitem' },
    element('p', {}, badge(finding.class, classes), ' ', change(finding)),
    element('p.sentence', {}, classes[finding.class].sentence),
    facts(finding),
    lead,
  );
}

/** The class, with its severity. */
function badge(name, classes) {
  return element(
    `span.badge.${classes[name].severity}`,
    { title: `${classes[name].severity} severity` },
    name,
  );
}

/** What was used, and what should have been. */
export function change({ runId, expected }) {
  return element(
    'span.change',
    {},
    element('code.wrong', {}, runId ?? NO_ID),
    ...(expected === null ? [] : [' instead of ', element('code.right', {}, expected)]),
  );
}

/** All that is known of it, a line each. */
function facts({ process, at, confidence, evidence }) {
  const places = evidence.map(({ file, line }) => element('li', {}, `${file}:${line}`));
  return element(
    'dl.facts',
    {},
    ...fact('process', process),
    ...(at === null ? [] : fact('call site', at)),
    ...fact('confidence', confidence),
    element('dt', {}, 'evidence'),
    element('dd', {}, element('ul.places', {}, ...places)),
  );
}

export function fact(label, text) {
  return [element('dt', {}, label), element('dd', {}, text)];
}
