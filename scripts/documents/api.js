'use strict';

// The API, from the declarations of each entry: what an editor shows, on one page.

const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');
const manifest = require('../../package.json');
const { table } = require('./table.js');

const ROOT = path.join(__dirname, '..', '..');

const HEAD = `# API

<!-- Written by scripts/document.js. -->

Every entry of the package with its functions, classes and types, as the declarations have them. How they belong together is in
the [guide](guide.md) and the [cookbook](cookbook.md).
`;

/** The entries that code imports, each with its declarations. */
const ENTRIES = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([name, { types }]) => ({ name: name.replace('.', manifest.name), file: path.join(ROOT, types) }));

function text() {
  const anchors = new Anchors('API');
  const pages = ENTRIES.map(({ name, file }) => {
    const declarations = fs.readFileSync(file, 'utf8');
    return new Entry(name, ts.createSourceFile(file, declarations, ts.ScriptTarget.Latest, true), anchors);
  });
  const contents = pages.map((page) => page.contents()).join('\n');
  return `${[HEAD.trimEnd(), contents, ...pages.map((page) => page.text())].join('\n\n')}\n`;
}

/** The anchors of headings in their order, as GitHub generates them: a repeated one gets a number. */
class Anchors {
  #taken = new Map();

  constructor(title) {
    this.next(title);
  }

  next(title) {
    const anchor = title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
    const before = this.#taken.get(anchor) ?? 0;
    this.#taken.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  }
}

class Entry {
  constructor(name, source, anchors) {
    this.name = name;
    this.source = source;
    this.anchor = anchors.next(name);
    this.members = membersOf(source);
    for (const member of this.members) {
      member.anchor = anchors.next(member.name);
      for (const title of member.methods) anchors.next(title);
    }
  }

  contents() {
    const values = this.members.filter(({ isType }) => !isType);
    const links = values.map(({ name, anchor }) => `[\`${name}\`](#${anchor})`);
    return `- [${this.name}](#${this.anchor}): ${links.join(', ')}`;
  }

