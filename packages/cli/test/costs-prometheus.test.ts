import { describe, expect, test } from 'vitest';
import { serve, serveAdminApi } from './admin-server.ts';
import { run } from './genvitals-process.ts';
import { servePrometheus, type StoredSeries } from './prometheus-server.ts';

const DAYS = ['--from', '2026-11-10', '--to', '2026-11-11'];
const MODEL = 'gpt-4o-2024-08-06';

interface Report {
  readonly lines: readonly {
    readonly day: string;
    readonly name: string;
    readonly countedUsd: number;
    readonly counted: object | null;
    readonly reasons: readonly { readonly code: string }[];
  }[];
  readonly notes: readonly string[];
}

function series(
  name: string,
  labels: Readonly<Record<string, string>>,
  ...samples: (readonly [string, number])[]
): StoredSeries {
  const call = {
    gen_ai_provider_name: 'openai',
    gen_ai_request_model: 'gpt-4o',
    gen_ai_response_model: MODEL,
  };
  return { name: `genvitals_client_${name}_total`, labels: { ...call, ...labels }, samples };
}

async function reconcile(prometheus: string, admin: string) {
  const args = ['--prometheus', prometheus, '--base-url', `${admin}/v1`, ...DAYS];
  return run(['costs', 'reconcile', ...args, '--json'], { OPENAI_ADMIN_KEY: 'sk-admin-1' });
}

async function report(stored: readonly StoredSeries[], ...bill: Parameters<typeof serveAdminApi>) {
  const { url } = await servePrometheus(stored);
  const { code, stdout, stderr } = await reconcile(url, (await serveAdminApi(...bill)).url);
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Report) };
}

