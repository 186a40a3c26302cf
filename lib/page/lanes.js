// Draws an event in the lanes of the services: its mark, and the arrow from the previous lane.

import { element } from './element.js';

/** With more lanes than this, an event shows only the name of its service. */
export const MAX_LANES = 12;

/** Up to this number, each lane is wide enough for the name of its service. */
const MAX_WIDE_LANES = 5;

/**
 * The mark of an event in its lane. An arrow with a head is a proven hand-over; dots without a head connect events that
 * merely follow each other. Only the loop at a process that a finding names as the culprit is red: it had the right ID
 * and used another.
 */
export function drawingOf({ lane, from, kind, link, isChange }) {
  const drawn = [element(`i.mark.${kind}`, { vars: { at: lane } })];
  if (isChange) drawn.unshift(element('i.loop', { vars: { at: lane } }));
  if (from === null || from === lane) return drawn;
  const vars = { left: Math.min(from, lane), right: Math.max(from, lane) };
  const way = from < lane ? 'rightwards' : 'leftwards';
  return [element(`i.arrow.${link}.${way}`, { vars }), ...drawn];
}

/** The names above the lanes. */
export function laneHead(services) {
  const lanes = services.map(({ name }) =>
    element('span.lane', { title: name }, element('span.name', {}, name)),
  );
  return element(
    'div.lane-head',
    { 'aria-hidden': 'true' },
    element('span.when', {}, 'time'),
    element('span.lanes', {}, lanes),
    element('span.what', {}, 'event'),
  );
}

/** The layout of the lanes for that many services. */
export function layoutOf(services) {
  if (services.length > MAX_LANES || services.length === 1) return 'list';
  return services.length <= MAX_WIDE_LANES ? 'wide' : 'narrow';
}

/** The service of an event; the colour is one of a few, and the name is always shown. */
export function badgeOf({ name, lane }) {
  return element('span.who', { vars: { hue: (lane * 137) % 360 }, title: name }, name);
}

export function legend() {
  const entry = (kind, text) => element('li', {}, element(`i.mark.${kind}`, {}), text);
  const sample = (kind, text) => element('li', {}, element(`i.sample.${kind}`, {}), text);
  return element(
    'ul.legend',
    { 'aria-label': 'Marks' },
    entry('origin', 'generated or created'),
    entry('step', 'used'),
    entry('end', 'completed'),
    entry('trouble', 'missed or refused'),
    entry('doubt', 'in conflict, or already in use'),
    sample('proved', 'handed over, proven'),
    sample('seen', 'seen next, not proven'),
    sample('changed', 'changed here'),
  );
}
