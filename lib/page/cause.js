// The findings of one cause: a row of the table and, once it is open, what happened, what to do and the runs below it.

import { account, severityOf, titleOf } from './account.js';
import { addressOf } from './address.js';
import { ChunkedList } from './chunked-list.js';
import { command, copyButton } from './copying.js';
import { difference } from './difference.js';
import { element, sentence } from './element.js';
import { histogram } from './histogram.js';
import { markdown } from './markdown.js';
import { counted, moment, number, period, some } from './words.js';

/** Clients that are named in the row. */
const MAX_NAMES = 3;

export class Cause {
  #group;
  #meaning;
  #findings;
  #button;
  #body;
  #count = element('b', {});
  #list = null;
  #shown = null;

  /**
   * @param group of page-data.js
   * @param meaning of its class
   * @param findings its listed findings, created on demand
   * @param {(isOpen: boolean) => void} pressed is called when it is opened or closed
   */
  constructor(group, meaning, findings, pressed) {
    this.#group = group;
    this.#meaning = meaning;
    this.#findings = findings;
    const id = `cause-${group.number}`;
    this.#body = element('div.body', { id, hidden: true });
    this.#button = element(
      'button.opener',
      { type: 'button', 'aria-expanded': 'false', 'aria-controls': id, click: () => pressed(!this.isOpen) },
      titleOf(group, meaning),
    );
    this.element = element(`li.cause.${group.severity}`, {}, this.#row(), this.#body);
    this.#count.textContent = counted(group.findingCount, 'finding');
  }

  get isOpen() {
    return !this.#body.hidden;
  }

  open(isOpen) {
    if (isOpen && this.#body.childElementCount === 0) this.#fill();
    this.#body.hidden = !isOpen;
    this.#button.setAttribute('aria-expanded', String(isOpen));
    this.element.classList.toggle('open', isOpen);
  }

  focus() {
    this.#button.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: 'nearest' });
  }

  /** Opens it and goes to one of its findings. */
  goTo(at) {
    this.open(true);
    const item = this.#list.item(at);
    item.querySelector('a, button')?.focus({ preventScroll: true });
    item.scrollIntoView({ block: 'center' });
  }

  /**
   * Shows only these of its findings.
   *
   * @param {Set<number> | null} shown their numbers within the cause; `null` for all
   */
  show(shown) {
    this.#shown = shown;
    this.element.hidden = shown !== null && shown.size === 0;
    const all = counted(this.#group.findingCount, 'finding');
    this.#count.textContent = shown === null ? all : `${number(shown.size)} of ${all}`;
    this.#showList();
  }

  /** Opens it, with that many of its findings in print. */
  print(findings) {
    this.open(true);
    this.#body.querySelector('.findings').dataset.printed = String(findings);
  }

  #showList() {
    this.#list?.show((at) => this.#shown === null || this.#shown.has(at));
  }

  #row() {
    const { severity, service, at, example, runs, clients, clientCount, firstTime, lastTime } = this.#group;
    const isCertain = this.#group.confidence === 'certain';
    return element(
      'div.summary',
      { click: (event) => this.#onClick(event) },
      element(
        'div.badge',
        {},
        severityOf(severity),
        isCertain ? null : element('span.likely', {}, this.#group.confidence),
        this.#group.known ? element('span.known', {}, 'known') : null,
      ),
      element(
        'div.what',
        {},
        element('h3', {}, this.#button),
        element('p.story', {}, sentence(example.story)),
        element('p.place', {}, [service, at].filter(Boolean).join('  ')),
      ),
      element('div.count', {}, this.#count, runs === 0 ? null : element('span', {}, counted(runs, 'run'))),
      element(
        'div.clients',
        {},
        clientCount === 0 ? null : element('span', {}, counted(clientCount, 'client')),
        clients.length === 0 ? null : element('span.names', {}, some(clients, clientCount, MAX_NAMES)),
      ),
      element(
        'div.times',
        {},
        histogram(this.#group),
        element('span', {}, period(firstTime, lastTime) ?? 'at an unknown time'),
      ),
    );
  }

  /** A click anywhere in the row opens it, unless text is being selected. */
  #onClick(event) {
    if (event.target.closest('button, a') !== null || String(getSelection()) !== '') return;
    this.#button.click();
  }

  #fill() {
    const { example, key, processes, processCount, clients, clientCount, listed, findingCount } = this.#group;
    const link = () => new URL(addressOf({ group: key }), location.href).href;
    const list = element('div.findings', { role: 'list', 'aria-label': 'Runs' });
    const more = findingCount - listed.count;
    this.#body.append(
      account(example, this.#meaning),
      element(
        'p.affected',
        {},
        clientCount === 0 ? null : ['Clients: ', some(clients, clientCount), element('br')],
        `${processCount === 1 ? 'Process' : 'Processes'}: ${some(processes, processCount)}`,
      ),
      element(
        'p.actions',
        {},
        copyButton('Copy link', link),
        copyButton('Copy as Markdown', () => markdown(example, this.#meaning, this.#group)),
      ),
      element('h4', {}, counted(findingCount, 'finding')),
      list,
      more > 0
        ? element(
            'p.more',
            {},
            `The first ${number(listed.count)} of ${number(findingCount)}; check --all lists each.`,
          )
        : '',
    );
    this.#list = new ChunkedList(list, listed.count, (at) => this.#item(this.#findings(at)), 'presentation');
    this.#showList();
  }

  #item({ finding, address, next }) {
    const { runId, expected, change, time, process, file, line } = finding;
    const ids = { runId, expected };
    const label = `Open its run: ${runId ?? 'no run ID'}`;
    return element(
      'div.finding',
      { role: 'listitem' },
      element('span.time', {}, moment(time) ?? 'no time'),
      difference({ ...ids, change: change === null ? null : { kind: this.#group.class, ...change } }),
      element(
        'span.place',
        {},
        process ?? '',
        ' ',
        element('span.source', {}, file === null ? '' : `${file}:${line}`),
      ),
      address === null
        ? next === null
          ? null
          : command(next)
        : element('a.open', { href: address, 'aria-label': label }, 'Open its run'),
    );
  }
}
