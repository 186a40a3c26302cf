// What is chosen, in the address of the page: a link to it shows the same again.

/** The parts of the address, in their order. */
const NAMES = ['run', 'group', 'finding', 'event', 'q', 'severity', 'class', 'service', 'process', 'client'];

/** What the address says: a text for each part that it has. */
export function chosen() {
  const parts = location.hash.slice(1).split('&');
  const pairs = parts.map((part) => part.split(/=(.*)/s, 2)).filter(([name]) => NAMES.includes(name));
  return Object.fromEntries(pairs.map(([name, value = '']) => [name, decoded(value)]));
}

/** The address of what is chosen. */
export function addressOf(choice) {
  const parts = NAMES.filter((name) => (choice[name] ?? '') !== '');
  return `#${parts.map((name) => `${name}=${encoded(String(choice[name]))}`).join('&')}`;
}

/** Goes there, which the way back leaves again. */
export function go(choice) {
  location.hash = addressOf(choice);
}

/** Says what is chosen now, where the way back need not pass. */
export function note(choice) {
  const hash = addressOf(choice);
  if (hash === (location.hash || '#')) return;
  history.replaceState(null, '', hash);
}

/** Readable as far as an address may be. */
function encoded(text) {
  return encodeURIComponent(text).replace(/%(2F|3A|40|2C|24)/g, decodeURIComponent);
}

/** An address may be typed, or cut. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
