/**
 * An ESLint plugin, for flat configurations: finds what a code base does to run IDs by hand, and suggests what to write
 * instead. Its page is docs/eslint.md, those of the rules are in docs/rules.
 *
 * @example
 * import runId from 'unified-run-id/eslint';
 *
 * export default [runId.configs.recommended];
 */

import type { Linter, Rule } from 'eslint';

/** Under `settings['run-id']`. Each pattern is the text of a regular expression. */
export interface RunIdSettings {
  /** What is called a run ID besides the usual names, by patterns of the whole name. */
  names?: string[];
  /** Names that look like run IDs and are not, such as `runId` where that is another system's. */
  ignore?: string[];
  /** Modules of the legacy service, by patterns of the end of their specifiers without extension. */
  legacyModules?: string[];
}

export const meta: { name: string; version: string; namespace: 'run-id' };

export const rules: Record<string, Rule.RuleModule>;

export const configs: {
  /** What is a fault wherever it is reported. */
  recommended: Linter.Config;
  /** And the truth of run IDs, formulas of whole ones, and what only observes. */
  strict: Linter.Config;
  /** Everything as a warning, and a count for each file. */
  migration: Linter.Config;
};
