/**
 * Creates an element. Children and attributes are text, whatever they contain: nothing here is ever parsed as HTML.
 *
 * @param {string} tag with classes, as in `span.place`
 * @param {object} settings attributes; `vars` are custom properties of CSS, and functions listen to events
 */
export function element(tag, settings = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  return filled(document.createElement(name), classes, settings, children);
}

/** Creates an SVG element. */
export function drawing(tag, settings = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), classes, settings, children);
}

function filled(made, classes, settings, children) {
  made.classList.add(...classes);
  const { vars = {}, ...attributes } = settings;
  // Through the object model: the page's own policy forbids style attributes.
  for (const [key, value] of Object.entries(vars)) made.style.setProperty(`--${key}`, String(value));
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return made;
}

/** One of our own sentences, with code in backticks. */
export function prose(text) {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : element('code', {}, part)));
}

/** A sentence whose lines do not break at the hyphen of a word: half a run ID may look like another one. */
export function sentence(text) {
  return text.split(/(\S*-\S*)/).map((part, at) => (at % 2 === 0 ? part : element('span.word', {}, part)));
}

/** Content that is hidden until it is opened. */
export function folded(isOpen, summary, content, toggle) {
  return element('details', { open: isOpen, toggle }, element('summary', {}, summary), content);
}

/** A description list; a term whose text is null is left out. */
export function facts(entries) {
  const told = entries.filter(([, text]) => text !== null && text !== undefined && text !== '');
  return element(
    'dl.facts',
    {},
    told.map(([label, ...content]) =>
      element('div', {}, element('dt', {}, label), element('dd', {}, content)),
    ),
  );
}