describe('costs counted by Prometheus', () => {
  test('are what each counter grew on each UTC day, from nothing where it was born that day', async () => {
    const cost = (instance: string, ...samples: (readonly [string, number])[]) =>
      series('cost', { genvitals_cost_kind: 'input', service_instance_id: instance }, ...samples);
    const { code, lines } = await report(
      [
        // Ran before: 100 is of the days before, 1 of the 10th and 2 of the 11th.
        cost(
          'old',
          ['2026-11-08T10:00:00Z', 100],
          ['2026-11-10T23:59:30Z', 101],
          ['2026-11-11T00:00:30Z', 103],
        ),
        // Lived for one sample, in a window where nothing else has one.
        cost('short', ['2026-11-10T03:01:00Z', 4]),
        // Began anew under the same name: 8 before, and 16 after.
        cost(
          'again',
          ['2026-11-11T01:00:00Z', 8],
          ['2026-11-11T02:00:00Z', 16 - 9],
          ['2026-11-11T03:00:00Z', 16],
        ),
        // Of the day after.
        cost('late', ['2026-11-12T00:00:01Z', 1_000]),
      ],
      [
        ['2026-11-10', `${MODEL}, input`, 1 + 4],
        ['2026-11-11', `${MODEL}, input`, 2 + 8 + 16],
      ],
    );
    expect(lines.map(({ day, countedUsd }) => [day, countedUsd])).toEqual([
      ['2026-11-10', 5],
      ['2026-11-11', 26],
    ]);
    expect(code).toBe(0);
  });

  test('have their tokens, calls and gaps, and fees of tools apart', async () => {
    const at = '2026-11-10T12:00:00Z';
    const { code, lines, notes } = await report(
      [
        series('cost', { genvitals_cost_kind: 'input' }, [at, 2]),
        series('cost', { genvitals_cost_kind: 'output' }, [at, 1]),
        series('cost', { genvitals_cost_kind: 'tool' }, [at, 0.5]),
        series('cost', { genvitals_cost_kind: 'input', gen_ai_provider_name: 'groq' }, [at, 50]),
        series('tokens', { genvitals_token_kind: 'input' }, [at, 600]),
        series('tokens', { genvitals_token_kind: 'cache_read' }, [at, 300]),
        series('tokens', { genvitals_token_kind: 'audio_input' }, [at, 100]),
        series('tokens', { genvitals_token_kind: 'output' }, [at, 40]),
        series('tokens', { genvitals_token_kind: 'reasoning' }, [at, 60]),
        series('calls', { genvitals_outcome: 'success' }, [at, 7]),
        series('calls', { genvitals_outcome: 'refused' }, [at, 1]),
        series('calls', { genvitals_outcome: 'error', gen_ai_response_model: '' }, [at, 3]),
        series('unpriced', { genvitals_cost_reason: 'tier_unpriced' }, [at, 2]),
        series('unpriced', { genvitals_cost_reason: 'tool_unpriced' }, [at, 3]),
        // Counted as missing usage already.
        series('unpriced', { genvitals_cost_reason: 'usage_missing' }, [at, 1]),
        series('usage_missing', { gen_ai_response_model: '' }, [at, 1]),
      ],
      [
        ['2026-11-10', `${MODEL}, input`, 5],
        ['2026-11-10', 'web search tool calls', 0.5],
      ],
      [['2026-11-10', MODEL, 8, 1_000, 300, 100]],
    );
    expect({ code, notes }).toEqual({ code: 3, notes: [] });
    expect(lines).toMatchObject([
      {
        name: MODEL,
        countedUsd: 3,
        counted: {
          calls: 8,
          tokens: { input: 1_000, cached: 300, output: 100 },
          unpriced: 2,
          usageMissing: 1,
        },
        reasons: [{ code: 'unpriced' }, { code: 'partly_priced' }, { code: 'usage_missing' }],
      },
      { name: 'fees of tools', countedUsd: 0.5, isDifferent: false, reasons: [] },
    ]);
  });

  test('lack the fees of tools that nobody saw', async () => {
    const { lines } = await report(
      [series('cost', { genvitals_cost_kind: 'input' }, ['2026-11-10T12:00:00Z', 2])],
      [
        ['2026-11-10', `${MODEL}, input`, 2],
        ['2026-11-10', 'file search tool calls', 0.5],
      ],
    );
    expect(lines).toMatchObject([
      { name: 'fees of tools', countedUsd: 0, reasons: [{ code: 'tools_not_seen' }] },
      { name: MODEL, reasons: [] },
    ]);
  });

  test('are told to be missing where there are none', async () => {
    expect(await report([], [])).toMatchObject({
      code: 0,
      notes: [
        'Prometheus has no genvitals_client_cost_total of openai in these days.',
        'Prometheus has no genvitals_client_calls_total of openai in these days.',
      ],
    });
  });

  test('are asked for below a path and with a password, which is not told', async () => {
    const { url, asked } = await servePrometheus([]);
    const admin = await serveAdminApi([]);
    const withPassword = `${url.replace('http://', 'http://user:p%40ss@')}/prometheus/`;
    const { code, stdout } = await reconcile(withPassword, admin.url);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/p%40ss|p@ss/);
    expect(asked[0]).toMatchObject({
      path: '/prometheus/api/v1/query',
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    });
  });

  test.each<[string, number, unknown, string]>([
    [
      'an error of its own',
      422,
      { status: 'error', error: 'query processing would load too many samples' },
      '422 query processing',
    ],
    ['a web page', 200, '<html>', '200 and no JSON'],
    ['something else', 200, { status: 'success', data: {} }, '200 without a result'],
    ['who may not ask', 401, 'Unauthorized', '401 and no JSON'],
  ])('%s of the server is told in one sentence', async (_, status, body, came) => {
    const { url } = await serve(() => ({ status, body }));
    const ended = await reconcile(url, 'http://127.0.0.1:1');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(came);
    expect(ended.stderr).toMatch(/^genvitals: .*\[COSTS_PROMETHEUS_FAILED\]\n$/);
  });

  test('a server that is not there is told', async () => {
    const { code, stderr } = await reconcile('http://127.0.0.1:1', 'http://127.0.0.1:1');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('check that it runs'),
    });
  });
});
