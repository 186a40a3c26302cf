// Buttons that copy a text.

import { element, sentence } from './element.js';

/**
 * @param {string} label of the button
 * @param {() => string} text that is copied
 */
export function copyButton(label, text) {
  const said = element('span', {}, label);
  const button = element('button.copy', { type: 'button', 'aria-live': 'polite' }, said);
  button.addEventListener('click', async () => {
    said.textContent = (await copy(text())) ? 'Copied' : 'Not copied';
    setTimeout(() => (said.textContent = label), 2000);
  });
  return button;
}

/** Whether it was copied. A page opened from a file may not have access to the clipboard. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text) {
  const field = element('textarea.aside', { readonly: true, 'aria-hidden': 'true' });
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  before?.focus({ preventScroll: true });
  return isCopied;
}

/** A command on its own line, with a button that copies it. */
export function command(text) {
  return element(
    'div.command',
    {},
    element('code', {}, sentence(text)),
    copyButton('Copy command', () => text),
  );
}
