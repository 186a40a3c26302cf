'use strict';

// How names and values get into the text of a statement that takes no parameters.

/** A schema's name as the prefix of a table; empty for the connection's current schema. */
function prefixOf(schema) {
  return schema === undefined ? '' : `"${schema.replaceAll('"', '""')}".`;
}

function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A value, written as its bytes, so that nothing in it can be taken for SQL. */
function literal(value) {
  if (typeof value === 'boolean') return String(value);
  if (value === null) return 'NULL';
  return `convert_from(decode('${Buffer.from(value).toString('hex')}', 'hex'), 'UTF8')`;
}

/** Several statements sent as one; each sees what was committed before it. */
function blockOf(body) {
  let tag = '$block$';
  while (body.includes(tag)) tag = `${tag.slice(0, -1)}_$`;
  return `DO ${tag}${body}${tag}`;
}

module.exports = { blockOf, literal, prefixOf, quoted };
