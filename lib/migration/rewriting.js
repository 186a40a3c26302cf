'use strict';

// A helper module as a re-export of the package: its exports under a name of the package are removed, with everything that
// only they used; the rest stays as it is written.

const { exportsOf } = require('./exports.js');
const { TopLevel } = require('./top-level.js');

const PACKAGE = "require('unified-run-id')";
/** Characters of a line before its semicolon. */
const MAX_LINE = 99;

const DIRECTIVE = /^\s*(?:eslint|istanbul|c8|v8)\b/;

/**
 * @param sourceCode of ESLint
 * @param {Set<string>} names of the package
 * @param {(source: string) => boolean} isReexport whether a required module has the package's names
 * @returns null if the module exports none of the names
 */
function rewritten(sourceCode, names, isReexport) {
  const found = exportsOf(sourceCode.ast, isReexport, sourceCode);
  if (found === null) return null;
  const replaced = found.entries.filter(({ name }) => names.has(name));
  const kept = found.entries.filter(({ name }) => !names.has(name));
  if (replaced.length === 0 && found.spread === null) return null;
  const told = {
    form: found.spread === null ? 'helpers' : 'spread',
    replaced: replaced.map(({ name }) => name),
    kept: kept.map(({ name }) => name),
  };
  const byHand = (reason) => ({ ...told, text: null, reason, lostComments: 0 });
  if (found.reason !== null) return byHand(found.reason);
  const { edits, shared } = helperEdits(sourceCode, found, replaced, kept);
  if (shared !== undefined) return byHand(`what it keeps shares ${shared} with the helpers`);
  const lostComments = sourceCode
    .getAllComments()
    .filter((comment) => isWithin(comment, edits) && !DIRECTIVE.test(comment.value)).length;
  return { ...told, text: applied(sourceCode, edits), reason: null, lostComments };
}

/** The text that replaces the helpers, and the name of a variable that only they would have changed. */
function helperEdits(sourceCode, { form, statements, spread }, replaced, kept) {
  const top = new TopLevel(sourceCode);
  const stays = top.closure([
    ...kept.map(({ node }) => node),
    ...(spread === null ? [] : [spread]),
    ...top.statements.filter((statement) => !statements.includes(statement) && top.isAct(statement)),
  ]);
  const unused = top.statements.filter(
    (statement) => replaced.length > 0 && !statements.includes(statement) && !stays.has(statement),
  );
  const edits = unused.map((statement) => ({ range: top.rangeWithComments(statement), text: '' }));
  const gone = new Set(replaced.map(({ statement }) => statement));
  switch (form) {
    case 'object': {
      const [statement] = statements;
      // `{ ...require('./service.js'), own }` would drop the names that are not enumerable.
      const text = assigned(
        spread === null ? PACKAGE : sourceCode.getText(spread),
        kept.map(({ node }) => sourceCode.getText(node)),
        eolOf(sourceCode),
      );
      edits.push({ range: statement.range, text: `module.exports = ${text};` });
      break;
    }
    case 'members': {
      const [first, ...others] = [...gone];
      const text =
        kept.length === 0
          ? `module.exports = ${PACKAGE};`
          : `Object.setPrototypeOf(module.exports, ${PACKAGE});`;
      edits.push({ range: first.range, text });
      edits.push(...others.map((statement) => ({ range: top.rangeWithComments(statement), text: '' })));
      break;
    }
    default: {
      // The module's own export of a name hides that of the package.
      edits.push({ range: top.firstRange(), text: "export * from 'unified-run-id';", isInserted: true });
      for (const statement of gone) edits.push(exportEdit(sourceCode, top, statement, kept));
    }
  }
  return { edits, shared: top.sharedState([...unused, ...replaced.map(({ node }) => node)], stays) };
}

function assigned(base, properties, eol) {
  if (properties.length === 0) return base;
  const call = `Object.assign(Object.create(${base}), {`;
  const line = `${call} ${properties.join(', ')} })`;
  if (line.length <= MAX_LINE && !line.includes('\n')) return line;
  return `${call}${eol}${properties.map((property) => `  ${property},${eol}`).join('')}})`;
}

/** The names in `export { a, b }` that stay. */
function exportEdit(sourceCode, top, statement, kept) {
  const specifiers = kept.filter((entry) => entry.statement === statement);
  if (specifiers.length === 0) return { range: top.rangeWithComments(statement), text: '' };
  const names = specifiers.map(({ specifier }) => sourceCode.getText(specifier)).join(', ');
  return { range: statement.range, text: `export { ${names} };` };
}

function isWithin({ range }, edits) {
  return edits.some(
    (edit) => edit.isInserted !== true && edit.range[0] <= range[0] && range[1] <= edit.range[1],
  );
}

function eolOf({ text }) {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/**
 * The file with its line ends and its byte order mark, and without directives for lines that are gone. Edits may overlap:
 * two statements of one line share the space between them, and the first statement may be removed where text is inserted.
 */
function applied(sourceCode, edits) {
  const { text } = sourceCode;
  const eol = eolOf(sourceCode);
  const ordered = [...edits].sort((one, other) => one.range[0] - other.range[0]);
  let result = '';
  let at = 0;
  for (const { range, text: put, isInserted } of ordered) {
    const [start, end] = isInserted === true ? [range[0], range[0]] : range;
    result += text.slice(at, start) + put + (isInserted === true ? eol + eol : '');
    at = Math.max(at, end);
  }
  result += text.slice(at);
  const clean = result
    .replace(/(?:\r?\n){3,}/g, eol + eol)
    .replace(/^(?:[ \t]*\r?\n)+/, '')
    .replace(/(\r?\n)(?:\r?\n)+$/, '$1');
  return `${sourceCode.hasBOM ? '\ufeff' : ''}${clean}`;
}

module.exports = { rewritten };
