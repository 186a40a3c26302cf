'use strict';

const { testRule } = require('../support/rule-tests.js');

const withFormulas = (code) => ({ code, options: [{ formulas: true }] });

testRule('no-fuzzy-run-id-lookup', {
  good: [
    'rows.find((row) => row.runId === runId);',
    "db.query('SELECT * FROM runs WHERE run_id = $1', [runId]);",
    "const filterByFormula = `{Run ID} = '${runId}'`;",
    withFormulas("const filterByFormula = `{Client ID} = '${clientId}'`; // runId"),
    withFormulas('const message = `Run {${runId}} has started`;'),
    withFormulas("console.log(`{Run ID} = '${runId}'`);"),
    'prisma.run.findMany({ where: { runId } });',
    'prisma.run.findMany({ where: { runId: { in: ids } } });',
    "knex('runs').where('run_id', runId);",
    "knex('runs').where('run_id', '=', runId);",
    "knex('users').where('name', 'like', `${name}%`); // runId",
    "const formula = `FIND('x', {Name}) > 0`; // runId",
    'names.filter((name) => name.startsWith(prefix)); // runId',
    "const text = 'run_id is like a key';",
    'new RegExp(name).test(text); // runId',
    'runs.find({ runId });',
  ],
  bad: [
    ["const filterByFormula = `FIND('${runId}', {Run ID}) > 0`;", 'part'],
    ['const filterByFormula = `SEARCH("${baseRunId}", {Run ID})`;', 'part'],
    ['const filterByFormula = "FIND(\'" + runId + "\', {Run ID})";', 'part'],
    ["const f = `LEFT({Run ID}, 13) = '${baseRunId}'`;", 'part'],
    [withFormulas("const f = `{Run ID} = '${runId}'`;"), 'formula'],
    [withFormulas("const f = `AND({Run ID} = '${runId}', {Client ID} = '${clientId}')`;"), 'formula'],
    [withFormulas("const f = '{Run ID} = \"' + runId + '\"';"), 'formula'],
    ['db.query("SELECT * FROM runs WHERE run_id LIKE $1", [`${base}%`]);', 'part'],
    ['const pattern = `${runId}%`;', 'part'],
    ['rows.find((row) => row.runId.startsWith(baseRunId));', 'part'],
    ["records.filter((record) => record.get('Run ID').includes(part));", 'part'],
    ['rows.filter(({ runId: id }) => id.startsWith(prefix));', 'part'],
    ['rows.some(({ runId }) => runId.indexOf(base) === 0);', 'part'],
    ['prisma.run.findFirst({ where: { runId: { startsWith: base } } });', 'part'],
    ['Run.findOne({ runId: { $regex: base } });', 'part'],
    ['Run.findAll({ where: { runId: { [Op.like]: base } } });', 'part'],
    ['Run.findOne({ runId: new RegExp(base) });', 'part'],
    ["knex('runs').where('run_id', 'like', pattern);", 'part'],
    ["knex('runs').whereLike('run_id', pattern);", 'part'],
    ['new RegExp(`^${runId}`).test(line);', 'part'],
  ],
});
