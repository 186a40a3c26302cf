// The page: data that the command line has put into it, and one of two views.

import { element } from './element.js';
import { ReportView } from './report-view.js';
import { RunView } from './run-view.js';

const data = JSON.parse(document.getElementById('data').textContent);
const { classes, texts, run, report, notes, limit } = data;
const page = document.getElementById('page');

/** The views of runs that were opened, by number. */
const runs = new Map();

const home =
  report === null ? new RunView(run, classes, texts, limit) : new ReportView(report, classes, limit);
let current = null;
/** The finding that was opened last, to come back to. */
let opened = null;

function show(view, ...above) {
  current = view;
  document.title = view.title;
  const told = notes.map((note) => element('p.note', {}, note));
  page.replaceChildren(...above, view.element, ...told);
}

/** What the address asks for: a finding of the report, or the first view. */
function route() {
  const number = Number(/^#finding-([0-9]+)$/.exec(location.hash)?.[1] ?? NaN);
  const finding = report?.findings[number];
  if (finding === undefined || finding.flow === null) {
    show(home);
    if (opened !== null) home.goTo(opened);
    opened = null;
    return;
  }
  if (!runs.has(finding.flow))
    runs.set(finding.flow, new RunView(report.flows[finding.flow], classes, texts, limit));
  const view = runs.get(finding.flow);
  const back = element('nav', {}, element('a', { href: '#' }, '← All findings'));
  show(view, back);
  opened = number;
  view.goToFinding(finding.inFlow);
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || current.filters === null) return;
  const isTyping = event.target.closest('input, select') !== null;
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    current.filters.focus();
  } else if (event.key === 'Escape' && !current.filters.clear() && current !== home) {
    location.hash = '';
  }
}

window.addEventListener('hashchange', route);
window.addEventListener('beforeprint', () => {
  current.drawAll();
  for (const folded of page.querySelectorAll('details')) folded.open = true;
});
document.addEventListener('keydown', onKey);
route();
requestAnimationFrame(() => setTimeout(() => performance.mark('unified-run-id:drawn')));
