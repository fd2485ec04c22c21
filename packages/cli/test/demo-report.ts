import { expect } from 'vitest';
import { run } from './genvitals-process.ts';

interface Group {
  calls: { total: number; errors: number; cancelled: number };
  latencySeconds: { p50: number; p95: number; p99: number };
  firstChunkSeconds: { p50: number; p95: number };
  tokens: { input: number; cached: number; output: number; reasoning: number };
  responseModels: Record<string, number>;
  costUsd: number | null;
  costCalls: { full: number; partial: number; unpriced: number };
  costReasons: Record<string, number>;
  leastLeft: { requests: number | null; tokens: number | null };
}

interface Limit {
  limit: number;
  remaining: number;
  left: number;
}

interface ModelGroup extends Group {
  rateLimits: { requests: Limit | null; tokens: Limit | null };
}

interface Report extends Group {
  models: Record<string, ModelGroup>;
  features: Record<string, Group>;
  signals: { spans: number; events: number; counted: number; countedUsd: number | null };
  requests: number;
  instrumentation: { openaiVersion: string; seam: string };
  incident: { name: string; before: Side; after: Side } | null;
}

interface Side extends Group {
  costUsdPerRequest: number;
  inputTokensPerAnswerByFeature: Record<string, number>;
}

/** The document of `demo --json` with these arguments. */
export async function report(args: string[], env?: Record<string, string>): Promise<Report> {
  const ended = await run(['demo', '--json', ...args], env);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout.startsWith('{\n') && ended.stdout.endsWith('}\n')).toBe(true);
  return JSON.parse(ended.stdout) as Report;
}
