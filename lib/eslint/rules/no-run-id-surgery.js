'use strict';

const { cutOf, stripThenAdd } = require('../base.js');
const {
  calleeName,
  functionAround,
  functionName,
  isFunction,
  keyOf,
  literalText,
  nameOf,
  partsOf,
  receiver,
  unwrap,
  wrapped,
} = require('../expressions.js');
const { suggestCall } = require('../import-addition.js');
const { page } = require('../page.js');
const { describesRunIds } = require('../pattern.js');
const { isPartialMatch } = require('../lookup.js');
const { sourceOf } = require('../source.js');
const { textWorkOf, utilityCall } = require('../text-work.js');
const { wordsOf } = require('../words.js');

const CHECKING = new Set(['normalizeRunId', 'getNormalizedRunId', 'parseRunId']);

/** Names of texts that are not IDs. */
const OTHER_USE = new Set(
  (
    'file filename path dir directory folder url uri href link endpoint route title label message msg text html css class selector ' +
    'element channel topic queue event lock tag branch prefix name subject heading caption description header headers logger cookie summary note notes reason line sql command cmd args'
  ).split(' '),
);

/** Ends in a file's extension. */
const FILE = /\.[a-z][a-z0-9]{1,4}(?:\.gz)?$/;

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: {
      description: 'disallow taking run IDs apart and putting them together as strings',
      url: page('no-run-id-surgery'),
    },
    hasSuggestions: true,
    messages: {
      method:
        '{{method}} treats a run ID as plain text: client IDs can contain hyphens too, and the result may be another ID or none. Use getBaseRunId(runId), getClientId(runId) or parseRunId(runId) for the parts, and === to compare.',
      join: 'A run ID put together as a string can contain a client twice, or another client. Use clientRunIdFor(runId, clientId); as a key, use the run ID itself or nested maps.',
      call: 'Replace with {{call}}.',
    },
    schema: [],
  },

  create(context) {
    const source = sourceOf(context);
    if (!source.isOfInterest) return {};

    return {
      CallExpression(node) {
        checkMethod(node);
        checkTest(node);
        checkJoin(node);
      },
      SpreadElement: checkSpread,
      MemberExpression: checkCharacter,
      TemplateLiteral: checkParts,
      BinaryExpression(node) {
        if (node.operator === '+') checkParts(node);
      },
      AssignmentExpression(node) {
        if (node.operator === '+=' && source.isRunId(node.left) && !source.clock.isIn(node.right))
          reportJoin(node);
      },
    };

    function checkMethod(node) {
      const work = textWorkOf(source, node);
      if (work === undefined) return;
      const { name, text: worked } = work;
      if (!source.isRunId(worked) && !isTakenAsRunId(node)) return;
      if (isOwnMethod(worked) || isPartialMatch(source, node)) return;
      const whole = longestCut(node);
      const cut = cutOf(source, whole);
      const text = cut && source.code.getText(cut.runId);
      source.report(context, {
        node,
        messageId: 'method',
        data: { method: `${name}()` },
        suggest: cut
          ? suggestCall(source, whole, cut.part === 'base' ? 'getBaseRunId' : 'getClientId', text)
          : [],
      });
    }

    /** If the value already comes from a text method, that one has been reported. */
    function isOwnMethod(text) {
      const inner = unwrap(text);
      const work = inner?.type === 'CallExpression' ? textWorkOf(source, inner) : undefined;
      return work !== undefined && source.isRunId(work.text);
    }

    /** `normalizeRunId(text.replace(PREFIX, ''))` */
    function isTakenAsRunId(node) {
      const { parent } = wrapped(node);
      return (
        parent.type === 'CallExpression' &&
        parent.arguments[0] === wrapped(node) &&
        CHECKING.has(calleeName(parent))
      );
    }

    /** `/x/.test(runId)` */
    function checkTest(node) {
      const name = calleeName(node);
      const object = receiver(node);
      if (object === undefined || (name !== 'test' && name !== 'exec') || !source.isRunId(node.arguments[0]))
        return;
      if (object.type === 'Literal' && object.regex && describesRunIds(object.regex.pattern)) return;
      if (/PATTERN/.test(source.code.getText(object))) return;
      source.report(context, { node, messageId: 'method', data: { method: `${name}()` } });
    }

    /** `[runId, clientId].join('-')`, `format('%s-%s', runId, clientId)` */
    function checkJoin(node) {
      if (partsOf(node).length > 1) {
        if (calleeName(node) !== 'concat') checkParts(node);
        return;
      }
      const [list, separator] = joinOf(node);
      if (list?.type !== 'ArrayExpression' || list.elements.length < 2) return;
      if (separator === undefined || !/^[-_:.|#~+]?$/.test(separator)) return;
      if (!list.elements.some((element) => element && source.isRunId(element))) return;
      if (!isUsedAsId(node)) return;
      reportJoin(node);
    }

    /** The list that a call joins, even if it is filtered first, and the separator. */
    function joinOf(node) {
      const utility = utilityCall(source, node);
      if ((utility?.name ?? calleeName(node)) !== 'join') return [];
      const args = utility?.args ?? [receiver(node), node.arguments[0]];
      let list = unwrap(args.find((argument) => literalText(argument) === undefined));
      for (let depth = 0; depth < 4 && list?.type === 'CallExpression'; depth++) {
        if (!/^(?:filter|map|concat|compact)$/.test(calleeName(list) ?? '')) break;
        const inner = receiver(list);
        list = inner?.type === 'Identifier' ? unwrap(list.arguments[0]) : inner;
      }
      return [list, literalText(args.find((argument) => literalText(argument) !== undefined))];
    }

    /** `[...runId]` */
    function checkSpread(node) {
      if (node.parent.type === 'ArrayExpression' && source.isRunId(node.argument))
        source.report(context, { node, messageId: 'method', data: { method: '[...]' } });
    }

    function checkCharacter(node) {
      const key = unwrap(node.property);
      if (!source.isRunId(node.object)) return;
      const isIndex =
        node.computed && key.type === 'Literal' && typeof key.value === 'number' && !isOfArray(source, node);
      const isLength = keyOf(node) === 'length' && isCompared(node);
      if (isIndex || isLength)
        source.report(context, {
          node,
          messageId: 'method',
          data: { method: isIndex ? `[${key.raw}]` : 'length' },
        });
    }

    function checkParts(node) {
      const { parent } = wrapped(node);
      if (parent.type === 'TemplateLiteral' || parent.type === 'TaggedTemplateExpression') return;
      if (parent.type === 'BinaryExpression' && parent.operator === '+') return;
      if (!isComposed(partsOf(node)) || !isUsedAsId(node)) return;
      if (stripThenAdd(source, node) === undefined && !isPartialMatch(source, node)) reportJoin(node);
    }

    function isComposed(parts) {
      const texts = parts.filter((part) => typeof part === 'string');
      const values = parts.filter((part) => typeof part !== 'string');
      const index = values.findIndex(
        (value) => source.isRunId(value) || cutOf(source, value)?.part === 'base',
      );
      if (index === -1 || parts.length < 2) return false;
      if (!texts.every((text) => /^[\w\-:|#~+@.]*$/.test(text)) || FILE.test(String(parts.at(-1))))
        return false;
      const [first] = parts;
      if (typeof first !== 'string' && isOther(nameOf(first))) return false;
      if (values.length > 1) return !texts.includes('.');
      const [runIdAt] = parts
        .map((part, place) => (typeof part === 'string' ? -1 : place))
        .filter((place) => place >= 0);
      const suffix = parts[runIdAt + 1];
      if (suffix !== undefined) return /^[-_:|#~@\w]/.test(suffix) && !/:$/.test(first);
      return /[-_]$/.test(first);
    }

    function isUsedAsId(node) {
      if (source.isLogged(node)) return false;
      const outer = wrapped(node);
      const { parent } = outer;
      switch (parent.type) {
        case 'VariableDeclarator':
          return !isOther(nameOf(parent.id));
        case 'AssignmentExpression':
          return !isOther(nameOf(parent.left));
        case 'Property':
        case 'PropertyDefinition':
          return parent.key === outer || !isOther(keyOf(parent));
        case 'CallExpression':
        case 'NewExpression':
          return !isOther(calleeName(parent));
        case 'ReturnStatement':
        case 'ArrowFunctionExpression': {
          const around = isFunction(parent) ? parent : functionAround(parent);
          return !isOther(around && functionName(around));
        }
        default:
          return !/^JSX/.test(parent.type);
      }
    }

    function reportJoin(node) {
      source.report(context, { node, messageId: 'join', suggest: suggestJoin(node) });
    }

    function suggestJoin(node) {
      if (node.type !== 'TemplateLiteral' && node.type !== 'BinaryExpression') return [];
      const [runId, separator, client, ...more] = partsOf(node);
      if (
        typeof runId === 'string' ||
        separator !== '-' ||
        !client ||
        typeof client === 'string' ||
        more.length > 0
      )
        return [];
      if (
        !wordsOf(nameOf(client) ?? '').some(
          (word) => word === 'client' || word === 'tenant' || word === 'customer',
        )
      )
        return [];
      // A base that was cut off another ID would be accepted for any client.
      if (cutOf(source, runId)) return [];
      return suggestCall(
        source,
        node,
        'clientRunIdFor',
        `${source.code.getText(runId)}, ${source.code.getText(client)}`,
      );
    }
  },
};

/** `Array.isArray(runId) ? runId[0] : runId` belongs to no-run-id-cast. */
function isOfArray(source, node) {
  const asked = `isArray(${source.code.getText(node.object)})`;
  for (let inner = node.parent, climbed = 0; inner && climbed < 6; inner = inner.parent, climbed++) {
    if (inner.test && source.code.getText(inner.test).includes(asked)) return true;
  }
  return false;
}

function isOther(name) {
  return name !== undefined && wordsOf(name).some((word) => OTHER_USE.has(word));
}

function isCompared(node) {
  const { parent } = wrapped(node);
  return parent.type === 'BinaryExpression' && parent.operator !== '+';
}

/** The outermost call of a chain that begins with this method: `runId.split('-').slice(0, 2).join('-')`. */
function longestCut(node) {
  let whole = node;
  for (let depth = 0; depth < 2; depth++) {
    const member = wrapped(whole).parent;
    if (member?.type !== 'MemberExpression' || member.object !== wrapped(whole)) break;
    const call = wrapped(member).parent;
    if (call?.type !== 'CallExpression' || call.callee !== wrapped(member)) break;
    whole = call;
  }
  return whole;
}
