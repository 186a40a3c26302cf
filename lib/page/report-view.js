// The page of all findings, by cause, the worst first.

import { headingOfReport } from '../cli/heading.js';
import { addressOf, go, note } from './address.js';
import { Cause } from './cause.js';
import { element } from './element.js';
import { Filters } from './filters.js';
import { frame } from './frame.js';
import { observed } from './observed.js';
import { counted, number } from './words.js';

/** Examples that are printed. */
const MAX_PRINTED = 10;

export class ReportView {
  #report;
  #classes;
  #causes = [];
  #filters = null;
  /** The cause that was opened last. */
  #opened = '';
  /** Whether the URL belongs to this view. */
  #isShown = false;

  /** @param data of page-data.js, with its findings unpacked */
  constructor({ report, classes, frame: about }) {
    this.#report = report;
    this.#classes = classes;
    const { groups } = report;
    const list = element('ol.causes', { 'aria-label': 'Causes' });
    this.element = element('div.report', {}, this.#head(), frame(about, groups.length === 0));
    const places = report.observed === null ? null : observed(report.observed);
    if (groups.length === 0) {
      this.element.append(...[places].filter((part) => part !== null));
      return;
    }
    this.#causes = groups.map((group) => this.#cause(group));
    list.append(...this.#causes.map((cause) => cause.element));
    const noun = report.findings.length < report.findingCount ? 'listed finding' : 'finding';
    const items = report.findings.map((finding) => this.#filtered(finding));
    this.#filters = new Filters(items, this.#choices(), noun, (shown, isAll) => this.#show(shown, isAll));
    const more = report.groupCount - groups.length;
    this.element.append(
      element('h2', {}, 'Causes, the worst first'),
      element('p.hint.keys', {}, 'Keys: n and p for the next and the previous cause, / to search.'),
      this.#filters.element,
      this.#filters.nothing,
      list,
      more > 0 ? element('p.more', {}, `and ${counted(more, 'more cause')}: check --all lists each.`) : '',
      places ?? '',
    );
    this.#filters.apply();
  }

  get title() {
    return `Run ID report: ${headingOfReport(this.#report)}`;
  }

  get filters() {
    return this.#filters;
  }

  /** Shows what the URL says. */
  restore(choice) {
    this.#isShown = false;
    this.#opened = choice.group ?? '';
    const isOnly = this.#causes.length === 1;
    this.#causes.forEach((cause, at) => {
      if (this.#report.groups[at].key === this.#opened || isOnly) cause.open(true);
      else if (choice.group === undefined) cause.open(false);
    });
    this.#filters?.restore(choice);
    this.#isShown = true;
    const at = this.#report.groups.findIndex(({ key }) => key === this.#opened);
    if (at >= 0) this.#causes[at].focus();
  }

  /** Returns to a finding from the run that it opened. */
  goTo(number) {
    const { group } = this.#report.findings[number];
    this.#causes[group].goTo(number - this.#report.groups[group].listed.from);
  }

  /** Goes to the next cause, or the one before. */
  step(by) {
    const shown = this.#causes.filter((cause) => !cause.element.hidden);
    const at = shown.findIndex((cause) => cause.element.contains(document.activeElement));
    const to = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by));
    shown[to]?.focus();
  }

  /** Opens what is printed: examples of the worst causes, as many as a reader can take in. */
  print() {
    const causes = this.#causes.slice(0, MAX_PRINTED);
    // The account of a cause is itself an example.
    const findings = causes.length < MAX_PRINTED ? Math.floor(MAX_PRINTED / causes.length) : 0;
    for (const cause of causes) cause.print(findings);
  }

