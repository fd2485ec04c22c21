import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const APP = fileURLToPath(new URL('words/interleaved-app.ts', import.meta.url));
const COUNT = 1000;

interface Answered {
  readonly kind: 'answer';
  readonly n: number;
  readonly status: number;
  readonly traceId: string | null;
}

interface Signal {
  readonly kind: 'span' | 'event';
  readonly name: string;
  readonly traceId: string;
  /** Of the requests whose content it has. */
  readonly numbers: readonly number[];
  readonly said: readonly unknown[];
}

async function runApp(openai: string): Promise<readonly (Answered | Signal)[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@genvitals/source', APP, String(COUNT)],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        APP_OPENAI: openai,
        GENVITALS_PROVIDERS: '127.0.0.1=openai',
        GENVITALS_USER_ID: 'raw',
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_AND_EVENT',
      },
    },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answered | Signal);
}

/** A span of each kind a request, and an event for all but the request itself. */
const NAMES: Readonly<Record<string, number>> = {
  'retrieval handbook': 1,
  'embeddings text-embedding-3-small': 1,
  'chat gpt-4o-mini': 2,
  'execute_tool get_weather': 1,
  'genvitals.retrieval.details': 1,
  'genvitals.tool.details': 1,
  'gen_ai.client.inference.operation.details': 3,
};

describe.each(['openai-7-57', 'openai-4-104'])('with %s', (openai) => {
  test(
    `of ${COUNT} interleaved requests no attribute is on the call of another`,
    { timeout: 240_000 },
    async () => {
      const lines = await runApp(openai);
      const answers = lines.filter((line) => line.kind === 'answer');
      const signals = lines.filter((line) => line.kind !== 'answer');
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      const traceOf = new Map(answers.map(({ n, traceId }) => [n, traceId]));
      expect(new Set(traceOf.values()).size).toBe(COUNT);

      for (const [name, each] of Object.entries(NAMES))
        expect([name, signals.filter((signal) => signal.name === name).length]).toEqual([name, each * COUNT]);
      expect(signals).toHaveLength(COUNT * (6 + 5));

      const wrong = signals.filter(({ name, traceId, numbers, said }) => {
        const n = Number(said[0]);
        const hasContent = name in NAMES;
        const expected = [String(n), String(n), n, `feature-${n % 7}`];
        return (
          JSON.stringify(said) !== JSON.stringify(expected) ||
          traceOf.get(n) !== traceId ||
          JSON.stringify(numbers) !== JSON.stringify(hasContent ? [n] : [])
        );
      });
      expect(wrong).toEqual([]);
    },
  );
});
