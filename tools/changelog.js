'use strict';

// CHANGELOG.md by its versions.

/** The sections in their order; the first may be `Unreleased`, which has no date. */
function sectionsOf(changelog) {
  const [, ...parts] = changelog.split(/^## /m);
  return parts.map((part) => {
    const [title, ...lines] = part.split('\n');
    const [, version, date] = /^\[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?$/.exec(title) ?? [];
    if (version === undefined) throw new Error(`CHANGELOG.md: "## ${title}" is not "## [version] - date"`);
    return { version, date: date ?? null, text: lines.join('\n').trim() };
  });
}

module.exports = { sectionsOf };
