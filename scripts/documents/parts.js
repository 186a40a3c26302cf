'use strict';

/** A page with what stands between `<!-- generated: NAME -->` and `<!-- end -->` written anew, by the functions of these names. */
function withParts(page, parts) {
  return page.replace(
    /(<!-- generated: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin, name, end) => `${begin}\n${parts[name]()}\n\n${end}`,
  );
}

module.exports = { withParts };
