'use strict';

// Statements for the mirror in PostgreSQL; whoever has a client runs them.

function insertClientRun({ runId, clientId, status }) { // @run-id none
  return {
    text: 'INSERT INTO client_run_results (run_id, client_id, status) VALUES ($1, $2, $3)', // @run-id none
    values: [runId, clientId, status], // @run-id none
  };
}

function selectClientRun(runId) {
  return { text: 'SELECT * FROM client_run_results WHERE run_id = $1', values: [runId] }; // @run-id none
}

function selectRunsOfJob(baseRunId) {
  return { text: 'SELECT * FROM client_run_results WHERE run_id LIKE $1', values: [`${baseRunId}%`] }; // @run-id no-fuzzy-run-id-lookup
}

function updateStatus(runId, status) {
  return `UPDATE client_run_results SET status = '${status}' WHERE run_id = '${runId}'`; // @run-id no-fuzzy-run-id-lookup
}

function deleteOlder(runId) {
  return { text: 'DELETE FROM client_run_results WHERE run_id < $1', values: [runId] }; // @run-id none
}

function linkApify({ runId, apifyRunId }) { // @run-id none
  return {
    text: 'INSERT INTO run_external_ids (run_id, external_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', // @run-id none
    values: [runId, apifyRunId], // @run-id none
  };
}

function searchRuns(text) {
  const runIdPart = text.trim(); // @run-id none
  return `SELECT run_id FROM job_tracking WHERE run_id ILIKE '%${runIdPart}%'`; // @run-id no-fuzzy-run-id-lookup
}

module.exports = { insertClientRun, selectClientRun, selectRunsOfJob, updateStatus, deleteOlder, linkApify, searchRuns };
