import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOf } from '../spread.ts';
import type { Backends } from './backends.ts';
import type { Installed } from './installs.ts';

export interface ServerTimes {
  /** From the process's start. */
  readonly listeningMs: number;
  readonly firstAnswerMs: number;
  /** What the first request takes above a later one. */
  readonly stallMs: number;
  /** The longest turn of the event loop from listening until the first request is well over. */
  readonly longestDelayMs: number;
}

/** Until what the first request set off (a thread, a batch) is over. */
const REST_MS = 400;
const LATER_REQUESTS = 20;
/** A request as it is once the process is warm: the middle one of the last ten. */
const LATER_COUNTED = 10;
const NS_A_MS = 1e6;
const SEEN_BY_MS = 10_000;

async function ask(agent: Agent, url: string): Promise<{ readonly tookMs: number; readonly text: string }> {
  const beganAt = performance.now();
  const [response] = await once(get(url, { agent }), 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  if (response.statusCode !== 200) throw new Error(`Expected status 200 of ${url}, came ${text}`);
  return { tookMs: performance.now() - beganAt, text };
}

/** One process of the app; the first request comes `waitMs` after it listens. */
export async function timeServer(
  app: string,
  waitMs: number,
  { preload }: Installed,
  { env }: Pick<Backends, 'env'>,
  whenServed: () => Promise<void> = () => Promise.resolve(),
): Promise<ServerTimes> {
  const flags = preload === undefined ? [] : ['--require', preload];
  const agent = new Agent({ keepAlive: true });
  const beganNs = process.hrtime.bigint();
  const sinceBeganMs = (ns: bigint): number => Number(ns - beganNs) / NS_A_MS;
  const child = spawn(process.execPath, [...flags, join(app, 'server.cjs')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let stderr = '';
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  try {
    const ended = once(child, 'exit').then(() => {
      throw new Error(`The app ended before it listened: ${stderr}`);
    });
    const line = once(createInterface(child.stdout), 'line');
    const [text] = (await Promise.race([line, ended])) as [string];
    ended.catch(() => undefined);
    const [port = '', listeningNs = ''] = text.split(' ');
    const origin = `http://127.0.0.1:${port}`;
    if (waitMs > 0) await sleep(waitMs);
    const first = await ask(agent, `${origin}/questions/first`);
    const firstAnswerMs = sinceBeganMs(process.hrtime.bigint());
    await sleep(REST_MS);
    const delay = JSON.parse((await ask(agent, `${origin}/longest-delay`)).text) as { readonly ms: number };
    const later: number[] = [];
    for (let request = 0; request < LATER_REQUESTS; request++) {
      later.push((await ask(agent, `${origin}/questions/later`)).tookMs);
    }
    await whenServed();
    return {
      listeningMs: sinceBeganMs(BigInt(listeningNs)),
      firstAnswerMs,
      stallMs: first.tookMs - spreadOf(later.slice(-LATER_COUNTED)).median,
      longestDelayMs: delay.ms,
    };
  } finally {
    agent.destroy();
    child.kill('SIGKILL');
  }
}

/** Throws where a subject does not send the span of a model call: what does less may not be compared. */
export async function checkServer(app: string, installed: Installed, backends: Backends): Promise<void> {
  const before = backends.callSpans();
  const env = { ...backends.env, OTEL_BSP_SCHEDULE_DELAY: '100' };
  await timeServer(app, 0, installed, { env }, async () => {
    const untilMs = performance.now() + SEEN_BY_MS;
    while (backends.callSpans() === before && performance.now() < untilMs) await sleep(50);
  });
  const isSeen = backends.callSpans() > before;
  if (isSeen !== (installed.preload !== undefined)) {
    throw new Error(
      `Expected spans of calls with ${installed.subject.name}, came ${isSeen ? 'some' : 'none'}`,
    );
  }
}
