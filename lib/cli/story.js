'use strict';

// What happened, in one or two sentences, for the terminal and the page. A sentence claims no more than the finding
// does: it accuses only a process that changed the ID, and says that an ID arrived if only that is known.

const { count } = require('../count.js');
const { spellDuration } = require('./duration.js');
const { loggedValue, quotedValue, serviceOf } = require('./logged-value.js');

const BASE = /^[0-9]{6}-[0-9]{6}(?=-|$)/;

/** In these classes, the wrong ID is itself a valid one, of another client or of the job. */
const REPLACED = new Set(['suffix-missing', 'suffix-of-another-client']);

/** In these classes, the ID may have been refused instead of looked up. */
const REFUSED = new Set(['suffix-missing', 'suffix-twice', 'suffix-of-another-client', 'minted-again']);

/** The maximum of names if several are possible. */
const MAX_NAMED = 3;

/** The maximum length of an error's message. */
const MAX_MESSAGE = 200;

/** Beyond this, it is not the same piece of work. */
const AT_ONCE_MS = 1000;

/** Sources and carriers, in words. Others, such as `req.body.runId`, are already places. */
const PLACES = {
  query: 'in the query',
  body: 'in the body',
  env: 'in RUN_ID of the environment',
  url: 'in the URL',
  headers: 'in the headers',
  bullmq: 'in a BullMQ job',
  kafka: 'in a Kafka message',
  amqp: 'in an AMQP message',
  sqs: 'in an SQS message',
};

/** A line in which a lookup finds nothing: an event, in whatever quotes, or an error's code or message. */
const MISS =
  /action\W{1,12}missing\b|\bERR_JOB_NOT_FOUND\b|\bnot[ _]?found\b|\bdoes not exist\b|\bno such\b/i;

/**
 * The story of a finding in the form of the JSON output. Times are UTC.
 *
 * @param finding
 * @param {{ ellipsis?: string }} [style] replaces the base if both IDs have the same
 * @returns {string} plain text; values from a log are escaped, and quoted if they could be mistaken for a sentence
 */
function storyOf(finding, { ellipsis = '…' } = {}) {
  const words = wordsFor(finding, ellipsis);
  if (finding.change !== null || finding.class === 'minted-again') return changeStory(finding, words);
  const story = Object.hasOwn(STORIES, finding.class) ? STORIES[finding.class] : otherStory;
  return story(finding, words);
}

/** The two IDs, shortened if their common part is only a distraction. */
function wordsFor({ runId, expected }, ellipsis) {
  const isOneBase = runId !== null && expected !== null && baseOf(runId) === baseOf(expected);
  const isShort = isOneBase && [runId, expected].every((id) => id.length > (baseOf(id)?.length ?? id.length));
  const id = (text) => {
    if (text === null) return 'no run ID';
    const value = loggedValue(text);
    return isShort && baseOf(text) === baseOf(runId) ? value.replace(BASE, ellipsis) : value;
  };
  return { id, wrong: id(runId), right: id(expected) };
}

function baseOf(runId) {
  return BASE.exec(runId)?.[0];
}

function changeStory(finding, words) {
  const { changedBy, arrivedAt } = finding;
  if (changedBy.length > 1) return severalStory(finding, words);
  if (changedBy.length === 1) return culpritStory(finding, words);
  if (arrivedAt !== null) return arrivalStory(finding, words);
  return unknownStory(finding, words);
}

/** One process is known, or likely, to have changed it. */
function culpritStory(finding, words) {
  const [{ process, at, to }] = finding.changedBy;
  const who = `${when(to)}${probably(finding, to.time === null)}${nameOf({ process, at })}`;
  if (finding.class !== 'minted-again' && isMiss(finding, to)) {
    return sentences(
      `${who} looked up ${words.wrong} in place of ${words.right}, and found nothing`,
      shiftSentence(finding),
      doubt(finding, words),
    );
  }
  return sentences(`${who} ${deed(finding, words)}${goingOn(finding, to)}`, doubt(finding, words));
}

/** Several processes changed it, each on its own. */
function severalStory(finding, words) {
  const { changedBy } = finding;
  const first = changedBy[0].to;
  const places = new Map();
  for (const culprit of changedBy) {
    const name = nameOf(culprit);
    places.set(name, (places.get(name) ?? 0) + 1);
  }
  const names = [...places].map(([name, times]) => (times === 1 ? name : `${times} processes of ${name}`));
  const since = first.time === null ? '' : `From ${clock(first.time)} on `;
  return sentences(
    `${since}${probably(finding, since === '')}${listed(names)} ${deed(finding, words)}, each independently`,
    doubt(finding, words),
  );
}

