// The selection, in the page's URL: a link to it shows the same again.

/** The parts of the address, in their order. */
const NAMES = ['run', 'group', 'finding', 'event', 'q', 'severity', 'class', 'service', 'process', 'client'];

/** The contents of the URL: a text for each part that it has. */
export function chosen() {
  const parts = location.hash.slice(1).split('&');
  const pairs = parts.map((part) => part.split(/=(.*)/s, 2)).filter(([name]) => NAMES.includes(name));
  return Object.fromEntries(pairs.map(([name, value = '']) => [name, decoded(value)]));
}

/** The URL of a selection. */
export function addressOf(choice) {
  const parts = NAMES.filter((name) => (choice[name] ?? '') !== '');
  return `#${parts.map((name) => `${name}=${encoded(String(choice[name]))}`).join('&')}`;
}

/** Navigates there, as an entry in the browser's history. */
export function go(choice) {
  location.hash = addressOf(choice);
}

/** Updates the URL without an entry in the browser's history. */
export function note(choice) {
  const hash = addressOf(choice);
  if (hash === (location.hash || '#')) return;
  history.replaceState(null, '', hash);
}

/** As readable as a URL can be. */
function encoded(text) {
  return encodeURIComponent(text).replace(/%(2F|3A|40|2C|24)/g, decodeURIComponent);
}

/** A URL may have been typed, or cut. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
