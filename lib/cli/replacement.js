'use strict';

// A file that is written next to its place and moved there in one step: readers see all of it, or the earlier file.

const { randomUUID } = require('node:crypto');
const { rmSync } = require('node:fs');
const fs = require('node:fs/promises');
const { setTimeout } = require('node:timers/promises');
const { onInterruption } = require('./interruption.js');

class Replacement {
  #file;
  #partial;
  #isNew;
  #stopListening;

  /** @param {string} file not a link to it: the link itself would be replaced */
  static async of(file, text) {
    const earlier = await fs.stat(file).catch(() => null);
    const replacement = new Replacement(file, earlier === null);
    try {
      await replacement.#write(text, earlier);
    } catch (error) {
      replacement.discard();
      throw error;
    }
    return replacement;
  }

  constructor(file, isNew) {
    this.#file = file;
    this.#partial = `${file}.${randomUUID().slice(0, 8)}.part`;
    this.#isNew = isNew;
    this.#stopListening = onInterruption(() => this.#remove());
  }

  async #write(text, earlier) {
    // From its first byte, the new file is readable to the same users as the earlier one.
    await fs.writeFile(this.#partial, text, { flag: 'wx', mode: earlier === null ? 0o666 : 0o600 });
    if (earlier !== null) await fs.chmod(this.#partial, earlier.mode & 0o777);
  }

  /**
   * Gives the file its name.
   *
   * @param {() => Promise<void>} [check] throws if the existing file may not be replaced
   */
  async put(check = async () => {}) {
    try {
      await check();
      if (this.#isNew) await this.#putNew(check);
      else await rename(this.#partial, this.#file);
    } catch (error) {
      this.discard();
      throw error;
    }
    this.#stopListening();
  }

  /** A file that was created there since the first check is checked too. */
  async #putNew(check) {
    try {
      await fs.link(this.#partial, this.#file);
      this.#remove();
    } catch (error) {
      // Not every file system has hard links.
      if (error.code === 'EEXIST') await check();
      await rename(this.#partial, this.#file);
    }
  }

  /** Leaves the destination unchanged. */
  discard() {
    this.#remove();
    this.#stopListening();
  }

  #remove() {
    rmSync(this.#partial, { force: true });
  }
}

/** How often to try on Windows, which refuses while anyone has the file open, even for reading. */
const RENAMES = 20;

async function rename(partial, file) {
  for (let left = RENAMES; ; left--) {
    try {
      return await fs.rename(partial, file);
    } catch (error) {
      const isHeld = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(error.code);
      if (left === 0 || !isHeld) throw error;
      await setTimeout(50);
    }
  }
}

module.exports = { Replacement };
