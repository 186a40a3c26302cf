'use strict';

const DAY = 24 * 60 * 60 * 1000;

// 2025-10-06, for file names and mails.
const isoDay = (date = new Date()) => date.toISOString().slice(0, 10); // @run-id none

const compactDay = (date = new Date()) => isoDay(date).replace(/-/g, ''); // @run-id none

function fileStamp(date) {
  const iso = date.toISOString(); // @run-id none
  return `${iso.slice(2, 10).replace(/-/g, '')}-${iso.slice(11, 19).replace(/:/g, '')}`; // @run-id none
}

function daysAgo(days) {
  return new Date(Date.now() - days * DAY); // @run-id none
}

function isIsoDay(text) {
  return /^\d{4}-\d{2}-\d{2}$/.test(text); // @run-id none
}

// 14:30:00 in the reader's time zone.
function localClock(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':'); // @run-id none
}

module.exports = { DAY, isoDay, compactDay, fileStamp, daysAgo, isIsoDay, localClock };
