/**
 * An ESLint plugin for flat configurations: it finds where a code base handles run IDs by hand, and suggests what to write
 * instead. It is described in docs/eslint.md, and its rules in docs/rules.
 *
 * @example
 * import runId from 'unified-run-id/eslint';
 *
 * export default [runId.configs.recommended];
 */

import type { Linter, Rule } from 'eslint';

/** Under `settings['run-id']`. Each pattern is a regular expression, as a string. */
export interface RunIdSettings {
  /** Further names of run IDs, as patterns for the whole name. */
  names?: string[];
  /** Names that look like those of run IDs but are not, such as `runId` where that is another system's. */
  ignore?: string[];
  /** Modules of the legacy service, as patterns for the end of their specifiers without the extension. */
  legacyModules?: string[];
}

export const meta: { name: string; version: string; namespace: 'run-id' };

export const rules: Record<string, Rule.RuleModule>;

export const configs: {
  /** What is wrong wherever it is reported. */
  recommended: Linter.Config;
  /** Truthiness tests, formulas with whole run IDs and calls that only observe as well. */
  strict: Linter.Config;
  /** Everything as a warning, with a count for each file. */
  migration: Linter.Config;
};
