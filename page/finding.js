// A finding as the page shows it. What a class means comes with the data.

import { element } from './element.js';

const NO_ID = 'no run ID';

/** The class, with its severity. */
export function badge(name, classes) {
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
export function facts({ process, at, confidence, evidence }) {
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
