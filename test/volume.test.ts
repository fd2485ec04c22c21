import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { createRawReceiver } from './sentinel/raw-receiver.ts';

const CALLS = 2_000;
const LIMIT_MS = 240_000;
const APP = fileURLToPath(new URL('volume/app.ts', import.meta.url));
const closing: { close(): void }[] = [];

afterEach(() => {
  for (const each of closing.splice(0)) each.close();
});

/** A model that answers at once. */
async function startModel(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
    });
  });
  closing.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Which calls' whole prompts arrived at a path, and the largest request. */
class Arrivals {
  readonly calls = new Map<number, number>();
  largestBytes = 0;

  take(body: Buffer): void {
    this.largestBytes = Math.max(this.largestBytes, body.length);
    for (const [, index] of body.toString('latin1').matchAll(/(?<!-)call-(\d+)-(?:call-\1-)+/g))
      this.calls.set(Number(index), (this.calls.get(Number(index)) ?? 0) + 1);
  }
}

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

test(
  '2,000 calls of 100 kB with content on all arrive, on spans and events and at a judge, in requests of some megabytes',
  async () => {
    const paths = new Map<string, Arrivals>();
    const receive = async (receiver: string): Promise<string> => {
      const { url, close } = await createRawReceiver((path, body) => {
        const key = `${receiver} ${path}`;
        const arrivals = paths.get(key) ?? new Arrivals();
        paths.set(key, arrivals);
        arrivals.take(body);
      });
      closing.push({ close });
      return url;
    };
    const [collector, judge, model] = await Promise.all([
      receive('collector'),
      receive('judge'),
      startModel(),
    ]);
    const child = spawn(
      process.execPath,
      ['--conditions=@genvitals/source', '--import', '@genvitals/node/register', APP],
      {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        env: {
          PATH: process.env['PATH'],
          APP_BASE_URL: `${model}/v1`,
          APP_CALLS: String(CALLS),
          OPENAI_API_KEY: 'k',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector,
          OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_AND_EVENT',
          GENVITALS_JUDGE_URL: judge,
        },
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    for (const key of ['collector /v1/traces', 'collector /v1/logs', 'judge /v1/logs']) {
      const { calls, largestBytes } = paths.get(key) ?? new Arrivals();
      expect(calls.size, key).toBe(CALLS);
      // Four parts each: all of the prompt came, and came once.
      expect(new Set(calls.values()), key).toEqual(new Set([4]));
      expect(largestBytes, key).toBeLessThan(5 * 1024 * 1024);
    }
    // 200 MB went out three times; what waited in the app's thread was bounded.
    const { heapUsed, external } = JSON.parse(stdout) as { heapUsed: number; external: number };
    expect((heapUsed + external) / 1e6).toBeLessThan(400);
  },
  LIMIT_MS,
);
