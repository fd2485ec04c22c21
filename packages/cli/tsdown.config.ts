import { defineConfig } from 'tsdown';
import { publishedPackage } from '../../tsdown.base.ts';

export default defineConfig(
  publishedPackage({
    entry: { index: 'src/index.ts', main: 'src/main.ts', assistant: 'src/demo/assistant/app.ts' },
    dual: false,
  }),
);
