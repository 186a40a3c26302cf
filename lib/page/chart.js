// The time line: a lane for each process, a row for each event, time downwards.

import { ChunkedList } from './chunked-list.js';
import { change } from './finding.js';
import { element } from './element.js';

/** With so many lanes at the most, each is wide enough for the name of its process. */
const MAX_WIDE_LANES = 5;

/** With more, the events stand before the lanes: behind them they would not be found. */
const MAX_NARROW_LANES = 30;

/** How far Page Up and Page Down go. */
const PAGE = 20;

/** Where the mouse was last. */
let mouse = '';
document.addEventListener('mousemove', (event) => (mouse = positionOf(event)));

export class Chart {
  #run;
  #classes;
  #list;
  #shown;
  #selected = -1;
  /** The row that was told last. */
  #told = -1;
  #tell;

  /**
   * @param run with `lanes`, `rows` and `findings`
   * @param classes of findings, by name
   * @param {(row: object) => void} tell is called with the row that is looked at
   */
  constructor(run, classes, tell) {
    this.#run = run;
    this.#classes = classes;
    this.#tell = tell;
    this.#shown = run.rows.map(() => true);
    const list = element('div.rows', {
      role: 'listbox',
      'aria-label': 'Events',
      keydown: (event) => this.#onKey(event),
      focusin: ({ target }) => this.#select(numberOf(target)),
      mousedown: ({ target }) => this.#select(numberOf(target)),
      mousemove: (event) => this.#onMove(event),
      mouseleave: () => this.#look(this.#selected),
    });
    const lanes = run.lanes.length;
    const width = lanes <= MAX_WIDE_LANES ? 'wide' : 'narrow';
    this.element = element('div.chart', { vars: { lanes } }, this.#head(), list);
    this.element.classList.add(width);
    this.element.classList.toggle('many', lanes > MAX_NARROW_LANES);
    this.#list = new ChunkedList(list, run.rows.length, (at) => this.#row(at), 'group');
    if (run.rows.length > 0) this.#list.item(0).tabIndex = 0;
  }

  drawAll() {
    this.#list.drawAll();
  }

  show(shown) {
    this.#shown = shown;
    this.#list.show((at) => shown[at]);
  }

  /** Goes to the row of an event. */
  goTo(at) {
    reveal(this.#list.item(at), 'center');
  }

  #head() {
    return element(
      'div.head',
      { 'aria-hidden': 'true' },
      element('span.when', {}, 'time'),
      element(
        'span.lanes',
        {},
        ...this.#run.lanes.map(({ label, short }, at) =>
          element(
            'span.lane',
            { vars: { at }, title: short },
            element('b', {}, label),
            element('span.name', {}, ...breakable(short)),
          ),
        ),
      ),
      element('span.what', {}, 'event'),
    );
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
      row.gap === null ? null : element('span.gap', {}, element('span', {}, `${row.gap} later`)),
      element('time.when', { datetime: row.time ?? '' }, row.when),
      element('span.lanes', { 'aria-hidden': 'true' }, ...drawing(row)),
      this.#what(row),
    );
    made.classList.toggle('changed', row.isChange);
    return made;
  }

  #what({ lane, words, isOther, isWrong, runId, place, file, line, confidence, findings }) {
    return element(
      'span.what',
      {},
      element('b.letter', {}, this.#run.lanes[lane].label),
      ' ',
      element('span.words', {}, words),
      ...(isOther ? [' ', element(isWrong ? 'code.wrong' : 'code.other', {}, runId)] : []),
      ...(confidence === 'certain' ? [] : [' ', element('span.likely', {}, confidence)]),
      ' ',
      element('span.place', {}, place),
      ' ',
      element('span.source', {}, `${file}:${line}`),
      ...findings.map((number) => this.#finding(this.#run.findings[number])),
    );
  }

  #finding(finding) {
    return element(
      'span.finding',
      {},
      element('strong', {}, finding.class),
      ' ',
      change(finding),
      ' ',
      element('span.sentence', {}, this.#classes[finding.class].sentence),
    );
  }

  #look(at) {
    if (at < 0 || at === this.#told) return;
    this.#told = at;
    this.#tell(this.#run.rows[at]);
  }

  /** What is scrolled under a mouse at rest is not pointed at. */
  #onMove(event) {
    if (positionOf(event) !== mouse) this.#look(numberOf(event.target));
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
    this.#look(at);
  }

  #onKey(event) {
    const last = this.#run.rows.length - 1;
    const at = Math.max(0, this.#selected);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -last, End: last };
    if (!Object.hasOwn(steps, event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = this.#shownFrom(at, steps[event.key]);
    reveal(this.#list.item(to), 'nearest');
  }

  /** The row that is so many shown rows further, or the last one in that direction. */
  #shownFrom(at, steps) {
    let to = at;
    let left = Math.abs(steps);
    for (
      let next = at + Math.sign(steps);
      left > 0 && next >= 0 && next < this.#shown.length;
      next += Math.sign(steps)
    ) {
      if (!this.#shown[next]) continue;
      to = next;
      left -= 1;
    }
    return to;
  }
}

/**
 * The mark of an event in its lane, and the arrow from the lane that handed the ID over; a loop where that is the lane
 * itself, which had the right ID and used another.
 */
function drawing({ lane, from, kind, isChange }) {
  const mark = element(`i.mark.${kind}`, { vars: { at: lane } });
  if (from === null) return [mark];
  if (from === lane) return [element('i.loop', { vars: { at: lane } }), mark];
  const arrow = element('i.arrow', { vars: { left: Math.min(from, lane), right: Math.max(from, lane) } });
  arrow.classList.add(from < lane ? 'rightwards' : 'leftwards');
  arrow.classList.toggle('red', isChange);
  return [arrow, mark];
}

/** Breaks a name between its parts where there is no room. */
function breakable(name) {
  return name.split(/(?<=[@/])/).flatMap((part) => [part, element('wbr')]);
}

/** Goes to a row; where lanes are many, its mark may be far to the right. */
function reveal(row, block) {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block });
  if (row.closest('.many') === null) return;
  row.querySelector('.mark').scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function positionOf({ clientX, clientY }) {
  return `${clientX},${clientY}`;
}

function numberOf(target) {
  const row = target.closest('.row');
  return row === null ? -1 : Number(row.id.slice('event-'.length));
}
