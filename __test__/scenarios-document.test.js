'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { documentText, readDocument } = require('./support/scenarios/document.js');

test('docs/scenarios.md is what the scenarios expect', () => {
  assert.equal(readDocument(), documentText(), 'node scripts/document-scenarios.js writes it');
});
