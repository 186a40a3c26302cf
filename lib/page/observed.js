// What was observed, by place, and which places are ready to be switched.

import { element, prose } from './element.js';
import { table } from './frame.js';
import { number } from './words.js';

const COLUMNS = ['State', 'Seen', 'Service', 'Place', 'What would happen', 'Such as'];

/** @param observed of page-data.js */
export function observed({ total, count, places, states }) {
  const more = count - places.length;
  return element(
    'section.observed',
    { 'aria-label': 'Observed places' },
    element('h2', {}, 'Observed, not refused'),
    element('p', {}, total),
    table(
      'Places',
      COLUMNS,
      places.map(({ state, seen, service, place, what, example }) => [
        state,
        number(seen),
        service,
        place,
        what || 'the same as now',
        example ?? '',
      ]),
    ),
    more > 0 ? element('p', {}, `and ${number(more)} more`) : null,
    states.map(([state, toDo]) => element('p.hint', {}, prose(`${state}: ${toDo}.`))),
  );
}
