'use strict';

const binding = require('../binding.js');
const api = require('../../index.js');
const { pairAt, wordsOf } = require('./words.js');

/** What may follow "run ID" in the name of one. */
const AFTER = new Set(
  `to use from with without query body header param params parameter arg argument string str text value raw input original
  override candidate normalized clean trimmed safe final full base copy env row record client suffix in out`.split(
    /\s+/,
  ),
);

/** A name that begins like this is that of a flag, a function or a table, not of an ID. */
const BEFORE = new Set(
  `is has had have should can could will would must needs need no non not use uses using by for of per on if when get
  set update fetch load save find store read write log lookup generate create make build mint format normalize normalise
  standardize standardise convert validate parse extract strip remove add append ensure resolve check verify assert
  observe sanitize register clear link handle map missing require count show hide display print include exclude omit
  skip allow enable disable`.split(/\s+/),
);

/** Systems whose run IDs are not those of this package. */
const FOREIGN = new Set(
  `apify actor github gitlab workflow dag airflow dagster mlflow openai assistant thread langsmith langchain langgraph
  trace ci circleci jenkins buildkite external provider vendor phantom phantombuster zapier temporal prefect wandb argo
  stripe playwright cypress scraper third foreign upstream remote dataset build deploy deployment uuid`.split(
    /\s+/,
  ),
);

const VERBS = new Set(
  `generate gen create make build mint new next fresh format normalize normalise standardize standardise convert
  validate parse extract strip remove add append attach ensure sanitize clean coerce combine compose concat split derive
  compute to as with without is has safe repair fix cut trim join detect assert check`.split(/\s+/),
);

/** Functions with these words in their names do not return a run ID. */
const NOT_GIVING = new Set(
  `is has validate check assert detect set save update delete find link log on handle print show clear register by count
  use require test expect watch observe`.split(/\s+/),
);

/** Retired functions that return one, although their names do not say so. */
const GIVING = new Set([
  'addClientSuffix',
  'clientRunIdFor',
  'convertToStandardFormat',
  'jobIdToTimestamp',
  'stripClientSuffix',
  'validateAndNormalize',
]);

const MINTING = new Set('generate gen create make build mint new next fresh'.split(' '));

/** These names clearly refer to run IDs or job records; the other retired names could be any service's. */
const TELLING = /runid|clientsuffix|jobtracking|runrecord|runinfo|jobidtotimestamp/i;

/** The functions that take or return an ID. */
const API = new Set(Object.keys(api).filter((name) => /RunId|ClientId/.test(name)));
const RETIRED = new Set(binding.RETIRED);
const RETIRED_VALUES = new Set(binding.RETIRED_VALUES);

/** What a name says about its value. */
class Names {
  #settings;
  #runIds = new Map();

  constructor(settings) {
    this.#settings = settings;
  }

  /** Whether it is the name of a run ID. */
  isRunId(name) {
    if (typeof name !== 'string') return false;
    let answer = this.#runIds.get(name);
    if (answer === undefined) {
      answer = this.#decide(name);
      this.#runIds.set(name, answer);
    }
    return answer;
  }