  text() {
    const opening = openingOf(this.source);
    return [
      `## ${this.name}`,
      ...(opening === '' ? [] : [opening]),
      ...this.members.map((member) => member.text),
    ].join('\n\n');
  }
}

/** What is exported, overloads together, values before types. */
function membersOf(source) {
  const members = new Map();
  const whole = source.statements.find(ts.isExportAssignment)?.expression.getText();
  for (const node of source.statements) {
    const name = nameOf(node);
    if (name === undefined || !(isExported(node) || name === whole)) continue;
    members.set(name, [...(members.get(name) ?? []), node]);
  }
  const described = [...members].map(([name, nodes]) => ({
    name,
    isType: nodes.every((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)),
    text: sectionOf(name, nodes),
  }));
  for (const member of described) {
    member.methods = [...member.text.matchAll(/^#### (.+)$/gm)].map(([, title]) => title);
  }
  return [...described.filter(({ isType }) => !isType), ...described.filter(({ isType }) => isType)];
}

function nameOf(node) {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0].name.text;
  return node.name?.text;
}

function isExported(node) {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function sectionOf(name, nodes) {
  const [first] = nodes;
  const { says, tags } = documentationOf(first);
  const parts = [`### ${name}`, code('ts', nodes.map(signatureOf).join('\n'))];
  if (tags.deprecated !== undefined) parts.push(`**Deprecated.** ${tags.deprecated.join(' ')}`);
  if (says !== '') parts.push(says);
  parts.push(...tagTexts(tags));
  const members = memberRows(first);
  if (members.length > 0) parts.push(table(['member', 'what it is'], members));
  if (ts.isClassDeclaration(first)) parts.push(...first.members.flatMap(methodOf));
  return parts.join('\n\n');
}

function tagTexts(tags) {
  const texts = [];
  if (tags.param !== undefined) texts.push(tags.param.map((one) => `- ${one}`).join('\n'));
  if (tags.throws !== undefined) texts.push(`Throws ${tags.throws.join('; ')}.`.replace(/\.\.$/, '.'));
  if (tags.returns !== undefined) texts.push(`Returns ${tags.returns.join(' ')}`);
  // Decorators are TypeScript, and occur only in a class.
  for (const example of tags.example ?? [])
    texts.push(/(^|\()@\w/.test(example) ? code('ts', example) : code('js', example));
  return texts;
}

function code(language, body) {
  return `\`\`\`${language}\n${body}\n\`\`\``;
}

/** A declaration without its comments; for a class or an interface only its first line, because its members follow. */
function signatureOf(node) {
  const source = node.getSourceFile();
  const whole = source.text.slice(node.getStart(source), node.end);
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) {
    return `${whole
      .slice(0, node.members.pos - node.getStart(source))
      .trimEnd()
      .replace(/\{$/, '')}{ … }`.replace(/^(export )?(default )?(declare )?/, '');
  }
  return withoutComments(whole).replace(/^(export )?(default )?(declare )?/, '');
}

function withoutComments(declaration) {
  return declaration.replace(/^[ \t]*\/\*\*[^]*?\*\/\n/gm, '').replace(/\/\*\*[^]*?\*\/\s*/g, '');
}

/** What the comment before a node says, and its tags by name. */
function documentationOf(node) {
  const [comment] = (node.jsDoc ?? []).slice(-1);
  const tags = {};
  for (const tag of comment?.tags ?? []) {
    const name = tag.tagName.text;
    (tags[name] ??= []).push(name === 'example' ? exampleOf(tag, comment) : tagText(tag));
  }
  return { says: plain(ts.getTextOfJSDocComment(comment?.comment) ?? ''), tags };
}

/** A link to a type becomes its name. */
function plain(words) {
  return words.replace(/\{@link ([^}|]+?)\s*(?:\|[^}]*)?\}/g, '`$1`').trim();
}

function tagText(tag) {
  const words = plain(ts.getTextOfJSDocComment(tag.comment) ?? '').replaceAll('\n', ' ');
  if (tag.name !== undefined) return `\`${tag.name.getText()}\`: ${words}`;
  const type = tag.typeExpression?.type.getText();
  return type === undefined ? words : `\`${type}\`${words === '' ? '' : ` ${words}`}`;
}

/** From the source: the comment parser trims indentation, and treats a decorator as a tag. */
function exampleOf(tag, comment) {
  const text = tag
    .getSourceFile()
    .text.slice(tag.pos, comment.end)
    .replace(/^\s*@example|\*\/$/g, '');
  const [own] = text.split(/^\s*\* @(?:param|throws|returns|example|deprecated)\b/m);
  return own
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}

/** The properties of an interface or a class. */
function memberRows(node) {
  if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return [];
  return node.members
    .filter(
      (member) =>
        ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) || ts.isMethodSignature(member),
    )
    .filter((member) => member.name !== undefined)
    .map((member) => [
      `\`${withoutComments(member.getText())
        .replace(/^readonly /, '')
        .replace(/;$/, '')
        .replace(/\s+/g, ' ')}\``,
      documentationOf(member).says.replaceAll('\n', ' '),
    ]);
}

/** A method of a class; with overloads, the first has the comment. */
function methodOf(member) {
  const isCalled = ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member);
  const isPrivate = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ?? false;
  if (!isCalled || isPrivate) return [];
  const { says, tags } = documentationOf(member);
  const name = ts.isConstructorDeclaration(member) ? 'constructor' : member.name.getText();
  const parts = [code('ts', withoutComments(member.getText()))];
  if (says !== '' || Object.keys(tags).length > 0) parts.unshift(`#### ${name}`);
  if (says !== '') parts.push(says);
  return [...parts, ...tagTexts(tags)];
}

/** The comment at the top of a file, if it is about the file. */
function openingOf(source) {
  const [range] = ts.getLeadingCommentRanges(source.text, 0) ?? [];
  if (range === undefined) return '';
  const first = source.statements[0]?.jsDoc?.at(-1);
  const comment = source.text.slice(range.pos, range.end);
  if (
    !comment.startsWith('/**') ||
    (first !== undefined && first.pos === range.pos && isExported(source.statements[0]))
  )
    return '';
  return plain(
    comment
      .replace(/^\/\*\*|\*\/$/g, '')
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, ''))
      .join('\n'),
  );
}

module.exports = { file: 'docs/api.md', text };
