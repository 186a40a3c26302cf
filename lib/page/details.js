// The details of the selected event: its log line, and where the line and the call are.

import { copyButton } from './copying.js';
import { lineOf } from './data.js';
import { element, facts } from './element.js';
import { logLine } from './log-line.js';

export class Details {
  element = element('aside.details', { 'aria-label': 'Event', hidden: true });
  #run;
  #close;

  /**
   * @param run of page-data.js
   * @param {() => void} close is called by the close button
   */
  constructor(run, close) {
    this.#run = run;
    this.#close = close;
  }

  /**
   * @param row of the event
   * @param {(() => void) | null} unfold shows the equal events that it stands for, if there are any
   */
  show(row, unfold) {
    const { words, process, runId, time, when, at, file, line, confidence, text } = row;
    const place = `${file}:${line}`;
    const iso = time === null ? when : `${new Date(time).toISOString()} (${when})`;
    const copyable = (value) => [element('code', {}, value), ' ', copyButton('Copy', () => value)];
    const ids = [runId, this.#run.runId, ...this.#run.findings.flatMap((one) => [one.runId, one.expected])];
    const log = lineOf(text);
    if (log === null)
      document.addEventListener('DOMContentLoaded', () => this.show(row, unfold), { once: true });
    this.element.hidden = false;
    this.element.replaceChildren(
      element(
        'div.told',
        {},
        element(
          'p.bar',
          {},
          element('strong', {}, words),
          unfold === null ? null : element('button', { type: 'button', click: unfold }, 'Show all of them'),
          element('button.close', { type: 'button', click: () => this.#close() }, 'Close'),
        ),
        facts([
          ['process', this.#run.processes[process].name],
          ['time', iso],
          ['run ID', runId === null ? null : copyable(runId)],
          ['call site', at],
          ['log', copyable(place)],
          ['confidence', confidence === 'certain' ? null : confidence],
        ]),
      ),
      log === null ? '' : logLine(log, ids),
    );
  }

  hide() {
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}
