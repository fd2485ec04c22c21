import { createWriteStream, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type BillRow, serve, serveAdminApi, type UsageRow } from './admin-server.ts';
import { run, start } from './genvitals-process.ts';

const KEY = 'sk-admin-0123456789-not-to-be-seen';
const DAYS = ['--from', '2026-11-10', '--to', '2026-11-12'];

const folder = mkdtempSync(join(tmpdir(), 'genvitals-reconcile-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly differenceUsd: number;
  readonly name: string;
  readonly day: string;
  readonly isDifferent: boolean;
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
}

interface Report {
  readonly lines: readonly Line[];
  readonly days: readonly object[];
  readonly total: object;
  readonly notes: readonly string[];
  readonly projects: readonly object[];
}

function callLine(day: string, more: object = {}): string {
  return JSON.stringify({
    timestamp: `${day}T12:00:00.000Z`,
    level: 'info',
    provider: 'openai',
    operation: 'chat',
    model: 'gpt-4o',
    response_model: 'gpt-4o-2024-08-06',
    outcome: 'success',
    input_tokens: 1_000_000,
    output_tokens: 100_000,
    latency_ms: 800,
    cost_usd: 3.5,
    cost_status: 'full',
    ...more,
  });
}

function callLog(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** What a call of `callLine` costs: 1M input at 2.50, 100k output at 10. */
const BILL: readonly BillRow[] = [
  ['2026-11-10', 'gpt-4o-2024-08-06, input', '2.500000000000000000000000', 1_000_000],
  ['2026-11-10', 'gpt-4o-2024-08-06, output', 1, 100_000],
];
const USAGE: readonly UsageRow[] = [['2026-11-10', 'gpt-4o-2024-08-06', 1, 1_000_000, 0, 100_000]];

async function reconcile(paths: readonly string[], url: string, ...args: string[]) {
  const ended = await run(
    ['costs', 'reconcile', '--call-log', ...paths, ...DAYS, '--base-url', `${url}/v1`, ...args],
    { OPENAI_ADMIN_KEY: KEY },
  );
  expect(`${ended.stdout}${ended.stderr}`).not.toContain('not-to-be-seen');
  return ended;
}

async function report(paths: readonly string[], url: string, ...args: string[]) {
  const { code, stdout, stderr } = await reconcile(paths, url, '--json', ...args);
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Report) };
}

const codes = (line: Line | undefined): readonly string[] => line?.reasons.map(({ code }) => code) ?? [];

