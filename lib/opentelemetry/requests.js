'use strict';

// Requests that Node and undici are about to send, whether or not a span of theirs is recorded.

const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { hostAlone, hostIn } = require('./hosts.js');

const HEADER = 'baggage';

/**
 * By channel: the host of a request, what its header holds, and what adds to that. Node publishes the first since 22.12.
 *
 * @type {Record<string, { hostOf(request: any): string | undefined, read(request: any): string[], add(request: any, entry: string): void }>}
 */
const CLIENTS = {
  'http.client.request.created': {
    hostOf: ({ host }) => hostAlone(host),
    read: (request) => [request.getHeader(HEADER) ?? []].flat().map(String),
    add(request, entry) {
      request.setHeader(HEADER, [...this.read(request), entry].join());
    },
  },
  'undici:request:create': {
    hostOf: ({ origin }) => hostIn(String(origin)),
    read: ({ headers }) => (Array.isArray(headers) ? valuesIn(headers) : [String(headers)]),
    // Header fields of one name are one list.
    add: (request, entry) => request.addHeader(HEADER, entry),
  },
};

/** Names and values in turns. */
function valuesIn(headers) {
  return headers
    .filter((_, at) => at % 2 === 1 && String(headers[at - 1]).toLowerCase() === HEADER)
    .map(String);
}

/**
 * Adds to the header `baggage` until it is told to stop.
 *
 * @param {(host: string) => { name: string, value: string } | undefined} entryFor what a host is sent
 * @param {(error: unknown) => void} onError
 * @returns what stops it
 */
function addToRequests(entryFor, onError) {
  const undos = Object.entries(CLIENTS).map(([channel, client]) => {
    /** What it throws would end the process. @param {any} message */
    const listener = (message) => {
      try {
        addTo(message.request, client, entryFor);
      } catch (error) {
        onError(error);
      }
    };
    subscribe(channel, listener);
    return () => unsubscribe(channel, listener);
  });
  return () => undos.forEach((undo) => undo());
}

function addTo(request, client, entryFor) {
  const host = client.hostOf(request);
  const entry = host === undefined || request.headersSent === true ? undefined : entryFor(host);
  if (entry === undefined) return;
  const { name, value } = entry;
  // The instrumentation of the client may have been first.
  const isThere = client.read(request).some((text) => text.includes(`${name}=`));
  if (!isThere) client.add(request, `${name}=${value}`);
}

module.exports = { HEADER, addToRequests };
