// The findings of a run, each in full; all but a few are folded.

import { account, severityOf, titleOf } from './account.js';
import { ChunkedList } from './chunked-list.js';
import { copyButton } from './copying.js';
import { element, folded } from './element.js';
import { markdown } from './markdown.js';
import { counted } from './words.js';

/** Cards that are visible at first. */
const MAX_CARDS = 3;

export class Cards {
  #findings;
  #classes;
  #goTo;
  /** The findings that are folded; they may be thousands. */
  #more = element('div.cards', { role: 'list' });
  #moreList = null;

  /**
   * @param findings of page-data.js, in full
   * @param classes of findings, by name
   * @param {(number: number) => void} goTo is called with the number of a finding whose event is to be shown
   */
  constructor(findings, classes, goTo) {
    this.#findings = findings;
    this.#classes = classes;
    this.#goTo = goTo;
    const first = findings.slice(0, MAX_CARDS).map((_, number) => this.#card(number));
    const more = findings.length - first.length;
    const title = counted(more, 'more finding');
    this.element = element(
      'section',
      {},
      element('h2', {}, counted(findings.length, 'finding')),
      element('div.cards', { role: 'list' }, first),
      more === 0 ? null : folded(false, title, this.#more, () => this.#drawMore()),
    );
  }

  drawAll() {
    this.#drawMore().drawAll();
  }

  #drawMore() {
    const more = Math.max(0, this.#findings.length - MAX_CARDS);
    const card = (at) => this.#card(MAX_CARDS + at);
    return (this.#moreList ??= new ChunkedList(this.#more, more, card, 'presentation'));
  }

  #card(number) {
    const finding = this.#findings[number];
    const meaning = this.#classes[finding.class];
    return element(
      `div.card.${meaning.severity}`,
      { role: 'listitem' },
      element('h3.name', {}, severityOf(meaning.severity), ' ', titleOf(finding, meaning)),
      account(finding, meaning),
      element(
        'p.actions',
        {},
        element('button', { type: 'button', click: () => this.#goTo(number) }, 'Show the event'),
        copyButton('Copy as Markdown', () => markdown(finding, meaning)),
      ),
    );
  }
}
