import js from '@eslint/js';
import eslintPlugin from 'eslint-plugin-eslint-plugin';
import globals from 'globals';

export default [
  { ignores: ['target/', 'build/', 'prebuilds/', 'dist/', 'fuzz/', '__test__/types/', '__test__/legacy/'] },
  js.configs.recommended,
  {
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: globals.node },
  },
  {
    // Functions in it run in the browser.
    files: ['__test__/*page.test.js', '__test__/support/pages.js', 'bench/page.js', 'scripts/screenshots.js'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['__test__/hosts/projects/jest/*.js'],
    languageOptions: { globals: globals.jest },
  },
  {
    files: ['__test__/hosts/projects/next/app/**'],
    languageOptions: {
      sourceType: 'module',
      globals: globals.node,
      parserOptions: { ecmaFeatures: { jsx: true } },
    },
  },
  {
    files: ['lib/page/*.js'],
    languageOptions: { sourceType: 'module', globals: globals.browser },
  },
  { files: ['lib/eslint/rules/*.js'], ...eslintPlugin.configs.recommended },
  {
    files: ['lib/eslint/rules/*.js'],
    // Suggestions that call a function are made in one place for all rules, which this one does not see.
    rules: { 'eslint-plugin/no-unused-message-ids': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { sourceType: 'module', globals: globals.node },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
];
