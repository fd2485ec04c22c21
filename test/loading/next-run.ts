import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSimulator, type Simulator } from '@genvitals/openai-simulator';
import { type AppEnd, type Flag, ourArgv, runApp } from './app.ts';
import { type Collector, createCollector } from './collector.ts';
import { type Env, type NextApp, nextArgs, QUIET } from './next-app.ts';
import { callSpans, type CollectedSpan } from './spans.ts';

export interface NextWorld {
  readonly collector: Collector;
  readonly simulator: Simulator;
  readonly env: Env;
}

/** Gives a collector and the simulator, which is priced as the provider it stands for. */
export async function withNextWorld<Result>(use: (world: NextWorld) => Promise<Result>): Promise<Result> {
  const collector = await createCollector();
  const simulator = await createSimulator({ seed: 1, latencyScale: 0 });
  try {
    const env = {
      OPENAI_BASE_URL: simulator.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      GENVITALS_PROVIDERS: '127.0.0.1=openai',
    };
    return await use({ collector, simulator, env });
  } finally {
    await Promise.all([collector.close(), simulator.close()]);
  }
}

/** Asks by a request. @returns the answer */
export async function ask(origin: string, method: 'GET' | 'POST', path: string): Promise<string> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { 'content-type': 'text/plain' },
    ...(method === 'POST' ? { body: 'What is a span?' } : {}),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

/** Sends the form of a page, as a browser without JavaScript does. @returns where its server action leads to */
export async function act(origin: string, path: string): Promise<string> {
  const page = await ask(origin, 'GET', path);
  const [, action] = /name="(\$ACTION_ID_\w+)"/.exec(page) ?? [];
  assert.ok(action !== undefined, `no form in ${page}`);
  const body = new FormData();
  body.set(action, '');
  body.set('name', 'Ada');
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    body,
    headers: { origin },
    redirect: 'manual',
  });
  assert.equal(response.status, 303);
  return response.headers.get('location') ?? '';
}

export interface NextRun {
  /** The command, or the file where `output: 'standalone'` has made one. */
  readonly command: 'start' | 'dev' | { readonly file: string };
  readonly flag?: Flag | undefined;
  readonly use: (origin: string) => Promise<void>;
}

const EXPORTED_MS = 500;

/** Runs an app's server for as long as `use` takes, which is called when it is ready. */
export async function serveNext(app: NextApp, { env }: NextWorld, run: NextRun): Promise<AppEnd> {
  const { command, flag, use } = run;
  const failures: unknown[] = [];
  let origin = '';
  const isOwnFile = typeof command === 'object';
  const args = command === 'dev' ? nextArgs(app) : [];
  const end = await runApp(isOwnFile ? command.file : app.next, {
    args: isOwnFile ? [] : [command, ...args, '-p', '0'],
    cwd: app.folder,
    timeoutMs: 120_000,
    env: {
      ...env,
      ...QUIET,
      NODE_OPTIONS: ourArgv(flag).join(' '),
      ...(isOwnFile ? { PORT: '0', HOSTNAME: '127.0.0.1' } : {}),
    },
    onLine: (line, server) => {
      origin ||= /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(line)?.[0] ?? '';
      if (!line.includes('Ready in')) return;
      void use(origin)
        .catch((error: unknown) => failures.push(error))
        .then(() => sleep(EXPORTED_MS))
        .finally(() => {
          server.kill('SIGTERM');
        });
    },
  });
  if (failures.length > 0) throw new Error(`${String(failures[0])}\n${end.stderr}`, { cause: failures[0] });
  assert.equal(end.stderr, '');
  return end;
}

/** The request that a span belongs to, as Next names it: `POST /api/ask`. */
function requestOf(span: CollectedSpan, all: ReadonlyMap<string, CollectedSpan>): string {
  let above = all.get(span.span.parentSpanId);
  while (above !== undefined && !/^[A-Z]+ \//.test(above.span.name)) above = all.get(above.span.parentSpanId);
  return above === undefined ? 'none' : above.span.name;
}

/**
 * Throws unless each call has one span, below Next's span of its request, with its tokens and its cost.
 * @param requests the requests that made the calls, one for each
 * @param unseen how many calls more were made where nothing is seen
 */
export function assertCalls(
  { collector, simulator }: NextWorld,
  requests: readonly string[],
  unseen = 0,
): void {
  const { calls, tokensSent } = simulator.counts();
  assert.equal(calls.answered, requests.length + unseen, 'calls that were made');
  assert.equal(calls.total, calls.answered);
  const all = new Map(collector.spans.map((its) => [its.span.spanId, its]));
  const spans = callSpans(collector);
  assert.deepEqual(spans.map((span) => requestOf(span, all)).toSorted(), requests.toSorted());
  for (const { span } of spans) {
    assert.equal(span.attributes['genvitals.cost.status'], 'full');
    assert.ok(Number(span.attributes['genvitals.cost.amount']) > 0);
  }
  if (unseen > 0) return;
  const sum = (name: string): number =>
    spans.reduce((total, { span }) => total + Number(span.attributes[name]), 0);
  assert.equal(sum('gen_ai.usage.input_tokens'), tokensSent.input);
  assert.equal(sum('gen_ai.usage.output_tokens'), tokensSent.output);
}
