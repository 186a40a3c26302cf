'use strict';

/** A page with everything between `<!-- generated: NAME -->` and `<!-- end -->` replaced by the functions with these names. */
function withParts(page, parts) {
  return page.replace(
    /(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin, name, end) => `${begin}\n${parts[name]()}\n\n${end}`,
  );
}

module.exports = { withParts };
