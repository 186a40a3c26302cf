// Consecutive equal events as one: with the number of the first, and how many there are.

/** The minimum number of events for a fold. */
const MIN_FOLD = 3;

/**
 * @param rows of a run
 * @returns for each row how many events it stands for: 1, or more for the first of equal ones, 0 for the others
 */
export function foldsOf(rows) {
  const folds = rows.map(() => 1);
  let first = 0;
  for (let at = 1; at <= rows.length; at++) {
    if (at < rows.length && isLike(rows[first], rows[at])) continue;
    if (at - first >= MIN_FOLD) {
      folds.fill(0, first, at);
      folds[first] = at - first;
    }
    first = at;
  }
  return folds;
}

function isLike(one, other) {
  return (
    other.findings.length === 0 &&
    one.findings.length === 0 &&
    other.gap === null &&
    !other.isChange &&
    (other.link === null || other.from === other.lane) &&
    ['process', 'words', 'runId', 'at', 'kind', 'confidence'].every((name) => one[name] === other[name])
  );
}
