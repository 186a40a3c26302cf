// The page: the data that the command line has put into it, and one of two views.

import { chosen, go } from './address.js';
import { element } from './element.js';
import { data, runOf } from './data.js';
import { ReportView } from './report-view.js';
import { RunView } from './run-view.js';

const page = document.getElementById('page');
const { report } = data;

/** The views of runs that have been opened, by number. */
const runs = new Map();

const home = report === null ? new RunView(runOf(data.run), data, {}) : new ReportView(data);
let current = null;
/** The finding that was opened last, to come back to. */
let opened = null;

function show(view, ...above) {
  if (current === view) return;
  current = view;
  document.title = view.title;
  page.replaceChildren(...above, view.element);
  scrollTo(0, 0);
}

/** Shows what the URL asks for: a run of the report, or the first view. */
function route() {
  const choice = chosen();
  const number = report?.flows.findIndex(({ key }) => key === choice.run) ?? -1;
  if (number < 0) {
    show(home);
    home.restore(choice);
    if (opened !== null) home.goTo(opened);
    opened = null;
    return;
  }
  if (!runs.has(number))
    runs.set(number, new RunView(runOf(report.flows[number]), data, { run: choice.run }));
  const view = runs.get(number);
  show(view, element('nav', {}, element('a', { href: '#', click: back }, '← All causes')));
  opened = findingOf(number, Number(choice.finding ?? NaN));
  view.restore(choice);
}

/** The finding of the report that opens a run. */
function findingOf(flow, inFlow) {
  const at = report.findings.findIndex(
    (one) => one.flow === flow && (one.inFlow === inFlow || Number.isNaN(inFlow)),
  );
  return at < 0 ? null : at;
}

/** Goes back to the report as it was left, if that was the previous view. */
function back(event) {
  if (isFromHome !== true) return;
  event.preventDefault();
  history.back();
}

let isFromHome = false;

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const isTyping = event.target.closest('input, select, textarea') !== null;
  if (event.key === 'Escape') escape();
  else if (isTyping) return;
  else if (event.key === '/' && current.filters !== null) {
    event.preventDefault();
    current.filters.focus();
  } else if (event.key === 'n' || event.key === 'p') current.step(event.key === 'n' ? 1 : -1);
}

/** Undoes one step: the selected event, the filters, or the run. */
function escape() {
  if (current.close?.() || current.filters?.clear() || current === home) return;
  go({});
}

addEventListener('hashchange', ({ oldURL }) => {
  isFromHome = report !== null && !oldURL.includes('run=') && chosen().run !== undefined;
  route();
});
addEventListener('beforeprint', () => {
  current.print();
  for (const folded of page.querySelectorAll('.run details')) folded.open = true;
});
document.addEventListener('keydown', onKey);
route();
requestAnimationFrame(() => setTimeout(() => performance.mark('unified-run-id:drawn')));
