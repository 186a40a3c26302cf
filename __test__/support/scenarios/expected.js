'use strict';

// What is right by SPEC §11 in each scene: not what `check` said once, but what follows from who did what, and from
// what a level logs of it.

const fs = require('node:fs');
const path = require('node:path');
const { baseAt } = require('../base-time.js');
const { NAMES, carrierOf, changed, clientsOf, startOf } = require('./ways.js');

/** Who changes the run ID: the one that looks it up, the one before, or one of which there is no log. */
const POSITIONS = ['self', 'before', 'outside'];

/** Each logs what the one before it does, and more. */
const LEVELS = ['rejections', 'lifecycle', 'all'];

/** How the lines are written: by the library, or as fields of the lines of a logger. */
const CHANNELS = ['stderr', 'pino'];

/** Schedules make bases alike, so these are proved only where the right ID was in hand in the very operation. */
const NEEDS_ID_IN_HAND = ['digits-exchanged', 'date-changed', 'time-zone-shift', 'minted-again'];

/** By which a `receive` event is logged; of the others only what the boundary resolved. */
const RECEIVED = ['headers', 'env'];

/** @returns what `check` has to say of one way in one scene; `undefined` where SPEC leaves it open */
function expectedOf(way, scene) {
  const { position, level } = scene;
  const isLifecycle = level !== 'rejections';
  const hasCulprit = isLifecycle && position !== 'outside';
  const right = rightOf(way);
  // The ID is known to be a second one for the run only by the event of its making.
  const isLost = way === 'minted-again' && !hasCulprit;
  const culprit = hasCulprit ? culpritOf(way, scene) : null;
  const arrivedAt = hasCulprit || position === 'self' ? null : arrivalOf(way, level);
  const { service, site } = arrivedAt ?? { service: 'worker', site: 'lookup' };
  return {
    class: isLost ? 'not-found' : way,
    runId: changed(way, handedOver(way)),
    expected: isLost ? null : right,
    confidence: confidenceOf(way, scene, isLost),
    changedBy: culprit === null ? [] : [culprit],
    arrivedAt,
    lastRight: arrivedAt === null || isLost ? undefined : lastRightOf(way, level),
    place: culprit === null ? { service, site } : { service: culprit.service, site: culprit.to },
  };
}

const handedOver = (way) => `${baseAt(startOf(way))}-${clientsOf(way)[0]}`;

/** A client ID that was added is that of the last client. */
const rightOf = (way) => `${baseAt(startOf(way))}-${clientsOf(way).at(-1)}`;

/** The changer had the right ID in hand in one operation with the wrong one. */
function culpritOf(way, { position, level }) {
  const carrier = carrierOf(way);
  const usesWrong = position === 'self' ? 'lookup' : `send ${carrier}`;
  const received = RECEIVED.includes(carrier) ? `receive ${carrier}` : null;
  return {
    service: position === 'self' ? 'worker' : 'relay',
    from: level === 'all' ? 'use' : received,
    to: way === 'minted-again' ? 'generate' : usesWrong,
  };
}

/** The first line of the worker that is logged of the wrong ID. */
function arrivalOf(way, level) {
  const carrier = carrierOf(way);
  const arrival = { service: 'worker', source: carrier };
  if (level === 'rejections') return { ...arrival, site: 'lookup' };
  if (RECEIVED.includes(carrier)) return { ...arrival, site: `receive ${carrier}` };
  return { ...arrival, site: level === 'all' ? 'boundary' : 'lookup' };
}

/**
 * The creator, which hands it over, or where another client's was handed over, made it; at the level of rejections only a
 * line of the application tells so, of what was handed over.
 */
function lastRightOf(way, level) {
  const isHandedOver = rightOf(way) === handedOver(way);
  if (level === 'rejections') return isHandedOver ? { service: 'creator', site: null } : undefined;
  return { service: 'creator', site: isHandedOver ? `send ${carrierOf(way)}` : 'create' };
}

function confidenceOf(way, { position, level, channel }, isLost) {
  const isInHand = position === 'self' || (position === 'before' && level !== 'rejections');
  const isProved = isInHand || !NEEDS_ID_IN_HAND.includes(way);
  // Of a base that was refused no record is near, and of its clients only a line of the application tells.
  const isNear = way !== 'suffix-missing' || level !== 'rejections';
  return channel === 'stderr' && isProved && isNear && !isLost ? 'certain' : 'likely';
}

/** Where the places are that the program and the ways name, as `file:line:`. */
const SITES = Object.fromEntries(
  ['program.js', 'ways.js'].flatMap((file) =>
    fs
      .readFileSync(path.join(__dirname, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => {
        const [, name] = /\/\/ @(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, `${file}:${at + 1}:`]];
      }),
  ),
);

module.exports = { CHANNELS, LEVELS, NAMES, POSITIONS, SITES, carrierOf, expectedOf };
