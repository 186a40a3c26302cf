'use strict';

const { calleeName, keyOf, receiver, unwrap, wrapped } = require('./expressions.js');

/** Methods that take a text apart, compare a part of it or change it. */
const METHODS = new Set(
  (
    'at charAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match matchAll normalize padEnd padStart ' +
    'replace replaceAll search slice split startsWith substr substring toLocaleLowerCase toLocaleUpperCase toLowerCase ' +
    'toUpperCase trim trimEnd trimStart'
  ).split(' '),
);

/** Further ones in libraries such as lodash and Ramda. */
const FUNCTIONS = new Set(
  (
    'camelCase capitalize chunk deburr drop dropLast dropRight dropWhile head initial init kebabCase last lowerCase lowerFirst nth pad ' +
    'snakeCase splitAt startCase tail take takeLast takeRight takeWhile test toLower toUpper truncate upperCase upperFirst ' +
    'words'
  ).split(' '),
);

const LIBRARY = /^(?:lodash|underscore|ramda|rambda|remeda|radash|voca|es-toolkit|just-)/;

/** The usual names of these libraries if no import shows where they come from. */
const LIBRARY_NAMES = new Set(['_', 'R', 'lodash']);

/** The call of a function of such a library as `{ name, args }`, also of `R.split('-')(runId)`. */
function utilityCall(source, call) {
  const callee = unwrap(call.callee);
  if (callee?.type === 'CallExpression') {
    const inner = utilityCall(source, callee);
    return inner && { name: inner.name, args: [...inner.args, ...call.arguments] };
  }
  const origin = source.originOf(callee);
  const object = receiver(call);
  if (origin !== undefined) {
    if (!LIBRARY.test(origin.module)) return undefined;
    const name = origin.name === '*' ? origin.module.replace(/^.*\//, '') : origin.name;
    return { name, args: call.arguments };
  }
  if (object?.type !== 'Identifier' || !LIBRARY_NAMES.has(object.name)) return undefined;
  return { name: calleeName(call), args: call.arguments };
}

/** What a call does to a text: the method's name, and the text, preferably the run ID. */
function textWorkOf(source, call) {
  const utility = utilityCall(source, call);
  if (utility !== undefined) {
    const { name, args } = utility;
    const text = args.find((argument) => source.isRunId(argument));
    return text && (METHODS.has(name) || FUNCTIONS.has(name)) ? { name, text } : undefined;
  }
  const object = receiver(call);
  const name = calleeName(call);
  if (object === undefined) return undefined;
  if ((name === 'call' || name === 'apply') && object.type === 'MemberExpression' && isPrototype(object)) {
    const method = keyOf(object);
    return METHODS.has(method) ? { name: method, text: call.arguments[0] } : undefined;
  }
  if (name === 'from' && object.name === 'Array') return { name: 'Array.from', text: call.arguments[0] };
  return METHODS.has(name) && !isOrder(name, call) ? { name, text: object } : undefined;
}

/** Whether IDs are sorted, which is harmless; `localeCompare` must not decide whether two of them are equal. */
function isOrder(name, call) {
  const { parent } = wrapped(call);
  return (
    name === 'localeCompare' && !(parent.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator))
  );
}

/** `String.prototype.slice` */
function isPrototype({ object }) {
  const holder = unwrap(object);
  return holder.type === 'MemberExpression' && keyOf(holder) === 'prototype';
}

module.exports = { textWorkOf, utilityCall };
