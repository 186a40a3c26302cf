'use strict';

// Names of hosts, as URLs and requests have them.

const { isIPv6 } = require('node:net');

/** Of what is more than a host: a scheme, a port, a path, a user or a pattern. */
const MORE = /[\s/\\?#@*]|:\d*$/;

/** Of a name in the DNS. RFC 1035, section 2.3.4. */
const MAX_LENGTH = 253;

const withoutBrackets = (host) => host.replace(/^\[(.*)\]$/, '$1');

/** The host that a setting names, as it stands in URLs; undefined where it names none, or more than that. */
function hostNamed(text) {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined;
  const bare = withoutBrackets(text);
  if (isIPv6(bare)) return hostIn(`http://[${bare}]`);
  return bare !== text || MORE.test(text) ? undefined : hostIn(`http://${text}`);
}

/** The host of a URL; undefined where it is none. */
function hostIn(url) {
  return URL.canParse(url) ? withoutBrackets(new URL(url).hostname) : undefined;
}

/** The same of a host that stands alone. */
function hostAlone(host) {
  return withoutBrackets(String(host).toLowerCase());
}

module.exports = { hostAlone, hostIn, hostNamed };
