import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type RolldownPluginOption } from 'rolldown';
import { expect, onTestFinished } from 'vitest';

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** Two calls of a client that finds its server by OPENAI_BASE_URL. */
export const TWO_CALLS = `
  import OpenAI from 'openai';
  const client = new OpenAI({ apiKey: 'k', maxRetries: 0 });
  const ask = (model) => client.chat.completions.create({ model, messages: [] });
  void ask('one').then(({ model }) => (console.log(model), ask('two'))).then(({ model }) => console.log(model));
`;

export interface BundleOptions {
  readonly format?: 'esm' | 'cjs';
  readonly minify?: boolean;
  readonly plugins?: readonly RolldownPluginOption[];
}

/**
 * Builds an app with all its packages inside.
 * @returns its file, in a folder of its own with no packages near
 */
export async function bundleApp(source: string, options: BundleOptions = {}): Promise<string> {
  const { format = 'cjs', minify = false, plugins = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'genvitals-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const entry = join(HERE, 'virtual-app.js');
  const { output } = await build({
    input: entry,
    platform: 'node',
    resolve: { conditionNames: ['@genvitals/source', 'node', format === 'esm' ? 'import' : 'require'] },
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
      ...plugins,
    ],
    output: { format, minify, codeSplitting: false },
    logLevel: 'silent',
    write: false,
  });
  expect(output).toHaveLength(1);
  expect(output[0].moduleIds.some((id) => id.includes('node_modules'))).toBe(true);
  expect(output[0].imports.filter((name) => !isBuiltin(name))).toEqual([]);
  const file = join(folder, format === 'esm' ? 'app.mjs' : 'app.cjs');
  writeFileSync(file, output[0].code);
  return file;
}
