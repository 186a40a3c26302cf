'use strict';

/** Statements that only declare: without a use, they can be removed. */
const DECLARATIONS = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'VariableDeclaration',
  'ImportDeclaration',
  'ExportNamedDeclaration',
]);

/** The statements of a module, and which others each of them uses. */
class TopLevel {
  #sourceCode;
  #references;

  constructor(sourceCode) {
    this.#sourceCode = sourceCode;
    this.statements = sourceCode.ast.body;
    this.#references = sourceCode.scopeManager.scopes.flatMap(({ references }) => references);
  }

  /** Whether a statement does something when the module is loaded. */
  isAct(statement) {
    if (statement.type === 'ImportDeclaration') return statement.specifiers.length === 0;
    return !DECLARATIONS.has(statement.type);
  }

  /** All statements that some nodes need: those that contain them or that they use, and what these use in turn. */
  closure(nodes) {
    const needed = new Set();
    const open = [...nodes];
    while (open.length > 0) {
      const node = open.pop();
      const own = this.#statementAt(node.range[0]);
      // An entry of an export is part of its statement.
      if (own === node) {
        if (needed.has(node)) continue;
        needed.add(node);
      }
      for (const statement of this.#usedBy(node)) if (!needed.has(statement)) open.push(statement);
    }
    return needed;
  }

  /** The first variable that stays, although only what is removed sets it or puts something into it. */
  sharedState(removed, stays) {
    const isRemoved = ({ identifier: { range } }) =>
      removed.some((node) => node.range[0] <= range[0] && range[1] <= node.range[1]);
    const filling = this.#references.filter(
      (reference) => reference.resolved !== null && isFilling(reference),
    );
    const found = filling.find(
      (reference) =>
        isRemoved(reference) &&
        reference.resolved.defs.some(({ name }) => stays.has(this.#statementAt(name.range[0]))) &&
        !filling.some((other) => other.resolved === reference.resolved && !isRemoved(other)),
    );
    return found?.identifier.name;
  }

  *#usedBy({ range: [start, end] }) {
    for (const { identifier, resolved } of this.#references) {
      if (identifier.range[0] < start || identifier.range[1] > end || resolved === null) continue;
      for (const { node, name } of resolved.defs) {
        const statement = this.#statementAt((name ?? node).range[0]);
        if (statement !== undefined) yield statement;
      }
    }
  }

  #statementAt(offset) {
    return this.statements.find(({ range }) => range[0] <= offset && offset < range[1]);
  }

  /** From the first comment that belongs to it to the end of its line. The file's header comment belongs to no statement. */
  rangeWithComments(statement) {
    const { text } = this.#sourceCode;
    let [start, end] = statement.range;
    for (const comment of this.#sourceCode.getCommentsBefore(statement).toReversed()) {
      const between = text.slice(comment.range[1], start);
      const isHead = statement === this.statements[0] && comment.type === 'Block';
      if (/\n\s*\n/.test(between) || isHead || !isAlone(text, comment.range[0])) break;
      [start] = comment.range;
    }
    while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
    const rest = /^[ \t;]*(?:\/\/[^\r\n]*|\/\*.*?\*\/[ \t]*)?\r?\n?/.exec(text.slice(end));
    // What stands before it on the line keeps its line end.
    const tail = rest?.[0] ?? '';
    end += (isAlone(text, start) ? tail : tail.replace(/\r?\n$/, '')).length;
    return [start, end];
  }

  /** Where the first statement begins that is not a directive. */
  firstRange() {
    const first = this.statements.find(({ directive }) => directive === undefined);
    return first.range;
  }
}

const FILLING = new Set(['add', 'push', 'set', 'splice', 'unshift']);

/** Whether a reference sets the variable, or puts something into what it holds. */
function isFilling(reference) {
  if (reference.isWrite()) return reference.init !== true;
  const { parent } = reference.identifier;
  if (parent.type !== 'MemberExpression' || parent.object !== reference.identifier) return false;
  const user = parent.parent;
  return user.type === 'CallExpression' ? FILLING.has(parent.property.name) : user.left === parent;
}

function isAlone(text, offset) {
  return /(?:^|\n)[ \t]*$/.test(text.slice(0, offset));
}

module.exports = { TopLevel };
