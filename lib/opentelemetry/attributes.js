'use strict';

// The names of attributes. Where OpenTelemetry has its own, they are those of version 1.40 of its semantic
// conventions: `error.*`, `server.address`, `code.*`.

const { EVENTS } = require('../binding.js');
const { baseOf, clientOf } = require('../core/run-id.js');

const RUN_ID = 'run.id';
const BASE_ID = 'run.base_id';
const CLIENT_ID = 'run.client_id';

/** For metrics: each has few values, all known beforehand. */
const SOURCE = 'run_id.source';
const ERROR = 'error.type';
const TABLE = 'run_id.table';
const ACTION = 'run_id.action';
const REASON = 'run_id.near.reason';
const DIRECTION = 'run_id.direction';
const OUTCOME = 'run_id.outcome';
const CARRIER = 'run_id.carrier';

/** For span events and spans, by the event's field. */
const BY_FIELD = {
  runId: RUN_ID,
  source: SOURCE,
  code: ERROR,
  message: 'error.message',
  received: 'run_id.received',
  otherRunId: 'run_id.other.id',
  otherSource: 'run_id.other.source',
  sender: 'run_id.other.sender',
  carrier: CARRIER,
  peer: 'server.address',
  method: 'run_id.method',
  action: ACTION,
  table: TABLE,
  status: 'run_id.status',
};

/** For each kind, the fields that are recorded, with their attributes. */
const FIELDS = Object.fromEntries(
  EVENTS.kinds.map(({ name, fields }) => [
    name,
    fields
      .filter((field) => Object.hasOwn(BY_FIELD, field))
      .map((field) => ({ field, name: BY_FIELD[field] })),
  ]),
);

/** Those of a checked run ID. */
function attributesOfRun(runId) {
  const clientId = clientOf(runId);
  const attributes = { [RUN_ID]: runId, [BASE_ID]: baseOf(runId) };
  if (clientId !== null) attributes[CLIENT_ID] = clientId;
  return attributes;
}

/** @param {boolean} hasPlace whether to add the call site, which takes longer than everything else */
function attributesOfEvent(event, hasPlace) {
  const attributes = {};
  for (const { field, name } of FIELDS[event.event]) {
    const value = event[field];
    if (value !== null) attributes[name] = value;
  }
  if (Array.isArray(event.near)) {
    attributes['run_id.near.id'] = event.near.map(({ runId }) => runId);
    attributes[REASON] = event.near.map(({ reason }) => reason);
  }
  return hasPlace ? Object.assign(attributes, attributesOfPlace(event.at)) : attributes;
}

/** `path:line:column`; the path, or its substitute, may contain colons. */
const PLACE = /^(.*):(\d+):(\d+)$/s;

function attributesOfPlace(at) {
  const place = at === null ? null : PLACE.exec(at);
  if (place === null) return {};
  const [, file, line, column] = place;
  return { 'code.file.path': file, 'code.line.number': Number(line), 'code.column.number': Number(column) };
}

module.exports = {
  ACTION,
  CARRIER,
  DIRECTION,
  ERROR,
  OUTCOME,
  REASON,
  RUN_ID,
  SOURCE,
  TABLE,
  attributesOfEvent,
  attributesOfRun,
};
