import assert from 'node:assert/strict';
import type { Flag } from './app.ts';
import { type Collector, type CollectorMode, createCollector } from './collector.ts';
import { createUpstream, type Upstream } from './upstream.ts';

/** One way to load us beside what an app does or has. */
export interface LoadingCase {
  readonly group: string;
  readonly name: string;
  /** `--require` and `--import` where there is none. */
  readonly flags?: readonly Flag[];
  /** How we are loaded, for the table, where it is not by the flag that the case runs with. */
  readonly way?: string;
  /** Runs in `pnpm test` too, from the sources and with its first flag. */
  readonly isFast?: boolean;
  /** Throws where it is not as it must be; resolves with what was seen, for the table. */
  run(flag: Flag): Promise<string>;
}

export interface World {
  readonly collector: Collector;
  readonly upstream: Upstream;
  /** What points an app at the two. */
  readonly env: Readonly<Record<string, string>>;
}

/** Gives a collector and a stand-in for OpenAI for as long as `use` takes. */
export async function withWorld<Result>(
  use: (world: World) => Promise<Result>,
  mode: CollectorMode = 'ok',
): Promise<Result> {
  const collector = await createCollector(mode);
  const upstream = await createUpstream();
  try {
    const env = { OPENAI_BASE_URL: upstream.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    return await use({ collector, upstream, env });
  } finally {
    await Promise.all([collector.close(), upstream.close()]);
  }
}

/**
 * What may be added to a process's end, whoever listens at the collector's address: 400 ms of ours, and what a machine
 * adds that does ten things at once. Whoever waits for a collector takes ten seconds.
 */
const MAX_ADDED_MS = 1000;

/** Throws where a process's end took too much longer with us than without. */
export function assertSoon(addedMs: number): void {
  assert.ok(addedMs <= MAX_ADDED_MS, `expected at most ${MAX_ADDED_MS} ms more, got ${addedMs}`);
}

const ATTEMPTS = 3;

/**
 * For what holds within a time: a machine that does ten things at once takes 400 ms to begin a thread, so it has to
 * hold once in three attempts. Those that did not are told on stderr.
 */
export async function inTime<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      const why = error instanceof Error ? error.message : String(error);
      console.warn(`attempt ${attempt} of ${ATTEMPTS}: ${why}`);
    }
  }
}
