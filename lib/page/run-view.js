// The page of one run.

import { headingOfRun } from '../cli/heading.js';
import { note } from './address.js';
import { Cards } from './cards.js';
import { copyButton } from './copying.js';
import { lowerLineOf } from './data.js';
import { Details } from './details.js';
import { element, folded } from './element.js';
import { Filters } from './filters.js';
import { frame } from './frame.js';
import { legend } from './lanes.js';
import { overview } from './overview.js';
import { TimeLine } from './time-line.js';
import { counted } from './words.js';

/** A longer list is folded. */
const MAX_LIVES = 6;

export class RunView {
  #run;
  #data;
  #timeLine;
  #details;
  #filters;
  #isShown = false;
  /** The parts of the URL that select this run. */
  #own;
  #cards;

  /**
   * @param run of page-data.js, its rows unpacked
   * @param data of the page
   * @param own the parts of the URL that select this run
   */
  constructor(run, data, own) {
    this.#run = run;
    this.#data = data;
    this.#own = own;
    this.#details = new Details(run, () => this.#unselect());
    this.#cards = new Cards(run.findings, data.classes, (number) => this.#goToFinding(number));
    this.#timeLine = new TimeLine(run, data.classes, (at) => this.#tell(at));
    const items = run.rows.map((row) => this.#filtered(row));
    this.#filters = new Filters(items, this.#choices(), 'event', (shown, isAll) => this.#show(shown, isAll));
    const isAlone = data.report === null;
    this.element = element(
      'div.run',
      {},
      element('header.head', {}, element('h1', {}, this.title), this.#parts(), this.#actions()),
      isAlone ? frame(data.frame, false) : null,
      this.#verdict(),
      run.rows.length === 0 ? element('p.none', {}, 'These files have no events of it.') : this.#course(),
    );
    this.#filters.apply();
  }

  get title() {
    return headingOfRun(this.#run.runId);
  }

  get filters() {
    return this.#filters;
  }

  /** Shows what the URL says: filters, and an event or that of a finding. */
  restore(choice) {
    this.#isShown = false;
    this.#filters.restore(choice);
    this.#isShown = true;
    const event = Number(choice.event ?? NaN);
    if (event in this.#run.rows) this.#timeLine.goTo(event);
    else if (choice.finding in this.#run.findings) this.#goToFinding(Number(choice.finding));
  }

  /** Goes to the event of the next finding, or of the previous one. */
  step(by) {
    this.#timeLine.step(by);
  }

  /** Deselects the event; returns whether there was one. */
  close() {
    if (this.#timeLine.selected < 0) return false;
    this.#unselect();
    return true;
  }

  print() {
    this.#timeLine.drawAll();
    this.#cards.drawAll();
  }

  #goToFinding(number) {
    const at = this.#run.rows.findIndex(({ findings }) => findings.includes(number));
    if (at >= 0) this.#timeLine.goTo(at);
  }

  #tell(at) {
    const isFold = this.#timeLine.isFold(at);
    this.#details.show(this.#run.rows[at], isFold ? () => this.#timeLine.unfold(at) : null);
    this.#note();
  }

  #unselect() {
    this.#timeLine.unselect();
    this.#details.hide();
    this.#note();
  }

  #note() {
    if (!this.#isShown) return;
    const { selected } = this.#timeLine;
    note({ ...this.#own, ...this.#filters.values, event: selected < 0 ? '' : selected });
  }

  #show(shown, isAll) {
    this.#timeLine.show(shown, isAll);
    this.#note();
  }

  #choices() {
    return [
      { key: 'client', label: 'Client' },
      { key: 'service', label: 'Service', nameOf: (lane) => this.#run.services[lane].name },
      { key: 'process', label: 'Process' },
      { key: 'class', label: 'Class', nameOf: (name) => this.#data.classes[name].title },
    ];
  }

  #filtered({ lane, process, words, runId, client, place, file, line, text, findings }) {
    const { name } = this.#run.processes[process];
    const classes = findings.map((number) => this.#run.findings[number].class);
    return {
      search: () => {
        const own = [name, words, runId, place, `${file}:${line}`, ...classes].join('\n');
        return [own.toLowerCase(), lowerLineOf(text)];
      },
      service: [String(lane)],
      process: [name],
      class: classes,
      client: client === null ? [] : [client],
    };
  }

  /** What the run ID itself says. */
  #parts() {
    const { runId, baseRunId, clientId, startedAt } = this.#run;
    if (runId === null) {
      return element('p.parts', {}, 'The received value was not a run ID, so it belongs to no run.');
    }
    const [date, time] = startedAt.split('T');
    const client =
      clientId === null ? 'no client ID: this is the job itself' : ['client ', element('code', {}, clientId)];
    return element(
      'p.parts',
      {},
      'base ',
      element('code', {}, baseRunId),
      `, started ${date} at ${time.slice(0, 8)} UTC; `,
      client,
    );
  }

  #actions() {
    const { runId } = this.#run;
    const { next } = this.#run.findings[0] ?? { next: null };
    return element(
      'p.actions',
      {},
      runId === null ? null : copyButton('Copy ID', () => runId),
      copyButton('Copy link', () => location.href),
      next === null ? null : copyButton('Copy flow command', () => next),
    );
  }

  /** The findings, or a statement that there are none. */
  #verdict() {
    const { findings, rows } = this.#run;
    if (findings.length > 0) return this.#cards.element;
    const fine = `Consistent${this.#data.limit}: its run ID reached every process unchanged.`;
    return rows.length === 0 ? null : element('p.fine', {}, fine);
  }

  #course() {
    const { processes } = this.#run;
    return element(
      'section',
      {},
      element('h2', {}, 'Timeline'),
      overview(this.#run, (at) => this.#timeLine.goTo(at)),
      this.#filters.element,
      legend(),
      element(
        'p.hint.keys',
        {},
        'Keys: arrows for events, n and p for the next and the previous finding, / to search.',
      ),
      this.#filters.nothing,
      // Within it, so that the details stay visible as long as it is.
      element('div.course', {}, this.#timeLine.element, this.#details.element),
      folded(
        processes.length <= MAX_LIVES,
        element('h2', {}, counted(processes.length, 'process', 'processes')),
        element('ul.lives', {}, processes.map(life)),
      ),
    );
  }
}

function life({ name, span, life: steps }) {
  return element(
    'li',
    {},
    element('code', {}, name),
    ' ',
    element('span.span', {}, span),
    element('span.steps', {}, steps.join(' → ')),
  );
}
