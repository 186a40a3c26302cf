/**
 * An element. Children and attributes are text, whatever they hold: nothing here is ever parsed as HTML.
 *
 * @param {string} tag with classes, as in `span.place`
 * @param {object} settings attributes; `vars` are custom properties of CSS, and functions listen to events
 */
export function element(tag, settings = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const made = document.createElement(name);
  made.classList.add(...classes);
  const { vars = {}, ...attributes } = settings;
  // Through the object model: a style attribute is what the page's own policy forbids.
  for (const [key, value] of Object.entries(vars)) made.style.setProperty(`--${key}`, String(value));
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}
