'use strict';

// A cache of pages. It has nothing to do with run IDs.

const pages = new Map();

function clearCache() { // @run-id none
  pages.clear();
}

function extractId(url) { // @run-id none
  return url.split('/').at(-1).split('?')[0]; // @run-id none
}

function cached(url, load) {
  const id = extractId(url); // @run-id none
  if (!pages.has(id)) pages.set(id, load(url)); // @run-id none
  return pages.get(id); // @run-id none
}

module.exports = { clearCache, extractId, cached };
