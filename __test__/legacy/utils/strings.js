'use strict';

const titleCase = (text) => text.split(' ').map((word) => word[0].toUpperCase() + word.slice(1)).join(' '); // @run-id none

function initials(clientId) {
  return clientId.split('-').map((part) => part[0]).join(''); // @run-id none
}

const truncate = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text); // @run-id none

// Quotes a text for a formula.
const quote = (text) => `'${String(text).replace(/['\\]/g, '\\$&')}'`; // @run-id none

const isPostcode = (text) => /^\d{6}$/.test(text); // @run-id none

const isPhone = (text) => /^\d{3}-\d{4}$/.test(text); // @run-id none

module.exports = { titleCase, initials, truncate, quote, isPostcode, isPhone };
