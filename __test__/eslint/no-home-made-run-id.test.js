'use strict';

const { testRule } = require('../support/rule-tests.js');

testRule('no-home-made-run-id', {
  good: [
    "const FORMAT = 'YYYY-MM-DD';\nexports.day = (runId) => clock().format(FORMAT);",
    'const runId = text.local().format(PATTERN);',
    "const snapshot = format(new Date(), 'yyyyMMdd-HHmmss'); // runId",
    "const order = orderId.slice(0, 6) + '-' + orderId.slice(6); // runId",
    'const runId = generateTimestampRunId();',
    'const runId = req.body.runId;',
    'const startedAt = new Date();\nsave({ runId, startedAt });',
    'cache.set(runId, Date.now());',
    'times[runId] = Date.now();',
    'const day = new Date().toISOString().slice(0, 10);\nsave(runId, day);',
    'const runId = start({ at: Date.now() });',
    'const job = { runId: parent.runId, createdAt: new Date().toISOString() };',
    'function getRunIdAge(runId) { return Date.now() - parseRunId(runId).startedAt; }',
    'const requestId = `req-${Date.now()}`;\nsave(runId, requestId);',
    'const runIdCreatedAt = Date.now();',
    'const file = `${runId}-${Date.now()}.log`;',
    'const apifyRunId = `apify-${Date.now()}`;',
    "const runId = lines[Date.now() > limit ? 0 : 1].split(' ')[2];",
    "const stamp = format(new Date(), 'yyyy-MM-dd');\nsave(runId, stamp);",
    'const runId = rows.find((row) => row.at < Date.now()).run_id;',
  ],
  bad: [
    ["const FORMAT = 'YYMMDD-HHmmss';\nexports.newRunId = () => clock().format(FORMAT);", 'clock'],
    ["const runId = DateTime.local().toFormat('yyLLdd-HHmmss');", 'clock'],
    ['const runId = moment.utc().format(PATTERN);', 'clock'],
    ['const runId = `${Math.floor(Date.now() / 1000)}`;', 'clock'],
    ['const runId = process.hrtime.bigint().toString();', 'clock'],
    ['const runId = `${stamp.slice(2, 8)}-${stamp.slice(8, 14)}`;', 'clock'],
    ['const runId = `${Date.now()}`;', 'clock'],
    ["const runId = 'job-' + Date.now();", 'clock'],
    ["const runId = new Date().toISOString().slice(2, 19).replace(/[-:]/g, '').replace('T', '-');", 'clock'],
    [
      "const now = new Date();\nconst day = [now.getFullYear() % 100, now.getMonth() + 1, now.getDate()].map(pad).join('');\nconst time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(pad).join('');\nconst runId = `${day}-${time}`;",
      'clock',
    ],
    [
      'function generateRunId() {\n  const d = new Date();\n  const yy = String(d.getFullYear()).slice(-2);\n  const mm = String(d.getMonth() + 1).padStart(2, "0");\n  return yy + mm;\n}',
      'clock',
    ],
    [
      'const stamp = () => {\n  const iso = new Date().toISOString();\n  return iso.slice(2, 10) + iso.slice(11, 19);\n};\nconst runId = stamp();',
      'clock',
    ],
    [
      'function dayOf(d) { return `${d.getFullYear()}`; }\nfunction timeOf(d) { return `${d.getHours()}`; }\nconst createRunId = (d) => [dayOf(d), timeOf(d)].join("-");',
      'clock',
    ],
    ["const runId = format(new Date(), 'yyMMdd-HHmmss');", 'clock'],
    ["const runId = moment().format('YYMMDD-HHmmss');", 'clock'],
    ["const id = dayjs().utc().format('YYMMDD-HHmmss');\nstart({ runId: id });", 'clock'],
    ['start({ runId: `fallback-${Date.now()}` });', 'clock'],
    ['this.runId = `run_${Date.now()}`;', 'clock'],
    ['let runId;\nrunId = Date.now().toString();', 'clock'],
    ['const runId = req.body.runId || `auto-${Date.now()}`;', 'clock'],
    ['function f(runId = String(Date.now())) { return runId; }', 'clock'],
    [
      'class Job { newRunId() { return `${this.stamp()}`; } stamp() { return new Date().toISOString(); } }',
      'clock',
    ],
    [
      'const make = (d) => `${yy(d.getFullYear())}${p(d.getMonth())}${p(d.getDate())}-${p(d.getHours())}${p(d.getMinutes())}${p(d.getSeconds())}`;\nconst p = (n) => String(n).padStart(2, "0");\nconst yy = (n) => String(n).slice(2);\nsave(runId, make(now));',
      'clock',
    ],
    [
      'const { y, t } = parts();\nconst runId = `${y}-${t}`;\nfunction parts() { return new Date().toISOString().split("T"); }',
      'clock',
    ],
    [
      "jobs.getClientRun(`${stamp(startedAt)}-${clientId}`); // runId\nfunction stamp(d) { return [d.getUTCFullYear(), d.getUTCMonth()].join(''); }",
      'clock',
    ],
    ['const parts = { y: new Date().getFullYear() };\nconst runId = `${parts.y}-1`;', 'clock'],
  ],
});
