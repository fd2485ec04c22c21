import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from './genvitals-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'genvitals-costs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const NEVER_OLD = ['--max-age-days', '36500'];
const same = { litellm_provider: 'openai', input_cost_per_token: 2.5e-6 };
const check = (...args: string[]) => run(['costs', 'check', ...args]);

describe('genvitals costs check', () => {
  test('finds nothing where nothing is old and the lists agree', async () => {
    const { code, stdout, stderr } = await check(
      '--against',
      file('same.json', { 'gpt-4o': same }),
      ...NEVER_OLD,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('prices that both have: 1; other ones: 0');
  });

  test('tells old rows and the release below them without a list, and ends with 3', async () => {
    const { code, stdout } = await check('--max-age-days', '1');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^genai-prices 0\.\S+ of \d{4}-\d\d-\d\d: \d+ days old$/m);
    expect(stdout).toMatch(
      /^ {2}2026-08-01 {2}\d+ days {2}\d+ rows\n {4}https:\/\/github\.com\/Portkey-AI\/models$/m,
    );
  });

  test('shows a disagreement once for the models that share it, in 80 columns', async () => {
    const other = { litellm_provider: 'openai', input_cost_per_token: 5e-6, output_cost_per_token: 1e-5 };
    const list = file('other.json', {
      'gpt-4o': other,
      'gpt-4o-2024-08-06': other,
      'gpt-4o-2024-11-20': other,
      'gpt-98': other,
    });
    const { code, stdout } = await check('--against', list, '--list', ...NEVER_OLD);
    expect(code).toBe(3);
    expect(stdout).toContain('prices that both have: 6; other ones: 3');
    expect(stdout).toContain('openai: gpt-4o, gpt-4o-2024-08-06, gpt-4o-2024-11-20\n');
    expect(stdout).toMatch(/^ {2}standard {2}input +2\.5 +5 +-50 % {2}genai-prices$/m);
    expect(stdout).toContain('models that they alone price: 1\n  openai: gpt-98\n');
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('prints one document with --json', async () => {
    const list = file('json.json', { 'gpt-4o': { ...same, output_cost_per_token: 8e-6 } });
    const { code, stdout } = await check('--against', list, '--json', ...NEVER_OLD);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      maxAgeDays: 36_500,
      genaiPrices: { isStale: false },
      staleRows: [],
      against: {
        format: 'LiteLLM',
        compared: 2,
        disagreements: [
          {
            model: 'gpt-4o',
            thing: 'output',
            ourUsd: 10,
            theirUsd: 8,
            differenceUsd: 2,
            differencePercent: 25,
          },
        ],
      },
    });
  });

  test("reads a list as large as LiteLLM's, and compares providers that were asked for", async () => {
    const models = Array.from({ length: 6_000 }, (_, index) => [
      `azure/gpt-${index}-of-some-length`,
      { litellm_provider: 'azure', mode: 'chat', input_cost_per_token: 1e-6, notes: 'n'.repeat(300) },
    ]);
    const list = file('large.json', { ...Object.fromEntries(models), 'gpt-4o': same });
    const { code, stdout } = await check('--against', list, '--json', '--provider', 'openai', ...NEVER_OLD);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ against: { compared: 1, modelsOnlyTheirs: [] } });
  });

  test('takes prices of one’s own by option or environment', async () => {
    const list = file('own.json', { 'gpt-4o': same });
    const prices = file(
      'prices.yaml',
      'version: 1\nprices:\n  - { provider: openai, model: gpt-4o, usdPerMillionTokens: { input: 2 } }\n',
    );
    const args = ['costs', 'check', '--against', list, '--json', ...NEVER_OLD];
    for (const ended of [
      await run([...args, '--prices', prices]),
      await run(args, { GENVITALS_PRICES: prices }),
      await run([...args, '--prices', prices], { GENVITALS_PRICES: '/nowhere' }),
    ]) {
      expect(JSON.parse(ended.stdout)).toMatchObject({
        against: { disagreements: [{ ourUsd: 2, theirUsd: 2.5, source: 'user' }] },
      });
    }
  });

  test.each<[string, () => string[], string, string]>([
    [
      'no file',
      () => ['--against', '/nowhere/x.json'],
      'COSTS_FILE_UNREADABLE',
      'got ENOENT for /nowhere/x.json',
    ],
    ['a folder', () => ['--against', folder], 'COSTS_FILE_UNREADABLE', 'got EISDIR'],
    [
      'no list',
      () => ['--against', file('no.json', { a: 1 })],
      'COSTS_PRICES_UNUSABLE',
      "wanted Portkey's form",
    ],
    [
      'no JSON',
      () => ['--against', file('no.html', '<html>')],
      'COSTS_PRICES_UNUSABLE',
      'PRICE_LIST_NOT_JSON',
    ],
    [
      "no one's list",
      () => ['--against', file('x.json', { 'gpt-4o': { pricing_config: {} } })],
      'COSTS_PRICES_UNUSABLE',
      'name the provider',
    ],
    [
      'prices that are none',
      () => ['--against', file('y.json', { 'gpt-4o': same }), '--prices', file('bad.yaml', 'version: 2')],
      'COSTS_PRICES_UNUSABLE',
      'PRICES_INVALID',
    ],
    [
      'another provider',
      () => ['--against', file('z.json', { 'gpt-4o': same }), '--provider', 'opanai'],
      'CLI_INVALID_OPTION',
      'has prices of (openai), got "opanai"',
    ],
    [
      'an age',
      () => ['--max-age-days', '0'],
      'CLI_INVALID_OPTION',
      'a whole number from 1 to 36500, got "0"',
    ],
    ['an empty path', () => ['--against', ''], 'CLI_INVALID_OPTION', 'Expected `--against` to be a path'],
  ])('%s is refused in one sentence', async (_, args, code, sentence) => {
    const ended = await check(...args());
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr).toMatch(new RegExp(`^genvitals: .*\\[${code}\\]\n$`));
  });
});
