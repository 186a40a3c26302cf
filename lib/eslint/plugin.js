'use strict';

const { version } = require('../../package.json');
const { presets } = require('./presets.js');

const rules = {
  'no-deprecated-helper': require('./rules/no-deprecated-helper.js'),
  'no-home-made-helper': require('./rules/no-home-made-helper.js'),
  'no-run-id-surgery': require('./rules/no-run-id-surgery.js'),
  'no-run-id-pattern': require('./rules/no-run-id-pattern.js'),
  'no-home-made-run-id': require('./rules/no-home-made-run-id.js'),
  'no-run-id-fallback': require('./rules/no-run-id-fallback.js'),
  'prefer-resolve-run-id': require('./rules/prefer-resolve-run-id.js'),
  'no-run-id-cast': require('./rules/no-run-id-cast.js'),
  'no-fuzzy-run-id-lookup': require('./rules/no-fuzzy-run-id-lookup.js'),
  'no-run-id-truthiness': require('./rules/no-run-id-truthiness.js'),
  'no-strip-then-add': require('./rules/no-strip-then-add.js'),
  'no-lost-client': require('./rules/no-lost-client.js'),
  'no-external-run-id': require('./rules/no-external-run-id.js'),
  'no-observe-left': require('./rules/no-observe-left.js'),
  'count-run-id-places': require('./rules/count-run-id-places.js'),
};

const meta = { name: 'unified-run-id/eslint', version, namespace: 'run-id' };
const configs = {};

// A literal, so that ES modules can import these names.
module.exports = { meta, rules, configs };

// The presets contain this very object: ESLint refuses two plugins with the same name.
Object.assign(configs, presets(module.exports));
