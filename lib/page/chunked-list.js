// A long list: the visible beginning is drawn at once and the rest when the browser is idle, so that neither the
// first paint nor a search has to wait for 20,000 rows.

import { element } from './element.js';

const CHUNK = 100;

/** Not every browser reports when it is idle. */
const whenIdle = window.requestIdleCallback ?? ((draw) => setTimeout(draw, 0, { timeRemaining: () => 0 }));

/** A browser is also idle before its first frame, while the reader still waits for it. A hidden page has no frames. */
const afterFirstFrame = (draw) => {
  if (document.hidden) setTimeout(draw);
  else requestAnimationFrame(() => setTimeout(draw));
};

export class ChunkedList {
  #makeItem;
  #chunks = [];
  #drawn = 0;
  #isShown = () => true;

  /**
   * @param container the parent of the chunks
   * @param {number} length of the list
   * @param {(at: number) => Element} makeItem
   * @param {string} role of a chunk, for assistive technology
   */
  constructor(container, length, makeItem, role) {
    this.#makeItem = makeItem;
    for (let from = 0; from < length; from += CHUNK) {
      const to = Math.min(length, from + CHUNK);
      const box = element('div.chunk', { role, vars: { items: to - from } });
      this.#chunks.push({ box, from, to, items: null });
    }
    container.append(...this.#chunks.map(({ box }) => box));
    this.#drawNext();
    afterFirstFrame(() => this.#drawLater());
  }

  /** The item with that number, drawn if it has not been. */
  item(at) {
    const chunk = this.#chunks[Math.floor(at / CHUNK)];
    this.#draw(chunk);
    return chunk.items[at - chunk.from];
  }

  drawAll() {
    while (this.#drawn < this.#chunks.length) this.#drawNext();
  }

  /** Shows only the items with these numbers. */
  show(isShown) {
    this.#isShown = isShown;
    for (const chunk of this.#chunks) this.#hide(chunk);
  }

  #drawLater() {
    if (this.#drawn === this.#chunks.length) return;
    whenIdle((deadline) => {
      do this.#drawNext();
      while (deadline.timeRemaining() > 5 && this.#drawn < this.#chunks.length);
      this.#drawLater();
    });
  }

  #drawNext() {
    if (this.#drawn === this.#chunks.length) return;
    this.#draw(this.#chunks[this.#drawn]);
    this.#drawn += 1;
  }

  #draw(chunk) {
    if (chunk.items !== null) return;
    chunk.items = [];
    for (let at = chunk.from; at < chunk.to; at++) chunk.items.push(this.#makeItem(at));
    chunk.box.append(...chunk.items);
    this.#hide(chunk);
  }

  #hide({ box, from, to, items }) {
    let shown = 0;
    for (let at = from; at < to; at++) {
      const isShown = this.#isShown(at);
      if (isShown) shown += 1;
      if (items !== null) items[at - from].hidden = !isShown;
    }
    box.hidden = shown === 0;
    box.style.setProperty('--items', String(shown));
  }
}