describe('genvitals costs reconcile', () => {
  test('finds nothing where the bill is what the call lines say', async () => {
    const { url, asked } = await serveAdminApi(BILL, USAGE);
    const { code, lines, total } = await report([callLog('same.jsonl', [callLine('2026-11-10')])], url);
    expect(code).toBe(0);
    expect(total).toEqual({
      countedUsd: 3.5,
      billedUsd: 3.5,
      differenceUsd: 0,
      differencePercent: 0,
      isDifferent: false,
    });
    expect(lines).toMatchObject([
      {
        name: 'gpt-4o-2024-08-06',
        reasons: [],
        billed: { requests: 1, lineItems: [{}, { quantity: 100_000 }] },
      },
    ]);
    const [costs, ...usage] = asked;
    expect(costs).toMatchObject({ path: '/v1/organization/costs', authorization: `Bearer ${KEY}` });
    expect(Object.fromEntries(costs?.search ?? [])).toMatchObject({
      start_time: String(Date.parse('2026-11-10') / 1_000),
      end_time: String(Date.parse('2026-11-13') / 1_000),
      bucket_width: '1d',
      limit: '180',
    });
    expect(costs?.search.getAll('group_by[]')).toEqual(['project_id', 'line_item']);
    expect(usage.map(({ path }) => path)).toContain('/v1/organization/usage/embeddings');
  });

  test('tells people what differs and why, in 80 columns', async () => {
    const { url } = await serveAdminApi(
      [
        ['2026-11-10', 'gpt-4o-2024-08-06, input', 2.5, 2_000_000],
        ['2026-11-10', 'gpt-4o-2024-08-06, output', 1, 100_000],
        ['2026-11-11', 'gpt-5-2025-08-07, output', 20, 2_000_000, 'proj_b'],
        ['2026-11-12', 'assistants api | file search with a name that is longer than a terminal is wide', 1],
      ],
      [['2026-11-10', 'gpt-4o-2024-08-06', 2, 2_000_000, 0, 100_000]],
    );
    const { code, stdout } = await reconcile(
      [callLog('why.jsonl', [callLine('2026-11-10', { cost_usd: 1 })])],
      url,
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/^2026-11-10 +1\.0000 +3\.5000 +-2\.5000 +-71\.4 % +differs$/m);
    expect(stdout).toMatch(/^total +1\.0000 +24\.50 +-23\.50 +-95\.9 % +differs$/m);
    expect(stdout).toContain('gpt-5-2025-08-07\n2026-11-11       0.0000');
    expect(stdout).toContain('  - no call to it was counted');
    expect(stdout).toContain('OpenAI counts 2 requests, we 1: 1 not seen');
    expect(stdout).toContain('input tokens: OpenAI counts 2,000,000, we 1,000,000');
    expect(stdout).toContain('billed at 1.25 USD for 1M tokens; our');
    expect(stdout).toContain('it is not billed by calls of a model');
    expect(stdout).toMatch(/^proj_b +20\.00$/m);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('reads every page of the bill and every day apart', async () => {
    const bill = ['2026-11-10', '2026-11-11', '2026-11-12'].map((day): BillRow => [
      day,
      'gpt-4o-2024-08-06, input',
      3.5,
    ]);
    const { url, asked } = await serveAdminApi([...bill, ['2026-11-13', 'gpt-4o, input', 99]]);
    const lines = ['2026-11-10', '2026-11-11', '2026-11-12', '2026-11-13'].map((day) => callLine(day));
    const { days, notes } = await report([callLog('pages.jsonl', lines)], url);
    expect(days).toMatchObject([
      { day: '2026-11-10', countedUsd: 3.5, billedUsd: 3.5 },
      { day: '2026-11-11', countedUsd: 3.5, billedUsd: 3.5 },
      { day: '2026-11-12', countedUsd: 3.5, billedUsd: 3.5 },
    ]);
    expect(
      asked.filter(({ path }) => path.endsWith('/costs')).map(({ search }) => search.get('page')),
    ).toEqual([null, '2']);
    expect(notes).toEqual([expect.stringContaining('1 call of 4 ended outside of 2026-11-10 to 2026-11-12')]);
  });

  test('compares with the bill of one project where it is named', async () => {
    const { url, asked } = await serveAdminApi(
      [...BILL, ['2026-11-10', 'gpt-4o-2024-08-06, input', 9, 1, 'proj_b']],
      USAGE,
    );
    const log = callLog('project.jsonl', [callLine('2026-11-10')]);
    expect(await report([log], url, '--project', 'proj_a')).toMatchObject({ code: 0 });
    expect(asked.every(({ search }) => search.get('project_ids[]') === 'proj_a')).toBe(true);
    const { code, projects } = await report([log], url);
    expect({ code, projects }).toEqual({
      code: 3,
      projects: [
        { day: '2026-11-10', project: 'proj_a', billedUsd: 3.5 },
        { day: '2026-11-10', project: 'proj_b', billedUsd: 9 },
      ],
    });
  });

  test('names by its code each reason that the facts of a line tell', async () => {
    const day = '2026-11-10';
    const { url } = await serveAdminApi(
      [
        [day, 'free-1, output', 0, 50_000],
        [day, 'gpt-5-2025-08-07, output', 5, 1_000_000],
        [day, 'o3-2025-04-16, input', 4, 1_000_000],
        [day, 'o4-mini-2025-04-16, input', 8],
        [day, 'web search tool calls', 1],
        [day, 'not-ours-1, input', 3],
      ],
      [
        [day, 'gpt-5-2025-08-07', 1, 0, 0, 1_000_000],
        [day, 'o3-2025-04-16', 1, 1_000_000, 0, 0],
        [day, 'o4-mini-2025-04-16', 1, 1_000_000, 0, 0],
        [day, 'free-1', 1, 0, 0, 50_000],
      ],
    );
    const call = (model: string, input: number | undefined, output: number | undefined, more: object) =>
      callLine(day, { response_model: model, input_tokens: input, output_tokens: output, ...more });
    const log = callLog('reasons.jsonl', [
      call('free-1', 0, 50_000, { cost_usd: 2 }),
      call('gpt-5-2025-08-07', 0, 1_000_000, { cost_usd: 10 }),
      call('o3-2025-04-16', 1_000_000, 0, { cost_usd: undefined, cost_status: 'none' }),
      call('o4-mini-2025-04-16', 1_000_000, 0, { cost_usd: 1.1 }),
      call('nobody-bills-1', 10, 10, { cost_usd: 7, cost_status: 'partial' }),
      call('nobody-bills-1', 10, 10, { cost_usd: undefined, cost_status: undefined }),
      call('nobody-bills-1', undefined, undefined, { cost_usd: undefined, cost_status: undefined }),
    ]);
    const { lines } = await report([log], url);
    const of = (name: string) => codes(lines.find((line) => line.name === name));
    expect(of('free-1')).toEqual(['free', 'tool_fees']);
    expect(of('gpt-5-2025-08-07')).toEqual(['price', 'tool_fees']);
    expect(lines.find(({ name }) => name === 'gpt-5-2025-08-07')?.reasons[0]?.sentence).toBe(
      'gpt-5-2025-08-07, output: billed at 5 USD for 1M tokens; our list has 10 standard, 5 batch, 5 flex, 20 priority',
    );
    expect(of('o3-2025-04-16')).toEqual(['unpriced', 'price']);
    expect(of('o4-mini-2025-04-16')).toEqual(['price_or_tier']);
    expect(of('fees of tools')).toEqual(['tools_inside']);
    expect(of('not-ours-1')).toEqual(['not_seen']);
    expect(of('nobody-bills-1')).toEqual([
      'partly_priced',
      'uncosted',
      'usage_missing',
      'not_billed',
      'tool_fees',
    ]);
  });

  test('takes the tokens of the bill where OpenAI tells no usage', async () => {
    const { url } = await serveAdminApi([
      ['2026-11-10', 'gpt-4o-2024-08-06, input', 4, 1_600_000],
      ['2026-11-10', 'gpt-4o-2024-08-06, cached input', 0.5, 400_000],
      ['2026-11-10', 'gpt-4o-2024-08-06, output', 1, 100_000],
    ]);
    const { lines } = await report([callLog('quantity.jsonl', [callLine('2026-11-10')])], url);
    expect(lines[0]?.reasons).toEqual([
      { code: 'tokens_differ', sentence: 'input tokens: OpenAI counts 2,000,000, we 1,000,000' },
      { code: 'tokens_differ', sentence: 'cached tokens: OpenAI counts 400,000, we 0' },
    ]);
  });

  test('knows a model by its dated name too, and says where a day is not over', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const { url } = await serveAdminApi([[today, 'gpt-4o-2024-08-06, input', 1]]);
    const log = callLog('dated.jsonl', [callLine(today, { response_model: undefined })]);
    const { lines } = await report([log], url, '--from', today, '--to', today);
    expect(lines).toMatchObject([{ name: 'gpt-4o-2024-08-06', differenceUsd: 2.5 }]);
    expect(codes(lines[0])).toEqual(['day_not_over']);
  });

  test('counts lines that are none, and says where the first of them is', async () => {
    const { url } = await serveAdminApi(BILL);
    const bad = [
      'server listens on 8080',
      '',
      '{"timestamp":',
      callLine('2026-11-10'),
      '[1]',
      'null',
      callLine('2026-11-10', { cost_usd: '3.5' }),
      callLine('2026-11-10', { cost_usd: -1 }),
      callLine('noon'),
      `{"timestamp":"${'x'.repeat(3_000_000)}`,
      callLine('2026-11-10', { provider: 'groq' }),
      callLine('2026-11-10', {
        outcome: 'error',
        input_tokens: undefined,
        output_tokens: undefined,
        cost_usd: undefined,
      }),
    ];
    const log = callLog('bad.jsonl', bad);
    const { notes, lines } = await report([log], url);
    expect(notes).toEqual([
      `${log}: 8 of 11 lines are no call lines; the first is line 1.`,
      `${log}: 1 call of 3 went to other providers than openai.`,
    ]);
    expect(lines).toMatchObject([{ countedUsd: 3.5, counted: { calls: 1, usageMissing: 0 } }]);
  });

  test('reads several files, packed ones too, and one that is named twice once', async () => {
    const { url } = await serveAdminApi(
      BILL.map(([day, name, usd]): BillRow => [day, name, Number(usd) * 3]),
    );
    const one = callLog('one.jsonl', [callLine('2026-11-10')]);
    const packed = join(folder, 'two.jsonl.gz');
    writeFileSync(packed, gzipSync(`${callLine('2026-11-10')}\n${callLine('2026-11-10')}`));
    const link = join(folder, 'link.jsonl');
    symlinkSync(one, link);
    expect(await report([one, packed, '--call-log', link, one], url)).toMatchObject({
      code: 0,
      lines: [{ countedUsd: 10.5, counted: { calls: 3 } }],
    });
  });

  test('reads a file that is larger than its memory', async () => {
    const { url } = await serveAdminApi([['2026-11-10', 'gpt-4o-2024-08-06, input', 100_000]]);
    const path = join(folder, 'huge.jsonl');
    const file = createWriteStream(path);
    const block = `${Array.from({ length: 1_000 }, () => callLine('2026-11-10', { cost_usd: 0.5, session_id: 's'.repeat(700) })).join('\n')}\n`;
    for (let index = 0; index < 200; index += 1) if (!file.write(block)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    const { code, stdout, stderr } = await start(
      ['costs', 'reconcile', '--call-log', path, ...DAYS, '--base-url', url, '--json'],
      { OPENAI_ADMIN_KEY: KEY, NODE_OPTIONS: '--max-old-space-size=64' },
    ).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      lines: [{ countedUsd: 100_000, counted: { calls: 200_000 } }],
    });
  });

  test('waits as a rate limit asks, and goes on', async () => {
    const bodies = [
      { status: 429, headers: { 'retry-after': '0' }, body: {} },
      { status: 503, headers: { 'retry-after': '0' }, body: '' },
    ];
    const { url } = await serve(() => bodies.shift() ?? { body: { data: [], has_more: false } });
    expect(await report([callLog('wait.jsonl', [callLine('2026-11-01')])], url)).toMatchObject({ code: 0 });
  });

  test('says which usage OpenAI does not tell', async () => {
    const { url } = await serve(({ path }) =>
      path.includes('/usage/') ? { status: 404, body: {} } : { body: { data: [], has_more: false } },
    );
    const { code, notes } = await report([callLog('no-usage.jsonl', [callLine('2026-11-01')])], url);
    expect(code).toBe(0);
    expect(notes).toContain('OpenAI does not tell its usage of completions (404).');
  });

  test.each<[string, number, unknown, Readonly<Record<string, string>>, string, string]>([
    [
      'a key that is none',
      401,
      { error: { code: 'invalid_api_key', message: KEY } },
      {},
      'COSTS_KEY_REFUSED',
      'got 401 (invalid_api_key)',
    ],
    [
      'a key of a project',
      403,
      { error: { message: `Missing scopes: ${KEY}` } },
      {},
      'COSTS_KEY_REFUSED',
      'got 403 from',
    ],
    ['a limit that stays', 429, {}, { 'retry-after': '0' }, 'COSTS_API_FAILED', 'got 429; wait a minute'],
    ['a fault that stays', 500, KEY, { 'retry-after': '0' }, 'COSTS_API_FAILED', 'got 500'],
    [
      'a wish that is not taken',
      400,
      { error: { type: 'invalid_request_error' } },
      {},
      'COSTS_API_FAILED',
      'got 400 (invalid_request_error)',
    ],
    ['another server', 404, '', {}, 'COSTS_API_FAILED', 'got 404'],
    [
      'a page that moved',
      302,
      '',
      { location: 'http://127.0.0.1:1/' },
      'COSTS_API_FAILED',
      'check the network',
    ],
    ['a web page', 200, '<html>', {}, 'COSTS_API_ANSWER', 'to answer JSON, got 6 characters'],
    ['other JSON', 200, { data: [{}] }, {}, 'COSTS_API_ANSWER', 'pages of buckets'],
    [
      'pages without end',
      200,
      { data: [], has_more: true, next_page: 'x' },
      {},
      'COSTS_API_ANSWER',
      'the same again',
    ],
    [
      'another currency',
      200,
      {
        data: [{ start_time: 1_762_732_800, results: [{ amount: { value: 1, currency: 'eur' } }] }],
        has_more: false,
      },
      {},
      'COSTS_API_ANSWER',
      'amounts in usd, got 1 "eur"',
    ],
  ])('%s is told in one sentence without the key', async (_, status, body, headers, code, sentence) => {
    const { url } = await serve(() => ({ status, body, headers }));
    const ended = await reconcile([callLog('error.jsonl', [callLine('2026-11-10')])], url);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr).toMatch(new RegExp(`^genvitals: .*\\[${code}\\]\n$`));
  });

  test('a server that is not there is told', async () => {
    const { code, stderr } = await reconcile(
      [callLog('gone.jsonl', [callLine('2026-11-10')])],
      'http://127.0.0.1:1',
    );
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[COSTS_API_FAILED]'),
    });
  });

  test('a signal ends it while it waits', async () => {
    const { url, asked } = await serve(() => ({ status: 429, headers: { 'retry-after': '60' }, body: {} }));
    const { child, ended } = start(
      [
        'costs',
        'reconcile',
        '--call-log',
        callLog('signal.jsonl', [callLine('2026-11-10')]),
        '--base-url',
        url,
      ],
      { OPENAI_ADMIN_KEY: KEY },
    );
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(1);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
  });

  const log = callLog('usage.jsonl', [callLine('2026-11-10')]);
  test.each<[readonly string[], string, string]>([
    [[], 'CLI_INVALID_OPTION', 'Expected one of `--call-log`, `--prometheus`, got none'],
    [
      ['--call-log', log, '--prometheus', 'http://a'],
      'CLI_INVALID_OPTION',
      'got `--call-log` and `--prometheus`',
    ],
    [['--call-log'], 'CLI_INVALID_OPTION', '--call-log'],
    [['--call-log', ''], 'CLI_INVALID_OPTION', 'Expected `--call-log` to be paths'],
    [
      ['--call-log', log, '--from', '2026-02-30'],
      'CLI_INVALID_OPTION',
      'a day like 2026-11-26, got "2026-02-30"',
    ],
    [
      ['--call-log', log, '--from', '2026-11-10', '--to', '2026-11-09'],
      'CLI_INVALID_OPTION',
      'no day after 2026-11-09',
    ],
    [['--call-log', log, '--base-url', 'http://example.com'], 'CLI_INVALID_OPTION', 'an https URL'],
    [['--call-log', log, '--tolerance', '101'], 'CLI_INVALID_OPTION', 'a number from 0 to 100'],
    [['--prometheus', 'prometheus:9090'], 'CLI_INVALID_OPTION', 'an http or https URL'],
    [['--json', 'x'], 'CLI_INVALID_OPTION', "'x'"],
    [['--call-log', '/nowhere.jsonl'], 'COSTS_FILE_UNREADABLE', 'got ENOENT for /nowhere.jsonl'],
    [['--call-log', folder], 'COSTS_FILE_UNREADABLE', 'got EISDIR'],
    [
      ['--call-log', callLog('none.jsonl', ['a', 'b'])],
      'COSTS_LOG_WITHOUT_CALLS',
      'got 2 lines and none of a call',
    ],
    [['--call-log', callLog('no.jsonl.gz', ['not packed'])], 'COSTS_FILE_UNREADABLE', 'got Z_DATA_ERROR'],
    [['--call-log', log, '--prices', '/nowhere.yaml'], 'COSTS_PRICES_UNUSABLE', 'PRICES_UNREADABLE'],
  ])('%j is refused in one sentence', async (args, code, sentence) => {
    const ended = await run(['costs', 'reconcile', ...args], { OPENAI_ADMIN_KEY: KEY });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr).toMatch(new RegExp(`^genvitals: .*\\[${code}\\]\n$`));
  });

  test.each([[''], [' '], ['sk-admin-ü']])('the admin key %j is none', async (key) => {
    const ended = await run(['costs', 'reconcile', '--call-log', log], { OPENAI_ADMIN_KEY: key });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^genvitals: Expected OPENAI_ADMIN_KEY .*\[COSTS_KEY_MISSING\]\n$/);
    expect(ended.stderr).not.toContain('ü');
  });
});
