import { build } from 'esbuild';

await build({
  entryPoints: ['app.js'],
  outfile: 'dist/app.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  banner: {
    js: `import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
const require = createRequire(import.meta.url);
const __filename = fileURLToPath(import.meta.url);
const __dirname = fileURLToPath(new URL('.', import.meta.url));`,
  },
});
