// The page of one run.

import { Chart } from './chart.js';
import { ChunkedList } from './chunked-list.js';
import { Details } from './details.js';
import { count } from '../count.js';
import { element } from './element.js';
import { CHOICES, Filters } from './filters.js';
import { card } from './finding.js';

/** Longer lists are folded. */
const MAX_CARDS = 5;
const MAX_LIVES = 12;

export class RunView {
  #run;
  #classes;
  #texts;
  #limit;
  #chart;
  #filters;
  /** The findings that are folded; they may be thousands. */
  #more = element('div.findings', { role: 'list' });
  #moreList = null;

  /**
   * @param run of page-data.js
   * @param classes of findings, by name
   * @param {string[]} texts of lines, by number
   * @param {string} limit of what a good judgement says
   */
  constructor(run, classes, texts, limit) {
    this.#run = run;
    this.#classes = classes;
    this.#texts = texts;
    this.#limit = limit;
    const details = new Details(run, texts);
    this.#chart = new Chart(run, classes, (row) => details.show(row));
    this.#filters = new Filters(
      run.rows.map((row) => this.#filtered(row)),
      CHOICES,
      'event',
      (shown) => this.#chart.show(shown),
    );
    this.element = element(
      'div.run',
      {},
      element('h1', {}, this.title),
      this.#parts(),
      ...this.#findings(),
      ...(run.rows.length === 0
        ? [element('p.none', {}, 'No event of it is in these files.')]
        : this.#course(details)),
    );
    this.#filters.apply();
  }

  get title() {
    return this.#run.runId === null ? 'No run ID' : `Run ${this.#run.runId}`;
  }

  get filters() {
    return this.#filters;
  }

  drawAll() {
    this.#chart.drawAll();
    this.#drawMore().drawAll();
  }

  /** Goes to the event that shows a finding. */
  goToFinding(number) {
    const at = this.#run.rows.findIndex(({ findings }) => findings.includes(number));
    if (at >= 0) this.#chart.goTo(at);
  }

  #filtered(row) {
    const { lane, words, runId, client, place, file, line, text, findings } = row;
    const { name } = this.#run.lanes[lane];
    const classes = findings.map((number) => this.#run.findings[number].class);
    const search = [name, words, runId, place, `${file}:${line}`, this.#texts[text], ...classes]
      .join('\n')
      .toLowerCase();
    return { search, processes: [name], classes, clients: client === null ? [] : [client] };
  }

  /** What the run ID says by itself. */
  #parts() {
    const { runId, baseRunId, clientId, startedAt } = this.#run;
    if (runId === null) {
      return element('p.parts', {}, 'What came was not a run ID, so there is no run that it belongs to.');
    }
    const [date, time] = startedAt.split('T');
    const part = (text, name, meaning) =>
      element(
        'span.part',
        {},
        element('code', {}, text),
        element('b', {}, name),
        element('span', {}, meaning),
      );
    return element(
      'p.parts',
      {},
      part(baseRunId, 'base', `the run: started ${date} at ${time.slice(0, 8)} UTC`),
      ...(clientId === null
        ? [
            element(
              'span.part.absent',
              {},
              element('code', {}, '-'),
              element('b', {}, 'client ID'),
              element('span', {}, 'none: this is the job itself'),
            ),
          ]
        : [part(`-${clientId}`, 'client ID', 'its part of the run')]),
    );
  }

  #findings() {
    const { findings, rows } = this.#run;
    if (findings.length === 0)
      return rows.length === 0
        ? []
        : [element('p.fine', {}, `Consistent${this.#limit}: its run ID came unchanged to every process.`)];
    const first = findings.slice(0, MAX_CARDS).map((_, number) => this.#card(number));
    const more = findings.length - first.length;
    return [
      element('h2', {}, count(findings.length, 'finding')),
      element('div.findings', { role: 'list' }, ...first),
      ...(more === 0 ? [] : [folded(false, count(more, 'more finding'), this.#more, () => this.#drawMore())]),
    ];
  }

  #drawMore() {
    const more = Math.max(0, this.#run.findings.length - MAX_CARDS);
    const card = (at) => this.#card(MAX_CARDS + at);
    return (this.#moreList ??= new ChunkedList(this.#more, more, card, 'presentation'));
  }

  #card(number) {
    const click = () => this.goToFinding(number);
    const lead = element('button', { type: 'button', click }, 'Show the event');
    return card(this.#run.findings[number], this.#classes, lead);
  }

  #course(details) {
    // Within it, so that they stay in sight as long as it does.
    this.#chart.element.append(details.element);
    return [
      folded(
        this.#run.lanes.length <= MAX_LIVES,
        element('h2', {}, count(this.#run.lanes.length, 'process', 'processes')),
        element('ul.lives', {}, ...this.#run.lanes.map(life)),
      ),
      element('h2', {}, 'Time line'),
      this.#filters.element,
      legend(),
      this.#chart.element,
    ];
  }
}

function folded(isOpen, summary, content, toggle) {
  return element('details', { open: isOpen, toggle }, element('summary', {}, summary), content);
}

function life({ label, name, span, life: steps }) {
  return element(
    'li',
    {},
    element('b.letter', {}, label),
    ' ',
    element('code', {}, name),
    ' ',
    element('span.span', {}, span),
    element('span.steps', {}, steps.join(' → ')),
  );
}

function legend() {
  const entry = (kind, text) => element('li', {}, element(`i.mark.${kind}`, {}), text);
  return element(
    'ul.legend',
    { 'aria-label': 'Marks' },
    entry('origin', 'generated or created'),
    entry('step', 'used'),
    entry('end', 'completed'),
    entry('trouble', 'missed or refused'),
    entry('doubt', 'in conflict with another source, or taken already'),
    element('li', {}, element('i.sample', {}), 'handed over'),
    element('li', {}, element('i.sample.red', {}), 'became another ID'),
  );
}
