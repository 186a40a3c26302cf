// The page of all findings, the worst first.

import { ChunkedList } from './chunked-list.js';
import { count } from '../count.js';
import { element } from './element.js';
import { CHOICES, Filters } from './filters.js';
import { card } from './finding.js';

/** Processes whose counts are shown; all of them can be chosen. */
const MAX_COUNTS = 12;

export class ReportView {
  #report;
  #classes;
  #list;
  #filters;
  #counts = [];

  /**
   * @param report of page-data.js
   * @param classes of findings, by name
   * @param {string} limit of what a good judgement says
   */
  constructor(report, classes, limit) {
    this.#report = report;
    this.#classes = classes;
    const { findings } = report;
    this.element = element('div.report', {}, element('h1', {}, this.title), this.#summary(limit));
    if (findings.length === 0) return;
    this.#filters = new Filters(findings.map(filtered), CHOICES, 'finding', (shown) => this.#show(shown));
    const list = element('div.findings', { role: 'list', 'aria-label': 'Findings' });
    this.element.append(
      this.#countsOf('By class', 'classes', (finding) => finding.class),
      this.#countsOf('By process', 'processes', (finding) => finding.process),
      element('h2', {}, 'Findings, the worst first'),
      this.#filters.element,
      list,
    );
    this.#list = new ChunkedList(list, findings.length, (at) => this.#card(at), 'presentation');
    this.#filters.apply();
  }

  get title() {
    return 'Run ID report';
  }

  get filters() {
    return this.#filters ?? null;
  }

  drawAll() {
    this.#list?.drawAll();
  }

  /** Goes to a finding, from the run that it opened. */
  goTo(number) {
    const link = this.#list.item(number).querySelector('a');
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: 'center' });
  }

  #summary(limit) {
    const { runs, consistentRuns, findings } = this.#report;
    if (findings.length === 0) return element('p.fine', {}, `${count(runs, 'run')}, consistent${limit}.`);
    return element(
      'p',
      {},
      element('strong', {}, `${count(findings.length, 'finding')} in ${count(runs, 'run')}.`),
      ` ${consistentRuns === 1 ? '1 run was' : `${consistentRuns} runs were`} consistent${limit}.`,
    );
  }

  /** How many findings there are of each, most first; a press filters by it. */
  #countsOf(title, key, valueOf) {
    const numbers = new Map();
    for (const finding of this.#report.findings) {
      numbers.set(valueOf(finding), (numbers.get(valueOf(finding)) ?? 0) + 1);
    }
    const sorted = [...numbers].sort((a, b) => b[1] - a[1]);
    const buttons = sorted.slice(0, MAX_COUNTS).map(([value, number]) => {
      const button = element(
        'button',
        { type: 'button', 'aria-pressed': 'false', click: () => this.#filters.toggle(key, value) },
        element('span.bar', { vars: { share: number / sorted[0][1] }, 'aria-hidden': 'true' }),
        element('span', {}, value),
        ' ',
        element('b', {}, String(number)),
      );
      this.#counts.push({ key, value, button });
      return element('li', {}, button);
    });
    const more = sorted.length - buttons.length;
    return element(
      'section.counts',
      {},
      element('h2', {}, title),
      element('ul', {}, ...buttons, more > 0 ? element('li.more', {}, `and ${more} more`) : null),
    );
  }

  #show(shown) {
    this.#list?.show((at) => shown[at]);
    for (const { key, value, button } of this.#counts) {
      button.setAttribute('aria-pressed', String(this.#filters.chosen(key) === value));
    }
  }

  #card(at) {
    const finding = this.#report.findings[at];
    const label = `Open its run: ${finding.class} ${finding.runId ?? ''}`;
    const lead =
      finding.flow === null
        ? element('p.hint', {}, ...undrawn(finding))
        : element('a.open', { href: `#finding-${at}`, 'aria-label': label }, 'Open its run');
    return card(finding, this.#classes, lead);
  }
}

function undrawn({ run }) {
  if (run === null) return ['Not drawn: there are too many findings for one page.'];
  const command = `unified-run-id flow ${run} <files> --html run.html`;
  return ['Not drawn, this page would be too large: ', element('code', {}, command)];
}

function filtered({ class: name, runId, expected, process, at, evidence, clients }) {
  const places = evidence.map(({ file, line }) => `${file}:${line}`);
  const search = [name, runId, expected, process, at, ...places].join('\n').toLowerCase();
  return { search, clients, processes: [process], classes: [name] };
}
