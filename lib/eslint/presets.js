'use strict';

const NAMESPACE = 'run-id';

/** Rules that report only faults. */
const RECOMMENDED = [
  'no-deprecated-helper',
  'no-home-made-helper',
  'no-run-id-surgery',
  'no-run-id-pattern',
  'no-home-made-run-id',
  'no-run-id-fallback',
  'prefer-resolve-run-id',
  'no-run-id-cast',
  'no-fuzzy-run-id-lookup',
  'no-strip-then-add',
  'no-lost-client',
  'no-external-run-id',
];

/** Rules against code that is harmless once each ID is checked on arrival, and against observing calls that remain. */
const STRICT = ['no-run-id-truthiness', 'no-observe-left'];

const FORMULAS = { 'no-fuzzy-run-id-lookup': { formulas: true } };

/** The plugin's configurations, which refer to it. */
function presets(plugin) {
  const config = (name, severity, rules, options = {}) => ({
    name: `${NAMESPACE}/${name}`,
    plugins: { [NAMESPACE]: plugin },
    rules: Object.fromEntries(
      rules.map((rule) => [
        `${NAMESPACE}/${rule}`,
        options[rule] === undefined ? severity : [severity, options[rule]],
      ]),
    ),
  });
  return {
    recommended: config('recommended', 'error', RECOMMENDED),
    strict: config('strict', 'error', [...RECOMMENDED, ...STRICT], FORMULAS),
    // The count comes last, when the others have reported.
    migration: config(
      'migration',
      'warn',
      [...RECOMMENDED, 'no-run-id-truthiness', 'count-run-id-places'],
      FORMULAS,
    ),
  };
}

module.exports = { presets };
