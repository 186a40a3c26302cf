// The search field, and a choice for each thing that can be filtered by.

import { count } from '../count.js';
import { element } from './element.js';

/** What events and findings can be filtered by: keys of an item, with their labels. */
export const CHOICES = { clients: 'Client', processes: 'Process', classes: 'Class' };

const ANY = '';

/** Items are shown that fit all that is chosen. */
export class Filters {
  #items;
  #selects = new Map();
  #search;
  #found = element('output.found', { 'aria-live': 'polite' });
  #noun;
  #changed;

  /**
   * @param items each with `{ search, ...values }`: a text in lower case, and a list of values for each choice
   * @param {Record<string, string>} choices their keys in the items, with their labels
   * @param {string} noun of an item
   * @param {(shown: boolean[]) => void} changed is told which items are shown
   */
  constructor(items, choices, noun, changed) {
    this.#items = items;
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
      ...Object.entries(choices).map(([key, label]) => this.#choice(key, label)),
      this.#found,
    );
  }

  #choice(key, label) {
    const values = [...new Set(this.#items.flatMap((item) => item[key]))].sort();
    const select = element(
      'select',
      { change: () => this.apply() },
      element('option', { value: ANY }, 'all'),
      ...values.map((value) => element('option', { value }, value)),
    );
    this.#selects.set(key, select);
    return field(label, select, values.length === 0);
  }

  focus() {
    this.#search.focus();
    this.#search.select();
  }

  /** Whether anything was chosen. */
  clear() {
    const isChosen = [this.#search, ...this.#selects.values()].some((field) => field.value !== ANY);
    this.#search.value = ANY;
    for (const select of this.#selects.values()) select.value = ANY;
    if (isChosen) this.apply();
    return isChosen;
  }

  /** Chooses a value, or takes the choice back when it is chosen already. */
  toggle(key, value) {
    const select = this.#selects.get(key);
    select.value = select.value === value ? ANY : value;
    this.apply();
  }

  chosen(key) {
    return this.#selects.get(key).value;
  }

  apply() {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = [...this.#selects].filter(([, select]) => select.value !== ANY);
    const shown = this.#items.map(
      (item) =>
        wanted.every(([key, select]) => item[key].includes(select.value)) &&
        words.every((word) => item.search.includes(word)),
    );
    const number = shown.filter(Boolean).length;
    const all = count(this.#items.length, this.#noun);
    this.#found.value = number === this.#items.length ? all : `${number} of ${all}`;
    this.#changed(shown);
  }
}

let fields = 0;

/** A control under its label. */
function field(label, control, hidden = false) {
  control.id = `field-${++fields}`;
  return element('span.field', { hidden }, element('label', { for: control.id }, label), control);
}
