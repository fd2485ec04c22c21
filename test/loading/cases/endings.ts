import assert from 'node:assert/strict';
import { type AppEnd, type Flag, runApp } from '../app.ts';
import { type CollectorMode, totalOf } from '../collector.ts';
import { assertSoon, inTime, type LoadingCase, withWorld, type World } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

/** Without the hand-over at the end nothing would be sent within a test. */
const NO_SCHEDULED_EXPORT = {
  // What was taken and not sent is missing for ever.
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  OTEL_BSP_SCHEDULE_DELAY: '60000',
  OTEL_BLRP_SCHEDULE_DELAY: '60000',
  OTEL_METRIC_EXPORT_INTERVAL: '60000',
};

const SIGNAL = /^SIG[A-Z]+/;
const endings = [
  'natural end',
  'process.exit()',
  'process.exit(3) after an await',
  'flush() that nobody awaits, then exit',
  'uncaught error',
  'unhandled rejection',
  'exit code set',
  'exit listener that exits',
  'await that never settles',
  'kills itself, then exits',
  'SIGTERM, no listener',
  'SIGINT, no listener',
  'SIGHUP, no listener',
  'SIGTERM, draining',
  'SIGTERM, exit(0)',
  'SIGTERM, async exit(3)',
  'SIGTERM, signal-exit',
  'SIGINT, and a second one',
] as const;

const fastEndings: ReadonlySet<string> = new Set([
  'natural end',
  'process.exit()',
  'flush() that nobody awaits, then exit',
  'SIGTERM, no listener',
  'SIGTERM, signal-exit',
]);

function end(how: string, flag: Flag | undefined, { env }: World): Promise<AppEnd> {
  const signal = SIGNAL.exec(how)?.[0] as NodeJS.Signals | undefined;
  return runApp('endings.cjs', {
    flag,
    args: [how],
    env: { ...env, ...NO_SCHEDULED_EXPORT },
    onLine: (line, app) => {
      if (signal !== undefined && (line === 'ending' || line === 'first signal')) app.kill(signal);
    },
  });
}

async function endTwice(how: string, flag: Flag, mode: CollectorMode): Promise<number> {
  return withWorld(async (world) => {
    const bare = await end(how, undefined, world);
    const traced = await end(how, flag, world);
    assert.equal(traced.code, bare.code, 'exit code');
    assert.equal(traced.signal, bare.signal, 'signal');
    assert.equal(traced.stdout, bare.stdout, 'listeners');
    const { collector } = world;
    if (mode === 'ok') {
      assert.equal(callSpans(collector).length, 1, 'the span arrives');
      assert.equal(collector.logRecords.length, 1, 'the event arrives');
      assert.equal(totalOf(collector, 'genvitals.client.calls'), 1, 'the counters arrive');
    }
    return traced.endMs - bare.endMs;
  }, mode);
}

function endingCase(how: (typeof endings)[number], mode: CollectorMode): LoadingCase {
  return {
    group: `Ends, collector ${mode}`,
    name: how,
    flags: ['--require'],
    isFast: fastEndings.has(how) && (mode === 'ok' || how === 'natural end'),
    run: (flag) =>
      inTime(async () => {
        const addedMs = Math.round(await endTwice(how, flag, mode));
        assertSoon(addedMs);
        const delivered = mode === 'ok' ? ', all delivered' : '';
        return `code, signal and listeners equal, ${addedMs < 0 ? '' : '+'}${addedMs} ms${delivered}`;
      }),
  };
}

const modes: readonly CollectorMode[] = ['ok', 'refused', 'black hole'];
export const endingCases: readonly LoadingCase[] = modes.flatMap((mode) =>
  endings.map((how) => endingCase(how, mode)),
);
