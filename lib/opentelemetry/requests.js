'use strict';

// Requests that Node and undici are about to send, whether or not their span is recorded.

const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { hostAlone, hostIn } = require('./hosts.js');

const HEADER = 'baggage';

/**
 * For each channel, how to get a request's host, read its header, and add to it. Node has published the first since 22.12.
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
 * Adds to the `baggage` header.
 *
 * @param {(host: string) => { name: string, value: string } | undefined} entryFor returns what is sent to a host
 * @param {(error: unknown) => void} onError
 * @returns a function that stops it
 */
function addToRequests(entryFor, onError) {
  const undos = Object.entries(CLIENTS).map(([channel, client]) => {
    /** An error thrown here would end the process. @param {any} message */
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
  // The client's instrumentation may already have added it.
  const isThere = client.read(request).some((text) => text.includes(`${name}=`));
  if (!isThere) client.add(request, `${name}=${value}`);
}

module.exports = { HEADER, addToRequests };
