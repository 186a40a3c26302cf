// What stands behind an event: its log line, and where that and the call are.

import { element } from './element.js';
import { fact } from './finding.js';

export class Details {
  element = element('aside.details', { 'aria-label': 'Event' });
  #run;
  #texts;

  constructor(run, texts) {
    this.#run = run;
    this.#texts = texts;
    const hint = 'Point at an event, or move with the arrow keys, to see its log line.';
    this.element.append(element('p.hint', {}, hint));
  }

  show(row) {
    const { words, lane, runId, time, when, at, file, line, confidence, text } = row;
    const moment = time === null ? when : `${time} (${when})`;
    this.element.replaceChildren(
      element(
        'dl.facts',
        {},
        ...fact('event', words),
        ...fact('process', this.#run.lanes[lane].name),
        ...fact('time', moment),
        ...(runId === null ? [] : fact('run ID', runId)),
        ...(at === null ? [] : fact('call site', at)),
        ...fact('log', `${file}:${line}`),
        ...(confidence === 'certain' ? [] : fact('confidence', confidence)),
      ),
      element('pre', { tabindex: 0, 'aria-label': 'Log line' }, this.#texts[text]),
    );
  }
}
