'use strict';

const fs = require('node:fs');
const assert = require('node:assert/strict');
const path = require('node:path');
const { describe, test } = require('node:test');
const parser = require('@typescript-eslint/parser');
const plugin = require('../../lib/eslint/plugin.js');
const { Workspace } = require('../../tools/workspace.js');
const { VERSIONS } = require('../support/rule-tests.js');

const TYPES = `
type RunId = string & { readonly kind: 'run' };
type ClientRunId = string & { readonly kind: 'client' };
type ApifyRunId = string & { readonly system: 'apify' };
declare const runId: RunId, clientRunId: ClientRunId, apify: ApifyRunId, text: string;
declare function find(runId: string): void;
declare function link(runId: RunId, externalId: string): void;
declare class Job { constructor(runId: string); runId: string; start(runId: string, by: string): void; }
declare const job: Job;
`;

const GOOD = [
  'find(runId);',
  'find(clientRunId);',
  'find(text);',
  'link(runId, apify);',
  'const answer = { runId };',
  'const answer = { apifyRunId: apify };',
  'new Job(runId);',
  'job.start(runId, apify);',
  'const id = apify;',
  'job.runId = text;',
  'find(...[runId] as [RunId]);',
];

const BAD = [
  'find(apify);',
  'const answer = { runId: apify };',
  'const answer = { run_id: apify };',
  'new Job(apify);',
  'job.start(apify, text);',
  'job.runId = apify;',
  'const runId2: string = apify;',
  'let jobRunId = apify;',
  'export const report = (): { runId: string } => ({ runId: apify });',
  'find((apify));',
];

const workspace = new Workspace(test);

describe('no-external-run-id', () => {
  const { folder } = workspace;
  fs.writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { strict: true }, include: ['*.ts'] }),
  );

  for (const [version, { Linter }] of Object.entries(VERSIONS)) {
    const lint = (code, parserOptions) => {
      const filename = path.join(folder, 'code.ts');
      const text = `${TYPES}${code}\nexport {};\n`;
      fs.writeFileSync(filename, text);
      const config = {
        files: ['**/*.ts'],
        plugins: { 'run-id': plugin },
        rules: { 'run-id/no-external-run-id': 'error' },
        languageOptions: { parser, parserOptions: { tsconfigRootDir: folder, ...parserOptions } },
      };
      return new Linter({ cwd: folder }).verify(text, config, { filename }).map(({ message }) => message);
    };
    const typed = { project: './tsconfig.json', disallowAutomaticSingleRunInference: true };

    for (const code of GOOD) {
      test(`lets pass on ESLint ${version}: ${code}`, () => assert.deepEqual(lint(code, typed), []));
    }
    for (const code of BAD) {
      test(`reports on ESLint ${version}: ${code}`, () => {
        const [message, ...others] = lint(code, typed);
        assert.match(message, /^A ApifyRunId is the ID of another system/);
        assert.deepEqual(others, []);
      });
    }
    test(`is silent without types on ESLint ${version}`, () => assert.deepEqual(lint(BAD[0], {}), []));
  }
});
