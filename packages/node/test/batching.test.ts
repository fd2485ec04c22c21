import { InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import { InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { createLogBatches, createSpanBatches } from '../src/sdk/batching.ts';

/** More than the queue of a batch processor holds, all in one turn of the event loop. */
const MANY = 5_000;

describe('what ends in one turn', () => {
  test.each([
    ['as they are', {}, false],
    ['with content', {}, true],
    ['with a small queue', { maxQueueSize: 10, maxExportBatchSize: 5 }, false],
  ])('no span of thousands is dropped (%s)', async (_, options, carriesContent) => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      spanProcessors: [createSpanBatches(exporter, options, carriesContent)],
    });
    const tracer = provider.getTracer('test');
    for (let index = 0; index < MANY; index++) tracer.startSpan(`span ${index}`).end();
    await provider.forceFlush();
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    expect(new Set(names).size).toBe(MANY);
    expect(names).toHaveLength(MANY);
  });

  test.each([
    ['as they are', {}, false],
    ['with content', {}, true],
    ['with a small queue', { maxQueueSize: 10, maxExportBatchSize: 5 }, false],
  ])('no log record of thousands is dropped (%s)', async (_, options, carriesContent) => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({
      processors: [createLogBatches(exporter, options, carriesContent)],
    });
    const logger = provider.getLogger('test');
    for (let index = 0; index < MANY; index++) logger.emit({ body: `record ${index}` });
    await provider.forceFlush();
    const bodies = exporter.getFinishedLogRecords().map(({ body }) => body);
    expect(new Set(bodies).size).toBe(MANY);
    expect(bodies).toHaveLength(MANY);
  });
});

test('what waits is handed over before the call returns, once, in exports of the size that content may have', () => {
  const sizes: number[] = [];
  const batches = createLogBatches(
    {
      export: (records, done) => {
        sizes.push(records.length);
        done({ code: 0 });
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
    {},
    true,
  );
  const logger = new LoggerProvider({ processors: [batches] }).getLogger('test');
  for (let index = 0; index < 40; index++) logger.emit({ body: 'last words' });
  batches.handOver();
  batches.handOver();
  // The first sixteen are the processor's own batch, which it takes after an await.
  expect(sizes.every((size) => size <= 16)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(24);
});
