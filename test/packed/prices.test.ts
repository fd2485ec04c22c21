import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPricer, overlay, type PriceQuery } from '@genvitals/pricing';
import { expect, inject, test } from 'vitest';
import { createBlankFolder } from './blank-folder.ts';

const tokens = { input: 1000, cache_read: 500, cache_write: 30, output: 200, reasoning: 70, audio_input: 9 };
const DAYS = ['2025-06-01', '2026-07-30', '2026-11-26'].map((day) => Date.parse(day));

/** Names of every list that is built in, asked for as answers and deployments name them. */
const LISTED: readonly (readonly [provider: string, ...models: string[]])[] = [
  ['openai', 'gpt-4o-mini-2024-07-18', 'gpt-5', 'o3', 'text-embedding-3-small', 'gpt-99'],
  ['azure.ai.openai', 'gpt-4o-2024-08-06', 'prod-o4-mini-eu', 'claude-sonnet-4-20250514'],
  ['anthropic', 'claude-sonnet-4-20250514', 'claude-opus-5-20260805'],
  ['aws.bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 'amazon.nova-pro-v1:0'],
  ['deepseek', 'deepseek-chat', 'deepseek-reasoner'],
  ['gcp.vertex_ai', 'gemini-2.5-flash', 'claude-sonnet-4@20250514'],
  ['groq', 'llama-3.3-70b-versatile'],
  ['mistral_ai', 'mistral-large-latest'],
  ['openrouter', 'openai/gpt-4o', 'deepseek/deepseek-chat'],
  ['perplexity', 'sonar-pro'],
  ['x_ai', 'grok-4'],
];

const queries: readonly PriceQuery[] = DAYS.flatMap((atMs) => [
  ...LISTED.flatMap(([provider, ...models]) => models.map((model) => ({ provider, model, atMs, tokens }))),
  ...overlay.flatMap(({ providers, models, tier }) =>
    models.map((model) => ({ provider: providers[0], model, tier, atMs, tokens })),
  ),
]);

test.each(['npm', 'pnpm'] as const)(
  'installed by %s, the price list that is built in prices as the one it was built from',
  async (installer) => {
    const folder = createBlankFolder(
      join(inject('directory'), `prices-${installer}`),
      installer,
      inject('registryUrl'),
    );
    await folder.install('@genvitals/pricing');
    writeFileSync(join(folder.path, 'queries.json'), JSON.stringify(queries));
    for (const [file, load] of [
      ['price.cjs', "const { createPricer } = require('@genvitals/pricing');"],
      [
        'price.mjs',
        "import { createRequire } from 'node:module'; import { createPricer } from '@genvitals/pricing'; const require = createRequire(import.meta.url);",
      ],
    ] as const) {
      writeFileSync(
        join(folder.path, file),
        `${load}\nconst { priceOf } = createPricer();\nconsole.log(JSON.stringify(require('./queries.json').map(priceOf)));\n`,
      );
      const printed = execFileSync(process.execPath, [file], { cwd: folder.path, encoding: 'utf8' });
      const { priceOf } = createPricer();
      const wanted = queries.map(priceOf);
      expect(JSON.parse(printed)).toEqual(wanted);
      expect(wanted.filter(({ status }) => status !== 'none').length).toBeGreaterThan(queries.length / 2);
    }
  },
);
