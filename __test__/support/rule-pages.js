'use strict';

// The pages of the ESLint rules: a header from `meta`, and a text that is written by hand. The table of docs/eslint.md.

const fs = require('node:fs');
const path = require('node:path');
const { configs, rules } = require('../../lib/eslint/plugin.js');

const DOCS = path.join(__dirname, '..', '..', 'docs');
const END = '<!-- Above: from meta, by scripts/document-rules.js -->';
const TABLE = /<!-- rules -->\n[^]*?<!-- end of rules -->/;

const pageOf = (rule) => path.join(DOCS, 'rules', `${rule}.md`);
const OVERVIEW = path.join(DOCS, 'eslint.md');

function headerOf(rule) {
  const { docs, fixable, hasSuggestions } = rules[rule].meta;
  const [first, ...others] = docs.description;
  const facts = [
    presetsOf(rule).length > 0 ? `In ${presetsOf(rule).map(quoted).join(', ')}.` : '',
    fixable ? 'Fixes what is safe to fix.' : '',
    hasSuggestions ? 'Has suggestions.' : '',
  ].filter(Boolean);
  return [`# ${rule}`, `${first.toUpperCase()}${others.join('')}.`, facts.join(' '), END].join('\n\n');
}

function presetsOf(rule) {
  return Object.keys(configs).filter((preset) => `run-id/${rule}` in configs[preset].rules);
}

const quoted = (text) => `\`${text}\``;

/** The page with the header as `meta` has it. */
function pageText(rule) {
  const text = fs.existsSync(pageOf(rule)) ? fs.readFileSync(pageOf(rule), 'utf8') : `${END}\n`;
  return headerOf(rule) + text.slice(text.indexOf(END) + END.length);
}

function overviewText() {
  const rows = Object.keys(rules).map((rule) => {
    const { docs, fixable, hasSuggestions } = rules[rule].meta;
    const help = [fixable && 'fix', hasSuggestions && 'suggestions'].filter(Boolean).join(', ');
    const presets = presetsOf(rule).map(quoted).join(', ');
    return `| [\`${rule}\`](rules/${rule}.md) | ${docs.description} | ${presets} | ${help} |`;
  });
  const table = ['| rule | does | in | has |', '|---|---|---|---|', ...rows].join('\n');
  return fs
    .readFileSync(OVERVIEW, 'utf8')
    .replace(TABLE, () => `<!-- rules -->\n\n${table}\n\n<!-- end of rules -->`);
}

/** Each file with the text that it should have. */
function pages() {
  return [
    ...Object.keys(rules).map((rule) => ({ file: pageOf(rule), text: pageText(rule) })),
    { file: OVERVIEW, text: overviewText() },
  ];
}

module.exports = { pages };
