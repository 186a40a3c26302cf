// Numbers, times and names in the format of the page.

import { numeral } from '../count.js';

export { counted, numeral as number } from '../count.js';

/** A time in UTC, to the second; `null` if it is not known. */
export function moment(time) {
  return time === null ? null : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** A span of time in UTC; the day of the second time only if it differs. */
export function period(first, last) {
  if (first === null || last === null) return moment(first ?? last);
  const [from, to] = [moment(first), moment(last)];
  if (from === to) return from;
  return `${from} to ${to.startsWith(from.slice(0, 10)) ? to.slice(11) : to}`;
}

/** A number of bytes in readable form. */
export function size(bytes) {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** The first of some names, and how many more there are. */
export function some(names, all = names.length, most = 10) {
  if (names.length === 0) return numeral(all);
  const more = all - Math.min(most, names.length);
  const told = names.slice(0, most).join(', ');
  return more > 0 ? `${told} and ${numeral(more)} more` : told;
}
