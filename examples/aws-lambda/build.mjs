// Builds both handlers into one file each, with openai inside: dist/handler.mjs and dist/stream.mjs.
import { esbuildPlugin } from '@genvitals/instrumentation-openai/bundler';
import { build } from 'esbuild';

await build({
  entryPoints: ['handler.mjs', 'stream.mjs'],
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  plugins: [esbuildPlugin()],
  logLevel: 'warning',
});