  #decide(name) {
    const { names, ignore } = this.#settings;
    if (ignore.some((pattern) => pattern.test(name))) return false;
    if (names.some((pattern) => pattern.test(name))) return true;
    const words = wordsOf(name);
    const index = pairAt(words, 'run', 'id');
    if (index === -1) return false;
    const before = words.slice(0, index);
    return (
      !BEFORE.has(before[0]) &&
      !before.some((word) => FOREIGN.has(word) || word === 'by') &&
      words.slice(index + 2).every((word) => AFTER.has(word) || /^\d$|^[a-c]$/.test(word))
    );
  }

  /** Whether a module belongs to the legacy service, by its specifier. */
  isLegacyModule(specifier) {
    if (isAddon(specifier)) return false;
    const bare = specifier.replace(/\.[cm]?[jt]s$/, '');
    if (this.#settings.legacyModules.some((pattern) => pattern.test(bare))) return true;
    return isAboutRunIds(bare.slice(bare.lastIndexOf('/') + 1));
  }

  /** A quick check whether a file can contain anything of interest. */
  mayOccurIn(text, filename) {
    if (OTHER_PACKAGE.test(filename ?? '')) return false;
    if (this.#settings.names.length > 0) return true;
    return MENTION.test(text) && (!OTHER_SYSTEM.test(text) || OWN.test(text));
  }
}

const MENTION = new RegExp(
  ['run[ _-]?id', 'suffix', 'jobtracking', 'unified-run-id', ...RETIRED].join('|'),
  'i',
);

/** Installed code. */
const OTHER_PACKAGE = /(?:^|[\\/])node_modules[\\/]/;

/** Systems whose runs have their own IDs, usually the only ones in a file. */
const OTHER_SYSTEM = /\b(?:lang(?:smith|graph|chain)|mlflow|airflow|dagster|temporalio|wandb)\b/i;

/** Names that occur only with this package and the legacy service. */
const OWN = new RegExp(['unified-?run-?id', 'generateTimestampRunId', ...RETIRED].join('|'), 'i');

/** Whether a specifier is that of this package. */
function isAddon(specifier) {
  return specifier === 'unified-run-id' || specifier.startsWith('unified-run-id/');
}

/** Whether it is the name of a module or object for run IDs or job records, such as `unifiedRunIdService`. */
function isAboutRunIds(name) {
  const words = wordsOf(name);
  return (
    pairAt(words, 'run', 'id') !== -1 ||
    pairAt(words, 'run', 'ids') !== -1 ||
    pairAt(words, 'job', 'tracking') !== -1 ||
    pairAt(words, 'job', 'tracker') !== -1
  );
}

/** Whether it is the name of a list of run IDs, or of a function that returns one. */
function isRunIdListName(name) {
  const words = wordsOf(name);
  const index = pairAt(words, 'run', 'ids');
  return (
    index !== -1 &&
    index === words.length - 2 &&
    !words.some((word) => FOREIGN.has(word)) &&
    !/^(?:has|have|is|use|with|without)$/.test(words[0])
  );
}

/** Whether it is the name of a table whose keys are run IDs, such as `jobsByRunId`. */
function isKeyedByRunId(name) {
  return /by run id$/.test(wordsOf(name).join(' '));
}

function isForeign(name) {
  return wordsOf(name).some((word) => FOREIGN.has(word));
}

/** Whether a function with this name returns a run ID. */
function isRunIdFunction(name) {
  if (GIVING.has(name)) return true;
  // It returns the parts.
  if (name === 'parseRunId') return false;
  const words = wordsOf(name);
  const index = pairAt(words, 'run', 'id');
  return (
    index > 0 &&
    index === words.length - 2 &&
    !NOT_GIVING.has(words[0]) &&
    !words.some((word) => FOREIGN.has(word) && word !== 'build')
  );
}

/** Whether a function with this name generates a run ID. */
function isMint(name) {
  const words = wordsOf(name);
  const index = pairAt(words, 'run', 'id');
  if (index < 1 || words.slice(1).some((word) => FOREIGN.has(word))) return false;
  if (name === 'createClientRunId') return false;
  const isOr = words.includes('or') && words.some((word) => MINTING.has(word));
  return index === words.length - 2 && (MINTING.has(words[0]) || isOr) && !words.includes('client');
}

/** Whether requests have their run ID under this name; a `parentRunId` is up to the caller. */
function isSourceName(name) {
  return wordsOf(name).join(' ') === 'run id';
}

/** Whether a function with this name is like the legacy helpers: it generates, checks or changes run IDs. */
function isHelper(name) {
  if (RETIRED.has(name)) return TELLING.test(name);
  if (NOUN_HELPER.test(name)) return true;
  const words = wordsOf(name);
  if (!VERBS.has(words[0]) || words.slice(1).some((word) => FOREIGN.has(word))) return false;
  const index = pairAt(words, 'run', 'id');
  if (index !== -1)
    return words
      .slice(index + 2)
      .every((word) =>
        /^(?:base|client|clock|date|epoch|for|format|from|if|millis|ms|needed|now|of|or|parts|safe|standard|string|suffix|throw|time|timestamp|to|with|without)$/.test(
          word,
        ),
      );
  return pairAt(words, 'client', 'suffix') !== -1;
}

/** `baseRunIdOf`, `runIdWithClient` */
const NOUN_HELPER = /^baseRunId(?:Of|For|From)$|^runIdWith(?:out)?(?:Client|Suffix)/;

/** Whether a function with this name that gets a run ID takes it apart or composes it: `baseOf`, `withClient`. */
function isPartHelper(name) {
  return /^(?:(?:as|extract|get|strip|take|to)?base(?:For|From|Id|Key|Of|Part)?|client(?:Id)?(?:From|Of|Part)|(?:add|append|attach|drop|ensure|remove|strip|with|without)(?:Client(?:Id)?|Suffix))$/i.test(
    name,
  );
}

/** Whether a function with this name only checks whether a run ID is well formed. */
function isValidator(name) {
  return /^(?:is|has)(?:A|Valid|Standard|Legacy|Good|WellFormed|Proper|Normali[sz]ed|Formatted)+(?:Base|Client|Job)?RunId(?:Format)?$/.test(
    name,
  );
}

module.exports = {
  API,
  Names,
  RETIRED,
  RETIRED_VALUES,
  isAboutRunIds,
  isAddon,
  isForeign,
  isHelper,
  isKeyedByRunId,
  isMint,
  isPartHelper,
  isRunIdFunction,
  isRunIdListName,
  isSourceName,
  isTelling: (name) => TELLING.test(name),
  isValidator,
};
