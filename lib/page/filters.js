// The search field, and a select for each property that can be filtered.

import { element } from './element.js';
import { counted, number } from './words.js';

const ANY = '';

/** Shows the items that match everything selected. */
export class Filters {
  #items;
  #choices;
  #selects = new Map();
  #search;
  #found = element('output.found', { 'aria-live': 'polite' });
  #clear = element('button', { type: 'button', click: () => this.clear() }, 'Clear filters');
  #noun;
  #changed;

  /**
   * @param items each with `search`, which returns texts in lower case, and a list of values for each choice
   * @param choices `{ key, label, nameOf }` for each: its key in the items, its label, and the name of a value
   * @param {string} noun of an item
   * @param {(shown: boolean[], isAll: boolean) => void} changed is called with the items that are shown
   */
  constructor(items, choices, noun, changed) {
    this.#items = items;
    this.#choices = choices;
    this.#noun = noun;
    this.#changed = changed;
    this.#search = element('input', {
      type: 'search',
      autocomplete: 'off',
      spellcheck: 'false',
      input: () => this.apply(),
    });
    this.element = element(
      'div.filters',
      { role: 'search' },
      field('Search', this.#search),
      choices.map((choice) => this.#choice(choice)),
      element('span.result', {}, this.#found, this.#clear),
    );
    this.nothing = element(
      'p.nothing',
      { hidden: true },
      `No ${noun} matches the filters. `,
      element('button', { type: 'button', click: () => this.clear() }, 'Clear filters'),
    );
  }

  #choice({ key, label, nameOf = (value) => value }) {
    const values = [...new Set(this.#items.flatMap((item) => item[key]))];
    const named = values.map((value) => [value, nameOf(value)]);
    // By a plain comparison: sorting thousands of names by the rules of a language takes seconds.
    named.sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)));
    const select = element(
      'select',
      { change: () => this.apply() },
      element('option', { value: ANY }, 'all'),
      named.map(([value, name]) => element('option', { value }, name)),
    );
    this.#selects.set(key, select);
    return field(label, select, values.length < 2);
  }

  focus() {
    this.#search.focus();
    this.#search.select();
  }

  /** The selection, by key; `q` is the search text. */
  get values() {
    const chosen = [...this.#selects].map(([key, select]) => [key, select.value]);
    return Object.fromEntries([['q', this.#search.value], ...chosen]);
  }

  /** Selects exactly this. */
  restore(values) {
    this.#search.value = values.q ?? ANY;
    for (const [key, select] of this.#selects) {
      const value = values[key] ?? ANY;
      select.value = [...select.options].some((option) => option.value === value) ? value : ANY;
    }
    this.apply();
  }

  /** Whether anything was selected. */
  clear() {
    const isChosen = this.#isChosen();
    if (!isChosen) return false;
    this.restore({});
    this.#search.focus();
    return true;
  }

  /** Selects a value, or deselects it if it is already selected. */
  toggle(key, value) {
    const select = this.#selects.get(key);
    select.value = select.value === value ? ANY : value;
    this.apply();
  }

  #isChosen() {
    return Object.values(this.values).some((value) => value !== ANY);
  }

  apply() {
    const { q, ...values } = this.values;
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = this.#choices.filter(({ key }) => values[key] !== ANY);
    const isFitting = (item) => {
      if (!wanted.every(({ key }) => item[key].includes(values[key]))) return false;
      if (words.length === 0) return true;
      const texts = item.search();
      return words.every((word) => texts.some((text) => text.includes(word)));
    };
    const shown = this.#items.map(isFitting);
    const fitting = shown.filter(Boolean).length;
    const isAll = words.length === 0 && wanted.length === 0;
    const all = counted(this.#items.length, this.#noun);
    this.#found.value = isAll ? all : `${number(fitting)} of ${all}`;
    this.#clear.hidden = isAll;
    this.nothing.hidden = fitting > 0 || isAll;
    this.#changed(shown, isAll);
  }
}

let fields = 0;

/** A control under its label. */
function field(label, control, hidden = false) {
  control.id = `field-${++fields}`;
  return element('span.field', { hidden }, element('label', { for: control.id }, label), control);
}
