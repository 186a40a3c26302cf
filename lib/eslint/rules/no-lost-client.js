'use strict';

const { literalText, nameOf, unwrap } = require('../expressions.js');
const { isNothing } = require('../fallback.js');
const { suggestCall } = require('../import-addition.js');
const { page } = require('../page.js');
const { sourceOf } = require('../source.js');
const { wordsOf } = require('../words.js');

/** Functions with a single parameter. */
const SINGLE = new Set([
  'normalizeRunId',
  'getNormalizedRunId',
  'parseRunId',
  'getBaseRunId',
  'getClientId',
  'isRunId',
  'isBaseRunId',
  'isClientRunId',
]);

const CLIENT_WORDS = new Set([
  'client',
  'clients',
  'tenant',
  'customer',
  'account',
  'organisation',
  'organization',
  'org',
  'c',
  'cid',
]);

/** Names of jobs and places, which are not clients. */
const LABEL = /^(?:[a-z][a-z0-9]*(?:[-_ ][a-z0-9]+)*)$/;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow arguments that drop the client, or turn a label into one',
      url: page('no-lost-client'),
    },
    hasSuggestions: true,
    messages: {
      dropped:
        "{{name}}() takes only a run ID: the client would be dropped, and the client's row stored under the base. Use clientRunIdFor(runId, clientId).",
      label:
        "generateTimestampRunId() used to ignore its argument, which now is the client: {{argument}} would become one. A job's ID has no client: generateTimestampRunId().",
      call: 'Replace with {{call}}.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    return {
      CallExpression(node) {
        const name = source.calledName(node);
        if (SINGLE.has(name)) checkSingle(node, name);
        else if (name === 'generateTimestampRunId') checkLabel(node);
      },
    };

    function checkSingle(node, name) {
      const [runId, client] = node.arguments;
      if (client === undefined || runId.type === 'SpreadElement' || isNothing(client)) return;
      const isTelling = name === 'normalizeRunId' || name === 'getNormalizedRunId';
      if (!isTelling && source.providerOf(node.callee) === undefined) return;
      const args = `${source.code.getText(runId)}, ${source.code.getText(client)}`;
      source.report(context, {
        node,
        messageId: 'dropped',
        data: { name },
        suggest:
          /ormalized?RunId$/.test(name) && node.arguments.length === 2 && isClient(client)
            ? suggestCall(source, node, 'clientRunIdFor', args)
            : [],
      });
    }

    function checkLabel(node) {
      const [argument] = node.arguments;
      if (
        argument === undefined ||
        argument.type === 'SpreadElement' ||
        isNothing(argument) ||
        isClient(argument)
      )
        return;
      if (source.bindings.functionOf(node.callee) !== undefined) return;
      source.report(context, {
        node,
        messageId: 'label',
        data: { argument: source.code.getText(argument).slice(0, 40) },
        suggest: suggestCall(source, node, 'generateTimestampRunId', ''),
      });
    }

    /** Whether an argument is a client, by its name or its text. */
    function isClient(node) {
      const text = literalText(node);
      if (text !== undefined) return !LABEL.test(text) || !isLabel(text);
      const inner = unwrap(node);
      if (/^(?:Literal|TemplateLiteral|ObjectExpression)$/.test(inner.type)) return false;
      if (wordsOf(source.code.getText(inner).slice(0, 90)).some((word) => CLIENT_WORDS.has(word)))
        return true;
      const name = nameOf(inner);
      if (name === undefined) return true;
      return !wordsOf(name).some((word) => JOB_WORDS.has(word));
    }
  },
};

const JOB_WORDS = new Set(
  (
    'all batch job jobs label prefix stream task type kind source script name worker cron nightly daily master manual system run process ' +
    'webhook post scoring scorer harvest harvester smart resume test mode operation purpose service'
  ).split(' '),
);

function isLabel(text) {
  return wordsOf(text).some((word) => JOB_WORDS.has(word));
}
