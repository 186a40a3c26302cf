'use strict';

const { keyOf, literalText, operandsOf, rootOf, unwrap, wrapped } = require('../expressions.js');
const { importFor } = require('../import-addition.js');
const { isNothing } = require('../fallback.js');
const { page } = require('../page.js');
const {
  isAnyRead,
  isDecorated,
  isReadByDecorator,
  isRequestPart,
  isRequestRead,
  isSource,
} = require('../request.js');
const { sourceOf } = require('../source.js');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'require resolveRunId() for reading the run ID of a request',
      url: page('prefer-resolve-run-id'),
    },
    hasSuggestions: true,
    messages: {
      read: "A run ID read straight from a request is unchecked: it can be an array, an object, empty, or another client's. Use resolveRunId(req, { generate: false }), or a boundary of unified-run-id.",
      resolve: 'Replace with {{call}}. What falls through today, such as an empty string, will then throw.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};
    const chains = new Set();

    return {
      MemberExpression: check,
      CallExpression: check,
      ObjectPattern: checkPattern,
      Decorator(node) {
        if (isReadByDecorator(source, node)) source.report(context, { node, messageId: 'read' });
      },
    };

    function check(node) {
      if (!isRequestRead(source, node)) return;
      const chain = chainAround(node);
      if (chains.has(chain)) return;
      chains.add(chain);
      if (isHarmless(node, chain)) return;
      source.report(context, { node: chain, messageId: 'read', suggest: suggestions(node, chain) });
    }

    function isHarmless(node, chain) {
      const outer = wrapped(chain);
      const { parent } = outer;
      if (source.isChecked(outer) || source.isLogged(outer)) return true;
      if (parent.type === 'AssignmentExpression' && parent.left === outer) return true;
      if (parent.type === 'UnaryExpression') return true;
      return isAsked(outer);
    }

    /** Whether only its truthiness is used, which belongs to no-run-id-truthiness. */
    function isAsked(outer) {
      const { parent } = outer;
      if (parent.type === 'LogicalExpression' && parent.operator === '&&')
        return parent.left === outer || isAsked(wrapped(parent));
      return /^(?:If|While)Statement$|^ConditionalExpression$/.test(parent.type) && parent.test === outer;
    }

    /** The whole of `req.query.runId || (req.body && req.body.runId)`. */
    function chainAround(node) {
      let chain = node;
      for (let depth = 0; depth < 50; depth++) {
        const { parent } = wrapped(chain);
        const isChain = parent?.type === 'LogicalExpression' && parent.operator !== '&&';
        const isOfReads =
          /^(?:Logical|Conditional)Expression$/.test(parent?.type) && isAnyRead(source, parent);
        if (!isChain && !isOfReads) break;
        chain = parent;
      }
      return chain;
    }

    /** `const { runId } = req.body`, and the same in a pattern within a pattern. */
    function checkPattern(node) {
      const property = node.properties.find(
        (candidate) => candidate.type === 'Property' && isSource(source, keyOf(candidate) ?? ''),
      );
      if (property === undefined || !isOfRequest(node)) return;
      source.report(context, {
        node: property,
        messageId: 'read',
        suggest: suggestDeclaration(node, property),
      });
    }

    function isOfRequest(pattern) {
      let { parent } = pattern;
      if (isDecorated(pattern)) return true;
      if (parent.type === 'AssignmentPattern') parent = parent.parent;
      if (parent.type === 'VariableDeclarator')
        return parent.init !== null && isRequestPart(source, parent.init);
      if (parent.type === 'AssignmentExpression') return isRequestPart(source, parent.right);
      return parent.type === 'Property' && isPartProperty(parent);
    }

    /** `const { body: { runId } } = req`, `({ query: { runId } }, res) => …` */
    function isPartProperty(property) {
      if (!/^(?:query|body)$/.test(keyOf(property) ?? '')) return false;
      const holder = property.parent.parent;
      if (holder.type === 'VariableDeclarator')
        return /^(?:req|request)$/.test(rootOf(holder.init)?.name ?? '');
      return /Function/.test(holder.type) && holder.params[0] === property.parent && holder.params.length > 1;
    }

    function suggestions(node, chain) {
      const request = requestOf(node);
      if (request === undefined) return [];
      const options = endsInMint(chain) ? '' : ', { generate: false }';
      if (!isReadOnly(chain)) return [];
      return suggest(chain, request, options, (text) => text);
    }

    /** Whether only a request and a new ID are involved: any other source must not get lost. */
    function isReadOnly(chain) {
      const operands = operandsOf(chain);
      return operands.every(
        (operand, index) =>
          isAnyRead(source, operand) ||
          isNothing(operand) ||
          (index === operands.length - 1 && source.isMint(operand)),
      );
    }

    function endsInMint(chain) {
      const inner = unwrap(chain);
      return inner.type === 'LogicalExpression' && source.isMint(inner.right);
    }

    function suggestDeclaration(pattern, property) {
      const declarator = pattern.parent;
      if (declarator.type !== 'VariableDeclarator' || pattern.properties.length > 1) return [];
      if (property.value.type !== 'Identifier' || declarator.parent.declarations.length > 1) return [];
      const request = requestOf(declarator.init);
      if (request === undefined) return [];
      return suggest(
        declarator,
        request,
        ', { generate: false }',
        (text) => `${property.value.name} = ${text}`,
      );
    }

    function requestOf(node) {
      const inner = unwrap(node);
      const part = unwrap(
        literalText(inner.property) === undefined && !source.names.isRunId(keyOf(inner) ?? '')
          ? inner
          : inner.object,
      );
      const holder = part?.type === 'MemberExpression' ? unwrap(part.object) : undefined;
      return holder?.type === 'Identifier' && /^(?:req|request)$/.test(holder.name) ? holder.name : undefined;
    }

    function suggest(node, request, options, write) {
      const added = importFor(source, 'resolveRunId', node);
      if (added === undefined) return [];
      const call = `(${request}${options})`;
      return [
        {
          messageId: 'resolve',
          data: { call: `resolveRunId${call}` },
          fix: (fixer) => [...added.fix(fixer), fixer.replaceText(node, write(`${added.text}${call}`))],
        },
      ];
    }
  },
};
