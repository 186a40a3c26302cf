'use strict';

const { gzipSync } = require('node:zlib');

/** The maximum of bytes that the addon of one platform may take in the package, packed. */
const MAX_PACKED = 900_000;

/** The bytes of a file as npm packs it. */
const packedSize = (content) => gzipSync(content, { level: 9 }).length;

module.exports = { MAX_PACKED, packedSize };
