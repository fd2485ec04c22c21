import { instrument } from '@genvitals/instrumentation-openai';
import * as fc from 'fast-check';
import { createRequire } from 'node:module';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { runApp } from './fuzz/app.ts';
import { type Case, cases } from './fuzz/cases.ts';
import { registerSdk, type SeenTelemetry, type TelemetryStage } from './versions/child/telemetry.ts';
import { findDifferences } from './versions/compare.ts';

const VERSIONS = [
  { alias: 'openai-4-104', major: 4 },
  { alias: 'openai-5-23', major: 5 },
  { alias: 'openai-6-49', major: 6 },
  { alias: 'openai-7-57', major: 7 },
];
/** 10,000 cases in all; after each batch the metrics and events are compared with its spans. */
const BATCHES = 10;
const CASES_PER_BATCH = 250;
/** Fixed, so that a run can be repeated; FUZZ_SEED tries others. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123);
const LIMIT_MS = 120_000;
const DETAILS_EVENT = 'gen_ai.client.inference.operation.details';

let telemetry: TelemetryStage;
let collectGarbage: () => void;

beforeAll(() => {
  telemetry = registerSdk();
  setFlagsFromString('--expose-gc');
  collectGarbage = runInNewContext('gc') as () => void;
  // The client itself writes of events that it can't parse, with us and without us.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterAll(() => {
  vi.restoreAllMocks();
});

/** Waits until every call has ended; those whose answer was dropped unread end when it is collected. */
async function allEnded(): Promise<void> {
  // A raw response ends its call a turn later.
  if (telemetry.open() > 0) await setImmediate();
  for (let round = 0; round < 40 && telemetry.open() > 0; round += 1) {
    collectGarbage();
    await delay(5);
  }
}

function checkSignals(seen: SeenTelemetry, calls: number): void {
  expect(seen.started).toBe(calls);
  expect(seen.spans).toHaveLength(calls);
  expect(seen.records.filter(({ eventName }) => eventName === DETAILS_EVENT)).toHaveLength(calls);
  const counted = seen.points.filter(({ metric }) => metric === 'genvitals.client.calls');
  expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(calls);
  const leaks = [...seen.spans, ...seen.points, ...seen.records].filter((signal) =>
    JSON.stringify(signal).includes('SENTINEL'),
  );
  expect(leaks).toEqual([]);
}

describe.each(VERSIONS)('$alias', ({ alias, major }) => {
  let bare: unknown;
  let hooked: unknown;

  beforeAll(async () => {
    // The two module systems have copies of their own: one is patched, the other one is not.
    bare = createRequire(import.meta.url)(alias);
    const module: { OpenAI: never } = await import(alias);
    instrument(module.OpenAI);
    hooked = module;
    await telemetry.take();
  });

  test(
    'whatever a server answers, the app sees the same as without us, and one span a call',
    async () => {
      const property = fc.asyncProperty(cases, async (one: Case) => {
        const wanted = await runApp(bare, major, one);
        const before = telemetry.started();
        const got = await runApp(hooked, major, one);
        expect(findDifferences(wanted, got)).toEqual([]);
        await allEnded();
        expect(telemetry.open()).toBe(0);
        // A call that fails before it is made (parameters that can't be read) may have a span or none.
        const calls = telemetry.started() - before;
        expect(calls).toBeLessThanOrEqual(1);
        expect(calls).toBeGreaterThanOrEqual(wanted.fetches);
      });
      for (let batch = 0; batch < BATCHES; batch += 1) {
        await fc.assert(property, { numRuns: CASES_PER_BATCH, seed: SEED + major * BATCHES + batch });
        const seen = await telemetry.take();
        expect(seen.started).toBeGreaterThan(CASES_PER_BATCH * 0.9);
        checkSignals(seen, seen.started);
      }
    },
    LIMIT_MS,
  );
});

test(
  'a body of many megabytes passes, streamed or not',
  async () => {
    const text = 'SENTINEL '.repeat(1_000_000);
    const bodies = [
      {
        isStream: false,
        body: JSON.stringify({ id: 'x', choices: [{ index: 0, message: { content: text } }] }),
      },
      {
        isStream: true,
        body: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`,
      },
    ];
    for (const { alias, major } of VERSIONS) {
      const openai: unknown = await import(alias);
      for (const { isStream, body } of bodies) {
        const one: Case = {
          endpoint: 'chat',
          isStream,
          reading: 'read all',
          after: 0,
          params: { model: 'gpt-4o-mini', messages: [], ...(isStream ? { stream: true } : {}) },
          status: 200,
          headers: { 'content-type': isStream ? 'text/event-stream' : 'application/json' },
          body: new TextEncoder().encode(body),
          splits: [],
          ending: 'closes',
        };
        const { log } = await runApp(openai, major, one);
        expect(JSON.stringify(log).length).toBeGreaterThan(text.length);
        await allEnded();
        checkSignals(await telemetry.take(), 1);
      }
    }
  },
  LIMIT_MS,
);