  #head() {
    const { findingCount, groupCount, severities, runs, consistentRuns, limit } = this.#report;
    if (findingCount === 0) {
      return element(
        'header.head',
        {},
        element(
          'h1',
          {},
          element(`span.${runs === 0 ? 'none' : 'fine'}`, {}, `${headingOfReport(this.#report)}.`),
        ),
      );
    }
    const totals = ['high', 'medium', 'low'].filter((severity) => severities[severity] > 0);
    return element(
      'header.head',
      {},
      element('h1', {}, headingOfReport(this.#report)),
      element(
        'p.totals',
        {},
        totals.map((severity) => this.#total(severity, severities[severity])),
      ),
      element(
        'p',
        {},
        `${counted(findingCount, 'finding')} of ${counted(groupCount, 'cause')}. `,
        `${consistencyOf(consistentRuns)} consistent${limit}.`,
      ),
    );
  }

  #total(severity, count) {
    return element(
      `button.total.${severity}`,
      { type: 'button', 'aria-pressed': 'false', click: () => this.#filters.toggle('severity', severity) },
      element('b', {}, number(count)),
      ' ',
      element(`span.severity.${severity}`, {}, severity),
    );
  }

  #cause(group) {
    const finding = (at) => this.#told(group, group.listed.from + at);
    return new Cause(group, this.#classes[group.class], finding, (isOpen) => this.#press(group, isOpen));
  }

  /** A finding as a list item. */
  #told({ example }, at) {
    const finding = this.#report.findings[at];
    const { flow, inFlow, runId } = finding;
    const key = flow === null ? null : this.#report.flows[flow].key;
    const next = runId === example.runId ? example.next : nextOf(example, finding);
    const address = key === null ? null : addressOf({ run: key, finding: inFlow });
    return { finding, next, address };
  }

  #press({ key }, isOpen) {
    const at = this.#report.groups.findIndex((group) => group.key === key);
    this.#causes[at].open(isOpen);
    if (isOpen) go({ ...this.#choice(), group: key });
    else {
      if (this.#opened === key) this.#opened = '';
      note(this.#choice());
    }
  }

  #choice() {
    return { ...this.#filters?.values, group: this.#opened };
  }

  #choices() {
    const titleOf = (name) => this.#classes[name].title;
    return [
      { key: 'severity', label: 'Severity' },
      { key: 'class', label: 'Class', nameOf: titleOf },
      { key: 'service', label: 'Service' },
      { key: 'client', label: 'Client' },
    ];
  }

  #filtered(finding) {
    const group = this.#report.groups[finding.group];
    const { runId, expected, process, file, line, clients } = finding;
    return {
      search: () => [
        [runId, expected, process, `${file}:${line}`].join('\n').toLowerCase(),
        this.#textOf(group),
      ],
      severity: [group.severity],
      class: [group.class],
      service: [group.service],
      client: clients,
    };
  }

  /** The searchable texts of a cause. */
  #textOf(group) {
    const { title } = this.#classes[group.class];
    group.text ??= [group.class, title, group.service, group.at, group.example.story]
      .join('\n')
      .toLowerCase();
    return group.text;
  }

  #show(shown, isAll) {
    this.#causes.forEach((cause, number) => {
      const { from, count } = this.#report.groups[number].listed;
      const fitting = new Set();
      for (let at = 0; at < count && !isAll; at++) if (shown[from + at]) fitting.add(at);
      cause.show(isAll ? null : fitting);
    });
    const { severity } = this.#filters.values;
    for (const total of this.element.querySelectorAll('.total')) {
      total.setAttribute('aria-pressed', String(severity !== '' && total.classList.contains(severity)));
    }
    if (this.#isShown) note(this.#choice());
  }
}

function consistencyOf(runs) {
  if (runs === 0) return 'No run was';
  return runs === 1 ? '1 run was' : `${number(runs)} runs were`;
}

/** The command for another finding of a cause, with its ID in place of the example's. */
function nextOf({ next, runId, expected }, finding) {
  const [theirs, own] = [expected ?? runId, finding.expected ?? finding.runId];
  return next === null || theirs === null || own === null ? null : next.replace(theirs, () => own);
}
