// What the page is about: which logs, of which services, their time span, and how it was made.

import { element, facts, prose } from './element.js';
import { counted, moment, number, period, size, some } from './words.js';

/** Files and services that are listed; there may be thousands. */
const MAX_LISTED = 200;

/** Services whose gaps are shown at first; the table has all. */
const MAX_GAPS = 5;

/** @param {boolean} isOpen if there is nothing else to see */
export function frame({ command, version, made, files, services, notes }, isOpen) {
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const times = services
    .flatMap(({ firstTime, lastTime }) => [firstTime, lastTime])
    .filter((time) => time !== null)
    .sort((one, other) => one - other);
  const when = period(times[0] ?? null, times.at(-1) ?? null);
  const lacking = services.filter(({ missing }) => missing !== null);
  const gaps = lacking.slice(0, MAX_GAPS).map(({ service, missing }) => `${service}: ${missing}`);
  const names = services.map(({ service }) => service);
  return element(
    'section.frame',
    { 'aria-label': 'What was read' },
    facts([
      ['Logs', `${counted(files.length, 'file')}, ${size(bytes)}${lines(files)}`],
      ['Time', when === null ? null : `${when} UTC`],
      [names.length === 1 ? 'Service' : 'Services', names.length === 0 ? null : some(names)],
      ['Made', `${moment(made)} UTC, unified-run-id ${version}`],
    ]),
    [...notes, ...gaps].map((note) => element('p.note', {}, prose(note))),
    element(
      'details',
      { open: isOpen },
      element('summary', {}, 'Files, services and command'),
      element('p.made', {}, element('code', {}, command)),
      table(
        'Files',
        ['File', 'Size', 'Lines'],
        files.map((file) => [
          file.name,
          file.bytes === null ? 'not known' : size(file.bytes),
          file.lines === null ? 'not known' : number(file.lines),
        ]),
      ),
      services.length === 0 ? null : table('Services', SERVICE_COLUMNS, services.map(serviceRow)),
    ),
  );
}

const SERVICE_COLUMNS = ['Service', 'First line (UTC)', 'Last line', 'Processes', 'Runs', 'Missing'];

function serviceRow({ service, processes, runs, firstTime, lastTime, missing }) {
  const times = [firstTime, lastTime].map((time) => moment(time) ?? 'not known');
  return [service, ...times, number(processes), number(runs), missing ?? 'nothing'];
}

function lines(files) {
  if (files.some((file) => file.lines === null)) return '';
  return `, ${counted(
    files.reduce((sum, file) => sum + file.lines, 0),
    'line',
  )}`;
}

/** A table that may be wider than the page. */
export function table(caption, columns, rows) {
  const more = rows.length - MAX_LISTED;
  return [
    element(
      'div.scroller',
      { tabindex: 0, role: 'region', 'aria-label': caption },
      element(
        'table',
        {},
        element('caption', {}, caption),
        element('thead', {}, row('th', columns)),
        element(
          'tbody',
          {},
          rows.slice(0, MAX_LISTED).map((cells) => row('td', cells)),
        ),
      ),
    ),
    more > 0 ? element('p', {}, `and ${number(more)} more`) : null,
  ];
}

function row(tag, cells) {
  const settings = tag === 'th' ? { scope: 'col' } : {};
  return element(
    'tr',
    {},
    cells.map((cell) => element(tag, settings, cell)),
  );
}
