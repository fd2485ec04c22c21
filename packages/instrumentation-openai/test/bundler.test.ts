import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rollupPlugin } from '@genvitals/instrumentation-openai/bundler';
import { rolldown } from 'rolldown';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { VERSION as OPENAI_VERSION } from 'openai/version';
import { chatCompletion } from './answers.ts';
import { bundleApp, TWO_CALLS } from './app-bundle.ts';
import { type ChildOptions, type ChildResult, runChild } from './child-process.ts';
import { createProviderServer, json, type ProviderServer } from './provider-server.ts';

// The other bundlers are tried on what is built, in test/loading.

let server: ProviderServer;

beforeEach(async () => {
  server = await createProviderServer();
  server.script(json(chatCompletion()));
  onTestFinished(() => server.close());
});

function run(file: string, options: ChildOptions = {}): Promise<ChildResult> {
  const env = { OPENAI_BASE_URL: server.url, GENVITALS_PROVIDERS: '127.0.0.1=openai', ...options.env };
  return runChild(`import(${JSON.stringify(file)})`, { flags: [], ...options, env });
}

function told({ calls }: ChildResult): unknown {
  return calls.map(({ model, cost_status: cost }) => [model, cost]);
}

const BOTH = [
  ['one', 'full'],
  ['two', 'full'],
];

describe('a build with the plugin', () => {
  test.each([
    ['esm', false],
    ['esm', true],
    ['cjs', false],
    ['cjs', true],
  ] as const)('is seen with no further step, prices inside (%s, minified: %s)', async (format, minify) => {
    const file = await bundleApp(TWO_CALLS, { format, minify, plugins: [rollupPlugin()] });
    const bare = await run(file);
    expect(told(bare)).toEqual(BOTH);
    expect(bare.stderr).toBe('');
    // Under the hook, each call is still one, and nothing is told of a bundle.
    const hooked = await run(file, { flags: ['--require', '@genvitals/instrumentation-openai/register'] });
    expect(told(hooked)).toEqual(BOTH);
    expect(hooked.stderr).toBe('');
  });

  test.each(['esm', 'cjs'] as const)('is seen with openai 4 inside, %s', async (format) => {
    const source = TWO_CALLS.replace("'openai'", "'openai-4-104'");
    expect(told(await run(await bundleApp(source, { format, plugins: [rollupPlugin()] })))).toEqual(BOTH);
  });

  test('that has the plugin twice, and the class patched by hand as well, tells each call once', async () => {
    const source = TWO_CALLS.replace('new OpenAI(', 'new (instrument(OpenAI))(').replace(
      'import',
      "import { instrument } from '@genvitals/instrumentation-openai'; import",
    );
    const file = await bundleApp(source, { plugins: [rollupPlugin(), rollupPlugin()] });
    const result = await run(file);
    expect(told(result)).toEqual(BOTH);
    expect(result.stderr).toBe('');
  });

  test('needs @genvitals/pricing installed for a file of prices of one’s own, and says so', async () => {
    const file = await bundleApp(TWO_CALLS, { plugins: [rollupPlugin()] });
    const prices = join(file, '..', 'prices.yaml');
    writeFileSync(prices, 'version: 1\n');
    const result = await run(file, { cwd: join(file, '..'), env: { GENVITALS_PRICES: prices } });
    expect(told(result)).toEqual(BOTH);
    expect(result.stderr).toBe(
      'genvitals: GENVITALS_PRICES is left out (@genvitals/pricing is not installed where the app runs), and calls are priced by the public lists alone until it is corrected.\n',
    );
  });
});

describe('the plugin', () => {
  async function codeOf(options: Parameters<typeof rolldown>[0]): Promise<string> {
    const bundle = await rolldown({ platform: 'node', logLevel: 'silent', ...options });
    onTestFinished(() => bundle.close());
    const { output } = await bundle.generate({ format: 'esm' });
    return output[0].code;
  }

  test('does nothing to a build that leaves openai out', async () => {
    const input = join(import.meta.dirname, '../../../test/loading/fixtures/bundlers/assistant.js');
    const bare = await codeOf({ input, external: ['openai'] });
    expect(bare).toContain('from "openai"');
    expect(await codeOf({ input, external: ['openai'], plugins: [rollupPlugin()] })).toBe(bare);
  });

  test('does nothing to a build of Vite’s for browsers, and nothing to other files', () => {
    const { handler } = rollupPlugin().transform;
    const source = 'export class OpenAI {}\nOpenAI.OpenAI = OpenAI;\n';
    expect(handler(source, '/app/node_modules/openai/client.mjs', { ssr: true })?.code).toContain(source);
    expect(handler(source, '/app/node_modules/openai/client.mjs', { ssr: false })).toBeUndefined();
    expect(handler(source, '/app/src/client.mjs')).toBeUndefined();
    expect(handler('export class Other {}', '/app/node_modules/openai/client.mjs')).toBeUndefined();
  });

  test(`knows the client of openai ${OPENAI_VERSION} by its file, and puts one line behind it`, async () => {
    const input = import.meta.resolve('openai/client').replace('file://', '');
    const seen: string[] = [];
    const plugin = rollupPlugin();
    await codeOf({
      input,
      plugins: [plugin, { name: 'look', transform: (code, id) => void (id === input && seen.push(code)) }],
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.trimEnd().split('\n').at(-1)).toMatch(
      /^;import \{ instrument as genvitalsInstrument \} from "[./].*\/index\.ts"; genvitalsInstrument\(OpenAI\);/,
    );
  });
});
