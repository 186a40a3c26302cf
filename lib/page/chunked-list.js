// A long list: what is seen at first is drawn at once and the rest when the browser has time, so that neither the
// first look nor a search has to wait for 20,000 rows.

import { element } from './element.js';

const CHUNK = 100;

/** Not every browser tells when it has time. */
const whenIdle = window.requestIdleCallback ?? ((draw) => setTimeout(draw, 0, { timeRemaining: () => 0 }));

/** A browser is idle before its first frame too, while the reader still waits for it. A hidden page has no frames. */
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
   * @param container what the chunks are put into
   * @param {number} length of the list
   * @param {(at: number) => Element} makeItem
   * @param {string} role of a chunk, for those who read the page by its roles
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

  /** The item of a number, drawn if it was not. */
  item(at) {
    const chunk = this.#chunks[Math.floor(at / CHUNK)];
    this.#draw(chunk);
    return chunk.items[at - chunk.from];
  }

  drawAll() {
    while (this.#drawn < this.#chunks.length) this.#drawNext();
  }

  /** Shows only the items of these numbers. */
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