/** What the culprit did. */
function deed(finding, { wrong, right }) {
  if (finding.class === 'minted-again') return `made a second ID, ${wrong}, for the run ${right}`;
  const did = REPLACED.has(finding.class)
    ? `used ${wrong} in place of ${right}`
    : `turned ${right} into ${wrong}`;
  return did + shift(finding);
}

function probably(finding, isFirst) {
  if (isSure(finding)) return '';
  return isFirst ? 'Probably ' : 'probably ';
}

/** It arrived from outside, and the logs do not show who changed it. */
function arrivalStory(finding, words) {
  const { arrivedAt } = finding;
  const instead = finding.expected === null ? '' : ` instead of ${words.right}`;
  const source = placeOf(arrivedAt.source);
  const arrival = `${when(arrivedAt)}${words.wrong} arrived at ${nameOf(arrivedAt)}${source}${instead}`;
  return sentences(
    `${arrival}${goingOn(finding, arrivedAt)}`,
    shiftSentence(finding),
    unseen(finding),
    others(finding, words),
  );
}

/** Only the failed lookup is known. */
function unknownStory(finding, words) {
  const { process, at, firstTime, consequences, expected } = finding;
  const sight = consequences.find((each) => isMiss(finding, each)) ??
    consequences[0] ?? { process, at, time: firstTime };
  // If there are several occurrences, another one may have failed.
  const isOnly = finding.consequenceCount <= 1 && isAt(sight, finding);
  const isMissed = isMiss(finding, sight) || (isOnly && showsMiss(finding));
  const who = `${when(sight)}${nameOf(sight)}`;
  const did = isMissed ? `looked up ${words.wrong} and found nothing` : `used ${words.wrong}`;
  const meant = expected === null ? '' : `; ${isSure(finding) ? '' : 'probably '}${words.right} is right`;
  return sentences(`${who} ${did}${meant}`, shiftSentence(finding), unseen(finding), others(finding, words));
}

function isSure({ confidence }) {
  return confidence === 'certain';
}

/** Says that the logs do not show who changed it, and who had the right one last. */
function unseen({ class: name, lastRight }) {
  const unknown = `These logs do not show who ${name === 'minted-again' ? 'made' : 'changed'} it`;
  if (lastRight === null) return unknown;
  const time = lastRight.time === null ? '' : `, at ${clock(lastRight.time)}`;
  return `${unknown}; ${nameOf(lastRight)} had the right one last${time}`;
}

/** The first failed lookup after the change, otherwise the first use in another process. */
function goingOn(finding, from) {
  const { consequences } = finding;
  const later = consequences.filter(({ file, line }) => file !== from.file || line !== from.line);
  const missed = later.find((sight) => isMiss(finding, sight));
  if (missed !== undefined) {
    const who = missed.process === from.process ? 'it' : nameOf(missed);
    const after = passed(from.time, missed.time);
    return `; ${who} looked that up${after} and found nothing`;
  }
  const used = later.find(({ process }) => process !== from.process);
  return used === undefined ? '' : `; ${nameOf(used)} used it${passed(from.time, used.time)}`;
}

/** Whether it is a lookup that found nothing, judged by its line. */
function isMiss({ evidence }, { file, line }) {
  return evidence.some((place) => place.file === file && place.line === line && MISS.test(place.text ?? ''));
}

/** Whether an occurrence is at the place that the finding names. */
function isAt(sight, { process, at }) {
  return sight.process === process && sight.at === at;
}

/** The same for a line of the process itself. If no line was kept, the class may say so. */
function showsMiss({ class: name, process, evidence }) {
  if (evidence.every(({ text }) => text === null)) return !REFUSED.has(name);
  return evidence.some((place) => place.process === process && MISS.test(place.text ?? ''));
}

/** Why the culprit is only likely. */
function doubt(finding, words) {
  const { confidence, changedBy, candidates } = finding;
  if (confidence === 'certain') return null;
  if (candidates.length > 1) return others(finding, words);
  const [{ from, to }] = changedBy;
  if (from === null) return 'It was not seen with the right one';
  const gap = gapOf(from.time, to.time);
  if (gap !== null && gap >= AT_ONCE_MS) return `It had the right one last ${span(gap)} before`;
  return 'The logs make this likely but do not prove it';
}

