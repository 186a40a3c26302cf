'use strict';

const { Table } = require('./table.js');

module.exports = {
  jobTracking: new Table('Job Tracking'),
  clientRunResults: new Table('Client Run Results'),
  leads: new Table('Leads'),
  posts: new Table('Posts'),
  apifyRuns: new Table('Apify'),
  mails: new Table('Mails'),
};
