'use strict';

const LEVELS = ['debug', 'info', 'warn', 'error'];
const threshold = LEVELS.indexOf(process.env.LOG_LEVEL || 'warn');

function createLogger(name, context = {}) {
  const write = (level) => (message, details = {}) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const { runId, clientId } = { ...context, ...details }; // @run-id none
    const line = { time: new Date().toISOString(), level, name, runId, clientId, message }; // @run-id none
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  return Object.fromEntries(LEVELS.map((level) => [level, write(level)]));
}

module.exports = { createLogger };
