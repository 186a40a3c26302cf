'use strict';

// Where something is observed: the name given in the call, or the line of code of the call. SPEC §13.

const binding = require('../binding.js');
const { siteOfCall } = require('../events/site-of-call.js');

/** @typedef {{ readonly number: number, readonly name: string | null }} Place */

/** The number shared by all places that are not counted individually. */
const OTHERS = 0;

/** @type {Place} */
const UNKNOWN = Object.freeze({ number: 1, name: null });

/** @type {Map<string, Place>} */
const places = new Map();

function knownPlace(name) {
  return places.get(name);
}

/** @returns {Place} */
function placeOfName(name) {
  const known = knownPlace(name);
  if (known !== undefined) return known;
  const place = Object.freeze({ number: binding.observedPlace(name), name });
  // Places beyond the limit are not remembered, either.
  if (place.number !== OTHERS) places.set(name, place);
  return place;
}

/**
 * The place of the call of a public function.
 *
 * @returns {Place}
 */
function placeOfCall(caller) {
  const site = siteOfCall(caller);
  return site === null ? UNKNOWN : placeOfName(site);
}

module.exports = { knownPlace, placeOfCall, placeOfName };
