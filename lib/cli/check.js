'use strict';

const binding = require('../binding.js');
const { asAscii, asciiJson } = require('../events/ascii-json.js');
const { Baseline, requireBaselinePlace, writeBaseline } = require('./baseline.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { readLogs, tellProblems } = require('./logs.js');
const { isUnjudged } = require('./outcome.js');
const { frameOf, reportPage } = require('./page-data.js');
const { PageFile } = require('./page-file.js');
const { UsageError } = require('./usage-error.js');
const { verdictText } = require('./verdict-text.js');
const { VerdictView } = require('./verdict-view.js');

/** Run IDs that are fetched from the addon at a time. */
const BATCH = 1000;

/** The severities, from the highest on, that make the command fail. */
const FAILING = { high: ['high'], medium: ['high', 'medium'], low: ['high', 'medium', 'low'], none: [] };

/** Judges every run; shows only the inconsistent ones. */
async function check(options, out, err) {
  const { files, html, 'write-baseline': newBaseline } = options;
  const isFailing = ({ severity, known }) => !known && FAILING[options['fail-on']].includes(severity);
  if (options.follow) {
    const { follow } = require('./follow.js');
    return follow(options, { wanted: wantedOf(options), isFailing, codeOf }, out, err);
  }
  requireNoFollowing(options);
  const format = formatOf(options);
  const page = await PageFile.at(html, files);
  const baseline = options.baseline === undefined ? null : await Baseline.read(options.baseline);
  if (newBaseline !== undefined) await requireBaselinePlace(newBaseline);
  const redaction = options.redact ? new (require('./redaction.js').Redaction)() : null;

  const { verdict, rename } = await judged(options, page !== null, redaction);
  const view = new VerdictView(verdict, { redaction, baseline });
  await out.print(linesOf(view, format, options, isFailing, out.width));
  const isWritten = page === null || (await page.write(await pageOf(view, rename, options), err));
  await tellProblems(view.summary.problems, err);
  if (newBaseline !== undefined) {
    const known = await writeBaseline(newBaseline, view.groups());
    await err.print([`Baseline: ${newBaseline}, with ${known} known`]);
  }
  if (!isWritten) return ERROR;
  return newBaseline === undefined ? codeOf(view, isFailing) : CONSISTENT;
}

function formatOf({ json, format }) {
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError(`--json cannot be combined with --format ${format}`);
  }
  return json ? 'json' : (format ?? 'text');
}

function requireNoFollowing(options) {
  const other = ['keep', 'settle'].find((name) => options[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--${other} requires --follow`);
}

/** Which findings are requested. */
function wantedOf({ since, until, client, run, service, process, class: classes, severity }) {
  if (since && until && since.start >= until.end) throw new UsageError('--since is later than --until');
  return { since: since?.start, until: until?.end, client, run, service, process, classes, severity };
}

async function judged(options, picture, redaction) {
  const { files, stale } = options;
  const wanted = wantedOf(options);
  const read = async (paths, progress, names, cut) => {
    const answer = await binding.checkFiles(
      paths,
      { ...wanted, staleMs: stale, names, given: files, cut, picture },
      progress,
    );
    if (redaction !== null) await learnClients(redaction, paths);
    return answer;
  };
  const { answer: verdict, rename } = await readLogs(files, read, {
    rereads: true,
    passes: picture ? 2 : 1,
    stops: true,
  });
  return { verdict, rename };
}

/** Every client in some run ID of the logs may appear elsewhere in a line, too. */
async function learnClients(redaction, paths) {
  const inventory = await binding.scanFiles(paths, { sort: 'first' }, new binding.Progress());
  for (let from = 0; from < inventory.count; from += BATCH) {
    for (const { clientId } of JSON.parse(inventory.rows(from, BATCH))) {
      if (clientId !== null) redaction.learn(clientId);
    }
  }
}

function linesOf(view, format, { all, summary }, isFailing, width) {
  switch (format) {
    case 'json':
      return jsonLines(view);
    case 'junit':
      return require('./junit.js').junitLines(view, isFailing);
    case 'github':
      return require('./github.js').githubLines(view);
    default:
      return verdictText(view, { all, summary, width });
  }
}

/** In pieces: as one text, it may exceed the maximum length of a string. */
function* jsonLines(view) {
  yield `${asciiJson(view.summary).slice(0, -1)},`;
  yield '"findings": [';
  yield* joined(view.findingPieces());
  yield '], "groups": [';
  yield* joined(view.groupPieces());
  yield '] }';
}

/** JSON arrays without their brackets, separated by commas. */
function* joined(pieces) {
  let before = null;
  for (const piece of pieces) {
    if (before !== null) yield `${before},`;
    before = asAscii(piece.slice(1, -1));
  }
  if (before !== null) yield before;
}

/** Findings come before files that could not be read, or do not exist. */
function codeOf(view, isFailing) {
  for (const group of view.groups()) {
    if (isFailing(group)) return INCONSISTENT;
  }
  return view.summary.findingCount === 0 && isUnjudged(view.summary) ? ERROR : CONSISTENT;
}

async function pageOf(view, rename, { files, html }) {
  const picture = view.picture(rename);
  // Folders and extracts stand for other files.
  const lines = picture.lines.length === files.length ? picture.lines : [];
  const frame = await frameOf(['check', ...files, '--html', html], files, lines);
  return reportPage(view, picture, frame);
}

module.exports = { check };
