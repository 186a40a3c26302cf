'use strict';

// Applies the suggestions of the rules as a person would who accepts each: one, then the file is read again, since two that
// are right alone may overlap.

const MOST_OF_A_FILE = 200;

/** The first report that has a suggestion, and that suggestion. */
function firstSuggestion(messages) {
  const report = messages.find(({ suggestions = [] }) => suggestions.length > 0);
  return report && { rule: report.ruleId, ...report.suggestions[0] };
}

const withFix = (text, { fix: { range, text: replacement } }) =>
  text.slice(0, range[0]) + replacement + text.slice(range[1]);

/** The text of a file when no rule suggests any more, and how often each rule did. */
async function withSuggestions(eslint, filePath, text) {
  const applied = [];
  for (;;) {
    const [{ messages }] = await eslint.lintText(text, { filePath });
    const broken = messages.find(({ fatal }) => fatal);
    if (broken) throw new Error(`${filePath}:${broken.line}: ${broken.message} after ${applied.at(-1)}`);
    const suggestion = firstSuggestion(messages);
    if (suggestion === undefined) return { text, applied };
    if (applied.length === MOST_OF_A_FILE) throw new Error(`${filePath}: no end of ${suggestion.rule}`);
    text = withFix(text, suggestion);
    applied.push(suggestion.rule);
  }
}

module.exports = { withSuggestions };