/** What else may have been meant. */
function others({ candidates, runId }, { id }) {
  if (candidates.length <= 1) return null;
  const listing = listed(candidates.map(id), 'or');
  return baseOf(runId ?? '') === undefined ? null : `It may stand for any of ${listing}`;
}

/** By how much a time was shifted. */
function shift({ change }) {
  const minutes = change?.minutes ?? null;
  return minutes === null ? '' : `, ${shiftText(minutes)}`;
}

function shiftSentence({ change }) {
  const minutes = change?.minutes ?? null;
  return minutes === null ? null : `Its time is ${shiftText(minutes)}`;
}

/** How far a time is off, in hours, as for time zones. */
function shiftText(minutes) {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${hours} h${rest === 0 ? '' : ` ${rest} min`} ${minutes > 0 ? 'ahead' : 'behind'}`;
}

/** A lookup that found nothing, with a remark. */
function lookedUp(finding, { wrong }, rest) {
  return sentences(`${opening(finding)} looked up ${wrong} and found nothing${rest}`);
}

/** What was received where a run ID belongs. */
function strangeStory(finding) {
  const { source, message, runId } = finding;
  if (message === null && runId === null) return refusedStory(finding);
  const came = `${opening(finding)} got ${receivedText(finding)}${placeOf(source)} where a run ID belongs`;
  return sentences(`${came}${times(finding)}`, quoted(message));
}

/** The received value as a noun: not every value is a text. */
function receivedText({ runId, code }) {
  if (runId === null) return 'nothing';
  if (runId === '') return 'an empty text';
  // For a value that is not a text, the error names the type.
  if (code !== 'ERR_RUN_ID_TYPE' || !/^[a-z ]{1,20}$/.test(runId)) return quotedValue(runId);
  if (runId === 'null' || runId === 'undefined') return runId;
  return `${/^[aeiou]/.test(runId) ? 'an' : 'a'} ${runId}`;
}

function refusedStory(finding) {
  const { code, source, message, runId } = finding;
  const of = runId === null ? '' : ` of ${loggedValue(runId)}`;
  const by = code === null ? '' : ` with ${loggedValue(code)}`;
  return sentences(
    `${startOf(finding, 'a call')}${of} in ${nameOf(finding)} was refused${by}${placeOf(source)}${times(finding)}`,
    quoted(message) ?? (runId === null ? 'The log does not contain the received value' : null),
  );
}

/** How often, if it was more than once. */
function times({ consequenceCount }) {
  return consequenceCount === 0 ? '' : `, and ${count(consequenceCount, 'more time')} here`;
}

function quoted(message) {
  return message === null ? null : `The error says ${quotedValue(message, MAX_MESSAGE)}`;
}

/** The classes that are not a change of one ID into another. */
const STORIES = {
  'external-id': strangeStory,
  'not-an-id': strangeStory,
  refused: refusedStory,
  // The intended client is not known.
  'suffix-of-another-client': (finding, { wrong }) => {
    const { arrivedAt } = finding;
    const came =
      arrivedAt === null
        ? `${opening(finding)} used ${wrong}`
        : `${when(arrivedAt)}${wrong} arrived at ${nameOf(arrivedAt)}${placeOf(arrivedAt.source)}`;
    return sentences(`${came}, where the run of another client belongs`);
  },
  'not-found': (finding, words) => {
    const near = (finding.candidates ?? []).filter((runId) => runId !== finding.runId);
    const rest =
      near.length === 0
        ? ''
        : `; the closest ${near.length === 1 ? 'is' : 'are'} ${listed(near.map(words.id), 'and')}`;
    return lookedUp(finding, words, rest);
  },
  'never-created': (finding, words) =>
    sentences(
      `${opening(finding)} looked up ${words.wrong}: it was generated, but these logs do not show the creation of its record`,
      finding.code === null ? null : `Its creation was refused with ${loggedValue(finding.code)}`,
      quoted(finding.message),
    ),
  'looked-up-before-created': (finding, words) =>
    lookedUp(finding, words, ': according to the clocks, its record did not exist yet'),
  'found-later': (finding, words) => lookedUp(finding, words, '; the same operation found it afterwards'),
  'not-found-after-created': (finding, words) =>
    lookedUp(finding, words, ', although its record had been created before'),
  'sources-disagree': (finding, words) => {
    const other = finding.candidates.length === 0 ? 'another run ID' : words.id(finding.candidates[0]);
    return sentences(`${opening(finding)} got two run IDs at once: ${words.wrong} and ${other}`);
  },
  'baggage-disagrees': (finding, words) => {
    const other = finding.candidates.length === 0 ? 'another run ID' : words.id(finding.candidates[0]);
    return sentences(
      `${opening(finding)} got ${words.wrong}, and with it baggage of an unknown sender that names ${other}`,
    );
  },
  'generated-twice': (finding, words) => twice(finding, `generated ${words.wrong}`),
  'created-twice': (finding, words) =>
    sentences(`${opening(finding)} tried to create the record of ${words.wrong}, which already existed`),
  'other-run': (finding, words) => {
    const own = finding.expected === null ? 'another run' : `the run ${words.right}`;
    return sentences(`${opening(finding)} used the record of ${words.wrong} in an operation of ${own}`);
  },
  'never-generated': (finding, words) =>
    sentences(`${opening(finding)} used ${words.wrong}, which no process in these logs generated`),
  'never-completed': (finding, words) =>
    sentences(
      `${opening(finding)} created the record of ${words.wrong}, and these logs do not show its completion`,
    ),
  'log-missing': (finding) => {
    const runs = count(finding.consequenceCount + 1, 'run');
    const first = finding.firstTime === null ? '' : `; the first was seen at ${clock(finding.firstTime)}`;
    return sentences(
      `For ${runs} of ${serviceText(finding)}, these logs lack the beginning or the end${first}`,
    );
  },
  'lines-missing': (finding) => {
    const lines = count(finding.consequenceCount, 'line');
    return sentences(
      `${lines} that ${serviceText(finding)} numbered are missing from these logs`.replace(
        /^1 line (.*) are/,
        '1 line $1 is',
      ),
    );
  },
};

/** A class that is newer than these sentences. */
function otherStory(finding, words) {
  return sentences(`${opening(finding)} used ${words.wrong}`);
}

/** Done by this process, and by the others in the evidence. */
function twice(finding, did) {
  const processes = new Set([finding.process]);
  for (const { process } of [...finding.evidence, ...finding.consequences]) {
    if (process !== null) processes.add(process);
  }
  processes.delete(finding.process);
  const more =
    processes.size === 0 ? ['another process'] : [...processes].map((process) => nameOf({ process }));
  return sentences(`${opening(finding)} ${did}, and so did ${listed(more)}`);
}

function serviceText({ service, process }) {
  const name = service ?? (process === null ? null : serviceOf(process));
  return name === null ? 'a service' : loggedValue(name);
}

/** When, and who. */
function opening(finding) {
  return `${when({ time: finding.firstTime })}${nameOf(finding)}`;
}

/** When, and our own words with which the sentence begins. */
function startOf({ firstTime: time }, words) {
  return time === null ? words[0].toUpperCase() + words.slice(1) : `${when({ time })}${words}`;
}

function when({ time }) {
  return time === null ? '' : `At ${clock(time)} `;
}

/** A process and the line of its code. */
function nameOf({ process, at = null }) {
  const name = process === null ? 'a process' : loggedValue(serviceOf(process));
  return at === null ? name : `${name} (${loggedValue(withoutColumn(at))})`;
}

function withoutColumn(at) {
  return at.replace(/^(.*:[0-9]+):[0-9]+$/s, '$1');
}

function placeOf(source) {
  if (source === null || source === undefined) return '';
  return ` ${Object.hasOwn(PLACES, source) ? PLACES[source] : `in ${loggedValue(source)}`}`;
}

function clock(time) {
  return time.slice(11, 19);
}

/** How much later, if the clocks agree that it was later. */
function passed(from, to) {
  const gap = gapOf(from, to);
  if (gap === null || gap < 0) return '';
  return gap === 0 ? ' at once' : ` ${span(gap)} later`;
}

function gapOf(from, to) {
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from);
}

function span(ms) {
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${Number((ms / 1000).toFixed(1))} s` : spellDuration(ms);
}

function listed(names, last = 'and') {
  const more = names.length - MAX_NAMED;
  const told = more > 1 ? [...names.slice(0, MAX_NAMED), `${more} more`] : names;
  return told.length === 1 ? told[0] : `${told.slice(0, -1).join(', ')} ${last} ${told.at(-1)}`;
}

/** The parts that are present, each with a full stop. A name from a log at the beginning keeps its lower case. */
function sentences(...parts) {
  return parts
    .filter((part) => part !== null)
    .map((part) => (part.endsWith('."') ? part : `${part}.`))
    .join(' ');
}

module.exports = { shiftText, storyOf };
