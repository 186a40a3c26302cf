// The whole run at a glance, to scale: a line for each service, time from left to right. Long silences are shortened.

import { drawing, element } from './element.js';

const WIDTH = 1000;
const LINE = 12;

/** Fewer events are not worth a picture. */
const MIN_ROWS = 4;

/** The width of a shortened silence, as a fraction of the whole. */
const CUT = 0.04;

/** A silence is shortened if it takes more than this fraction of the whole. */
const LONG = 0.25;

/**
 * @param run of page-data.js, its rows unpacked
 * @param {(at: number) => void} goTo is called with the number of the clicked row
 * @returns null if there is too little to show
 */
export function overview({ rows, services }, goTo) {
  const timed = rows.map((row, at) => ({ row, at })).filter(({ row }) => row.offset !== null);
  if (timed.length < MIN_ROWS) return null;
  timed.sort((a, b) => a.row.offset - b.row.offset);
  const { places, cuts } = scaled(timed.map(({ row }) => row.offset));
  if (places === null) return null;
  const lines = services.length;
  const height = lines * LINE;
  const marks = timed.map(({ row, at }, number) => ({ row, at, x: places[number] * WIDTH }));
  const press = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const line = Math.floor(((event.clientY - box.top) / box.height) * lines);
    goTo(nearest(marks, x, line));
  };
  return element(
    'div.overview',
    { 'aria-hidden': 'true' },
    drawing(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: 'none', vars: { lines }, click: press },
      services.map((_, lane) => drawing('path.line', { d: `M0 ${(lane + 0.5) * LINE}h${WIDTH}` })),
      cuts.map((x) => drawing('path.cut', { d: `M${x * WIDTH} 0v${height}` })),
      [...pathsOf(marks)].map(([kind, d]) => drawing(`path.${kind}`, { d })),
    ),
    element(
      'p.ends',
      {},
      element('span', {}, timed[0].row.when),
      cuts.length === 0
        ? null
        : element('span', {}, cuts.length === 1 ? 'a silence is shortened' : 'silences are shortened'),
      element('span', {}, timed.at(-1).row.when),
    ),
  );
}

/** The position of each time, from 0 to 1, and where a silence was shortened. */
function scaled(times) {
  const whole = times.at(-1) - times[0];
  if (whole <= 0) return { places: null, cuts: [] };
  const steps = times.map((time, at) => (at === 0 ? 0 : time - times[at - 1]));
  const isCut = steps.map((step) => step > whole * LONG && times.length > 2);
  const busy = steps.reduce((sum, step, at) => sum + (isCut[at] ? 0 : step), 0);
  const cutWidth = busy === 0 ? 1 / isCut.filter(Boolean).length : CUT;
  const share = 1 - cutWidth * isCut.filter(Boolean).length;
  const cuts = [];
  let place = 0;
  const places = steps.map((step, at) => {
    if (isCut[at]) {
      cuts.push(place + cutWidth / 2);
      place += cutWidth;
    } else if (busy > 0) place += (step / busy) * share;
    return place;
  });
  return { places, cuts };
}

/** The path of each kind, the worst on top; each position is drawn once. */
function pathsOf(marks) {
  const strokes = new Map(
    ['step', 'origin', 'end', 'doubt', 'trouble', 'wrong'].map((kind) => [kind, new Map()]),
  );
  for (const { row, x } of marks) {
    const kind = row.findings.length > 0 ? 'wrong' : row.kind;
    const left = Math.round(x * 2);
    strokes.get(kind).set(row.lane * (2 * WIDTH + 1) + left, [left / 2, row.lane]);
  }
  const stroke = ([left, lane]) => `M${left} ${lane * LINE + 1}v${LINE - 2}`;
  return new Map([...strokes].map(([kind, places]) => [kind, [...places.values()].map(stroke).join('')]));
}

function nearest(marks, x, line) {
  const distance = ({ row, x: own }) => Math.abs(own - x) + (row.lane === line ? 0 : 20);
  return marks.reduce((best, mark) => (distance(mark) < distance(best) ? mark : best)).at;
}
