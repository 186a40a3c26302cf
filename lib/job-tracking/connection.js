'use strict';

// What a driver's error proves: that the database refused the statement, or that it was never sent.

const { types } = require('node:util');

/** Connection exceptions; completion unknown; shut down by the operator; a crash. */
const CUT_OFF = /^(?:08|40003|57P0|58|XX)/;

const SQL_STATE = /^[0-9A-Z]{5}$/;

/** How deeply drivers wrap a database error. */
const MAX_DEPTH = 3;

/** Errors of the operating system before there is a connection. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];
const CONNECTING = ['connect', 'getaddrinfo'];

/** Errors of pools that have no free connection: pg and Neon, Knex, Sequelize, postgres.js, Prisma. */
const NO_CONNECTION = [
  /^timeout exceeded when trying to connect$/,
  /^timeout expired$/,
  /^Connection terminated due to connection timeout$/,
  /^Cannot use a pool after calling end on the pool$/,
  /^Knex: Timeout acquiring a connection\./,
  /^SequelizeConnectionAcquireTimeoutError$/,
  /^CONNECT_TIMEOUT$/,
  /^DatabaseNotReachable$/,
];

/**
 * Whether the statement may have been executed: the server did not say that it refused it, and there was a
 * connection on which to send it.
 */
function isOpen(error) {
  const layers = layersOf(error);
  if (layers.some(isUnsent)) return false;
  const states = layers.map(stateIn).filter((state) => state !== null);
  return states.length === 0 || states.some((state) => CUT_OFF.test(state));
}

/** The SQLSTATE of the database error, however it is wrapped; null if there is none. */
function stateOf(error) {
  return (
    layersOf(error)
      .map(stateIn)
      .find((state) => state !== null) ?? null
  );
}

/** An error and those that it wraps, in the ways of Error, Sequelize and Prisma. */
function layersOf(error) {
  let layer = [error];
  const layers = new Set();
  for (let depth = 0; depth <= MAX_DEPTH && layer.length > 0; depth++) {
    layer = layer.filter((value) => typeof value === 'object' && value !== null && !layers.has(value));
    for (const value of layer) layers.add(value);
    layer = layer.flatMap((value) => [
      read(value, 'cause'),
      read(value, 'original'),
      read(read(value, 'meta'), 'driverAdapterError'),
    ]);
  }
  return [...layers];
}

/** The state in the database's own error. The severity distinguishes it from a library's five-letter code. */
function stateIn(error) {
  const original = read(error, 'originalCode');
  if (isState(original)) return original;
  const code = read(error, 'code');
  return isState(code) && typeof read(error, 'severity') === 'string' ? code : null;
}

function isState(code) {
  return typeof code === 'string' && SQL_STATE.test(code);
}

function isUnsent(error) {
  const attempts = read(error, 'errors');
  if (Array.isArray(attempts) && attempts.length > 0 && attempts.every(isUnsent)) return true;
  const code = read(error, 'code');
  if (NOT_CONNECTED.includes(code) || CONNECTING.includes(read(error, 'syscall'))) return true;
  const words = [read(error, 'message'), read(error, 'name'), code];
  return NO_CONNECTION.some((known) => words.some((word) => typeof word === 'string' && known.test(word)));
}

/** A property of any value; undefined if a getter throws. */
function read(value, key) {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

module.exports = { isOpen, stateOf };
