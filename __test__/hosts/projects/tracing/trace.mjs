import { cp } from 'node:fs/promises';
import { nodeFileTrace } from '@vercel/nft';

const { fileList } = await nodeFileTrace(['app.js']);
for (const file of fileList) await cp(file, `traced/${file}`);
