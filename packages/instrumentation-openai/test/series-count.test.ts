import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chatCompletion, chatStream } from './answers.ts';
import { CHAT, createStage, type Point, type Stage } from './app-stage.ts';
import { apiError, json, silence, sse } from './provider-server.ts';

const PAGE = new URL('../../../docs/series.md', import.meta.url);
const BEGIN = '<!-- begin of the counts: written by a test with WRITE_SERIES=1 -->';
const END = '<!-- end of the counts -->';
const MODES = ['v1.41', 'latest', 'dup'] as const;

/** What an app does with one model for one feature; each adds to those before. */
const STEPS: readonly (readonly [name: string, run: (stage: Stage) => Promise<unknown>])[] = [
  [
    'plain calls that succeed',
    async (stage) => {
      stage.script(json(chatCompletion()));
      await stage.client().chat.completions.create(CHAT);
    },
  ],
  [
    'and streamed ones',
    async (stage) => {
      stage.script(sse(chatStream()));
      for await (const chunk of await stage.client().chat.completions.create({ ...CHAT, stream: true }))
        void chunk;
    },
  ],
  [
    'and cancelled, cut and refused ones',
    async (stage) => {
      const client = stage.client();
      await client.chat.completions.create(CHAT, { signal: AbortSignal.abort() }).catch(() => undefined);
      const message = { role: 'assistant', content: null, refusal: 'No.' };
      stage.script(
        json(chatCompletion({ choices: [{ index: 0, message: {}, finish_reason: 'length' }] })),
        json(chatCompletion({ choices: [{ index: 0, message, finish_reason: 'stop' }] })),
      );
      await client.chat.completions.create(CHAT);
      await client.chat.completions.create(CHAT);
    },
  ],
  [
    'and one error of the provider (HTTP 500)',
    async (stage) => {
      stage.script(apiError(500, { code: 'server_error' }));
      await stage
        .client()
        .chat.completions.create(CHAT)
        .catch(() => undefined);
    },
  ],
  [
    'and two more (rate limit, timeout)',
    async (stage) => {
      stage.script(apiError(429, { code: 'rate_limit_exceeded' }), silence);
      const client = stage.client();
      await client.chat.completions.create(CHAT).catch(() => undefined);
      await client.chat.completions.create(CHAT, { timeout: 20 }).catch(() => undefined);
    },
  ],
];

/** A histogram is a series for each bucket, +Inf included, and those of its count and its sum. */
function prometheusSeries(points: readonly Point[]): number {
  return points.reduce((sum, { bounds }) => sum + (bounds === undefined ? 1 : bounds.length + 3), 0);
}

interface Count {
  readonly labelSets: number;
  readonly series: number;
}

/** What a process has once, whatever it calls. */
const OF_THE_PROCESS = new Set(['genvitals.instrumentation.info', 'genvitals.telemetry.capped']);

/** How many there are after each step. */
async function countSteps(semconv: string): Promise<Count[]> {
  const stage = await createStage({
    env: { GENVITALS_SEMCONV: semconv },
    ownsSdk: true,
  });
  const counts: Count[] = [];
  for (const [, run] of STEPS) {
    await run(stage);
    const points = (await stage.points()).filter(({ metric }) => !OF_THE_PROCESS.has(metric));
    counts.push({ labelSets: points.length, series: prometheusSeries(points) });
  }
  return counts;
}

function blockOf(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to < from)
    throw new Error(`Expected ${BEGIN} and then ${END} in docs/series.md; write both`);
  return page.slice(from + BEGIN.length, to);
}

describe('series of one feature and one model', () => {
  test('are as many as docs/series.md says', async () => {
    const byMode: Count[][] = [];
    for (const mode of MODES) byMode.push(await countSteps(mode));
    const rows = STEPS.map(([name], step) => [
      name,
      ...byMode.map((counts) => `${counts[step]?.labelSets} / ${counts[step]?.series}`),
    ]);
    const table = [
      ['One feature, one model', ...MODES.map((mode) => `\`${mode}\``)],
      ['---', '---', '---', '---'],
      ...rows,
    ]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
    const block = `\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n`;
    const page = readFileSync(PAGE, 'utf8');
    if (process.env['WRITE_SERIES'] === '1')
      writeFileSync(PAGE, page.replace(`${BEGIN}${blockOf(page)}${END}`, `${BEGIN}${block}${END}`));
    expect(blockOf(readFileSync(PAGE, 'utf8'))).toBe(block);
  });

  test('do not grow with the number of calls', async () => {
    const stage = await createStage({ ownsSdk: true });
    for (const [, run] of STEPS) await run(stage);
    const before = (await stage.points()).length;
    for (const [, run] of STEPS) await run(stage);
    expect((await stage.points()).length).toBe(before);
  });
});
