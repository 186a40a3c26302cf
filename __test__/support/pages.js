'use strict';

// Helpers for tests of pages in a browser.

const { source: AXE } = require('axe-core');

/** The texts of elements, one after the other. */
const textsOf = (page, selector) => page.locator(selector).allTextContents();

/** Waits until the page has this heading. */
const titled = (page, name) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();

/** Accessibility faults that prevent someone from reading or using the page. */
async function faultsOf(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  // Passed checks, which are most of them, need not be described and transferred.
  const violations = await page.evaluate(async () => {
    const results = await globalThis.axe.run({ resultTypes: ['violations'] });
    return results.violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Accessibility faults in light and dark, and the number of different backgrounds of the page in these. */
async function inBothSchemes(page) {
  const backgrounds = new Set();
  const faults = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    backgrounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    faults.push(...(await faultsOf(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return { faults, backgrounds: backgrounds.size };
}

/** How much wider than its window the page is, and what sticks out. */
function overflowOf(page) {
  return page.evaluate(() => {
    const beyond = [...document.querySelectorAll('main *')].filter(
      (one) => one.closest('.scroller') === null && one.getBoundingClientRect().right > innerWidth + 1,
    );
    const wider = document.documentElement.scrollWidth - innerWidth;
    return { wider: Math.max(0, wider), beyond: beyond.map((one) => one.outerHTML.slice(0, 100)) };
  });
}

/**
 * The texts that match and are shown, with the lines that each takes, and whether one line would do.
 *
 * @param {RegExp} pattern
 */
function linesOf(page, selector, pattern) {
  const read = (elements, source) =>
    elements.flatMap((one) => {
      const found = [];
      const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const { currentNode: node } = texts;
        for (const { 0: text, index } of node.data.matchAll(new RegExp(source, 'g'))) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + text.length);
          const boxes = [...range.getClientRects()];
          const width = boxes.reduce((sum, box) => sum + box.width, 0);
          const lines = new Set(boxes.map(({ top }) => Math.round(top))).size;
          if (lines > 0) found.push({ text, lines, fits: width <= one.getBoundingClientRect().width });
        }
      }
      return found;
    });
  return page.locator(selector).evaluateAll(read, pattern.source);
}

/** The texts that the page copies from now on, in `globalThis.copied`. */
async function watchCopies(page) {
  await page.evaluate(() => {
    globalThis.copied = [];
    const writeText = async (text) => void globalThis.copied.push(text);
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
  });
  return () => page.evaluate(() => globalThis.copied.at(-1));
}

/** How many pages of A4 it is on paper, and whether they are A4. */
async function printed(page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const [, width, height] = /\/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]/.exec(pdf);
  const counts = [...pdf.matchAll(/\/Type \/Pages\s[^>]*?\/Count ([0-9]+)|\/Count ([0-9]+)/g)];
  const pages = Math.max(...counts.map(([, one, other]) => Number(one ?? other)));
  return { pages, size: [Math.round(width), Math.round(height)] };
}

module.exports = { faultsOf, inBothSchemes, linesOf, overflowOf, printed, textsOf, titled, watchCopies };
