// The timeline: a lane for each service, a row for each event, time downwards.

import { titleOf } from './account.js';
import { ChunkedList } from './chunked-list.js';
import { difference } from './difference.js';
import { element } from './element.js';
import { foldsOf } from './folds.js';
import { badgeOf, drawingOf, laneHead, layoutOf } from './lanes.js';
import { number as numeral } from './words.js';

/** How far Page Up and Page Down go. */
const PAGE = 20;

export class TimeLine {
  #run;
  #classes;
  #list;
  #folds;
  /** The first rows of opened folds. */
  #unfolded = new Set();
  #fits = () => true;
  #isFolding = true;
  #selected = -1;
  #tell;

  /**
   * @param run with `services`, `processes`, `rows` and `findings`
   * @param classes of findings, by name
   * @param {(at: number) => void} tell is called with the number of the selected row
   */
  constructor(run, classes, tell) {
    this.#run = run;
    this.#classes = classes;
    this.#tell = tell;
    this.#folds = foldsOf(run.rows);
    const list = element('div.rows', {
      role: 'listbox',
      'aria-label': 'Events',
      keydown: (event) => this.#onKey(event),
      focusin: ({ target }) => this.#select(numberOf(target)),
      mousedown: ({ target }) => this.#select(numberOf(target)),
    });
    const { services } = run;
    this.element = element(
      `div.chart.${layoutOf(services)}`,
      { vars: { lanes: services.length } },
      laneHead(services),
      list,
    );
    this.#list = new ChunkedList(list, run.rows.length, (at) => this.#row(at), 'group');
    this.show([], true);
    if (run.rows.length > 0) this.#list.item(0).tabIndex = 0;
  }

  get selected() {
    return this.#selected;
  }

  drawAll() {
    this.#list.drawAll();
  }

  /** Shows the rows that match; equal ones are folded only if all match. */
  show(shown, isAll) {
    this.#fits = isAll ? () => true : (at) => shown[at];
    this.#isFolding = isAll;
    this.#list.show((at) => this.#isShown(at));
  }

  /** Goes to the row of an event, opening its fold if it is in one. */
  goTo(at) {
    if (this.#folds[at] === 0) this.unfold(at);
    const row = this.#list.item(at);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'center' });
  }

  /** Goes to the next row with a finding, or to the previous one. */
  step(by) {
    const { rows } = this.#run;
    const start = this.#selected < 0 && by < 0 ? rows.length : this.#selected;
    for (let at = start + by; at >= 0 && at < rows.length; at += by) {
      if (rows[at].findings.length > 0 && this.#isShown(at)) return this.goTo(at);
    }
  }

  /** Whether the row stands for other events, too. */
  isFold(at) {
    return this.#isFolding && this.#folds[at] > 1 && !this.#unfolded.has(at);
  }

  unfold(at) {
    this.#unfolded.add(this.#firstOf(at));
    this.#list.show((other) => this.#isShown(other));
    this.#list.item(this.#firstOf(at)).querySelector('.fold')?.remove();
  }

  unselect() {
    if (this.#selected < 0) return;
    this.#list.item(this.#selected).setAttribute('aria-selected', 'false');
    this.#selected = -1;
  }

  #firstOf(at) {
    let first = at;
    while (this.#folds[first] === 0) first -= 1;
    return first;
  }

  #isShown(at) {
    if (!this.#fits(at)) return false;
    return !this.#isFolding || this.#folds[at] > 0 || this.#unfolded.has(this.#firstOf(at));
  }

  #row(at) {
    const row = this.#run.rows[at];
    const made = element(
      `div.row.${row.kind}`,
      {
        role: 'option',
        id: `event-${at}`,
        tabindex: -1,
        'aria-selected': 'false',
        'aria-setsize': this.#run.rows.length,
        'aria-posinset': at + 1,
      },
      row.gap === null ? null : element('span.gap', {}, `${row.gap} later`),
      element('time.when', { datetime: row.time === null ? '' : new Date(row.time).toISOString() }, row.when),
      element('span.lanes', { 'aria-hidden': 'true' }, drawingOf(row)),
      this.#what(row, this.#folds[at]),
    );
    made.classList.toggle('changed', row.isChange);
    made.classList.toggle('found', row.findings.length > 0);
    return made;
  }

  #what(row, times) {
    const { lane, process, words, isOther, isWrong, runId, place, file, line, confidence, findings } = row;
    const { short } = this.#run.processes[process];
    const own = `${file}:${line}`;
    return element(
      'span.what',
      {},
      badgeOf({ name: short, lane }),
      ' ',
      element('span.words', {}, words),
      times > 1 ? element('span.fold', {}, ` ×${numeral(times)}`) : null,
      isOther ? [' ', element(isWrong ? 'code.word.wrong' : 'code.word.other', {}, runId)] : null,
      confidence === 'certain' ? null : [' ', element('span.likely', {}, confidence)],
      ' ',
      element('span.place', {}, place),
      place === own ? null : [' ', element('span.source', {}, own)],
      findings.map((number) => this.#finding(this.#run.findings[number])),
    );
  }

  #finding(finding) {
    return element(
      'span.finding',
      {},
      element('span.flag', { 'aria-hidden': 'true' }, '⚑ '),
      titleOf(finding, this.#classes[finding.class]),
      difference(finding),
    );
  }

  #select(at) {
    if (at < 0 || at === this.#selected) return;
    if (this.#selected >= 0) {
      const before = this.#list.item(this.#selected);
      before.setAttribute('aria-selected', 'false');
      before.tabIndex = -1;
    } else this.#list.item(0).tabIndex = -1;
    this.#selected = at;
    const row = this.#list.item(at);
    row.setAttribute('aria-selected', 'true');
    row.tabIndex = 0;
    this.#tell(at);
  }

  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' && this.isFold(this.#selected)) return this.unfold(this.#selected);
    const last = this.#run.rows.length - 1;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -last, End: last };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    const to = this.#shownFrom(Math.max(0, this.#selected), steps[event.key]);
    const row = this.#list.item(to);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  /** The row that is that many visible rows further, or the last one in that direction. */
  #shownFrom(at, steps) {
    const by = Math.sign(steps);
    let [to, left] = [at, Math.abs(steps)];
    for (let next = at + by; left > 0 && next >= 0 && next < this.#run.rows.length; next += by) {
      if (!this.#isShown(next)) continue;
      to = next;
      left -= 1;
    }
    return to;
  }
}

function numberOf(target) {
  const row = target.closest('.row');
  return row === null ? -1 : Number(row.id.slice('event-'.length));
}
