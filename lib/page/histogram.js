// The number of findings over time.

import { drawing, element } from './element.js';
import { moment, number } from './words.js';

const HEIGHT = 20;

/** Fewer findings make no useful chart. */
const MIN = 3;

/** @returns null if there is nothing to compare */
export function histogram({ histogram: counts, findingCount, firstTime, lastTime }) {
  if (findingCount < MIN || firstTime === null || lastTime === null || lastTime <= firstTime) return null;
  const most = Math.max(...counts);
  const span = (lastTime - firstTime) / counts.length;
  const at = moment(firstTime + (counts.indexOf(most) + 0.5) * span);
  const bars = counts.map((count, x) => {
    const height = count === 0 ? 0.6 : Math.max(2, (count / most) * HEIGHT);
    return drawing('rect', { x: x + 0.1, y: HEIGHT - height, width: 0.8, height });
  });
  const settings = {
    viewBox: `0 0 ${counts.length} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': `Findings over time: at most ${number(most)}, about ${at}`,
  };
  return element('span.histogram', {}, drawing('svg', settings, ...bars));
}
