'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { snippetsOf } = require('../../../tools/snippets.js');

const RUN_ID = /^[0-9]{6}-[0-9]{6}-Ann-Carver$/;

const BUNDLER_SENTENCE =
  /(^|Error: )unified-run-id cannot load its addon\. If it was bundled, keep it out of the bundle .*prebuilds\/ folder next to the bundle\.$/m;

/** A place in the bundle: where the application ends and the package begins is not to be seen in it. */
const CALL_SITE = /\b(app|index)\.m?js\b.*:[0-9]+:[0-9]+$/;

/** Copies the addons as the documentation says: `cp -r node_modules/unified-run-id/prebuilds <to>`. */
function copyPrebuilds(project, ...to) {
  const from = project.path('node_modules', 'unified-run-id', 'prebuilds');
  fs.cpSync(from, project.path(...to, 'prebuilds'), { recursive: true });
}

/** Runs the bundle of `projects/bundled/app.js`; it must do all that the package does, and print nothing else. */
async function runs(project, folder, file) {
  const { code, output } = await project.node([file], { cwd: folder });
  assert.equal(code, 0, output);
  const told = JSON.parse(output);
  assert.match(told.generated, RUN_ID);
  assert.equal(told.current, '251006-143000-Ann-Carver');
  assert.match(
    told.refused,
    /^RunIdError: STRICT RUN ID ERROR: Object passed to normalizeRunId instead of string/,
  );
  assert.match(
    told.outside,
    /^RunIdError: STRICT RUN ID ERROR: Non-standard run ID format encountered: "nope"/,
  );
  assert.match(told.boundary, /^TypeError: runIdBoundary: unknown option "nope"/);
  assert.match(told.database, /^TypeError: JobTracking: /);
  assert.equal(told.plugin, 'function');
  assert.deepEqual(
    told.events.map(({ event, code }) => `${event} ${code}`),
    ['reject ERR_RUN_ID_TYPE', 'reject ERR_RUN_ID_FORMAT'],
  );
  for (const { at } of told.events) assert.match(at, CALL_SITE);
}

/** Runs a bundle that has no addon: the first sentence of the error says what to do. */
async function saysWhatToDo(project, folder, file) {
  const { code, output } = await project.node([file], { cwd: folder });
  assert.equal(code, 1, output);
  assert.match(output, BUNDLER_SENTENCE);
  assert.match(output, /code: 'ERR_RUN_ID_ADDON'/);
  assert.ok(output.includes(path.join(folder, 'prebuilds')), output);
}

/** Runs the commands that docs/bundlers.md shows for this project, each block by itself, and then the bundle. */
async function runsAsDocumented(t, project, name) {
  const blocks = snippetsOf('docs/bundlers.md').filter(({ source }) => source === `in the project ${name}`);
  assert.ok(blocks.length > 0);
  for (const { code } of blocks) {
    await t.test(`as documented: ${code.trim().replaceAll('\n', ' && ')}`, async () => {
      fs.rmSync(project.path('dist'), { recursive: true, force: true });
      await project.succeed('sh', ['-ec', code]);
      const isWhole = fs.existsSync(project.path('dist', 'prebuilds'));
      await runs(project, isWhole ? project.deploy('dist') : project.path('dist'), 'app.js');
    });
  }
}

module.exports = { BUNDLER_SENTENCE, copyPrebuilds, runs, runsAsDocumented, saysWhatToDo };
