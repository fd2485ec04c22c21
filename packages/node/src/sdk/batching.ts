import {
  BatchLogRecordProcessor,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** As the OTEL_BSP_* and OTEL_BLRP_* variables have them. */
export interface BatchingOptions {
  readonly maxQueueSize?: number;
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxExportBatchSize?: number;
}

/** OpenTelemetry's default. */
const MAX_QUEUE_SIZE = 2048;
/** A call's content is 256 KiB at most, so an export stays below what receivers take: 4 MiB. */
const CALLS_WITH_CONTENT_AN_EXPORT = 16;
/** And what waits in the app's thread below 16 MiB. */
const CALLS_WITH_CONTENT_WAITING = 64;
const FULL_SHARE = 0.75;

function withContent(options: BatchingOptions, carriesContent: boolean): BatchingOptions {
  return carriesContent ? { maxExportBatchSize: CALLS_WITH_CONTENT_AN_EXPORT, ...options } : options;
}

/** How much may wait before it is handed over at once: a queue that is full drops what comes, and says nothing. */
function limitOf({ maxQueueSize = MAX_QUEUE_SIZE }: BatchingOptions, carriesContent: boolean): number {
  const limit = Math.max(1, Math.floor(maxQueueSize * FULL_SHARE));
  return carriesContent ? Math.min(limit, CALLS_WITH_CONTENT_WAITING) : limit;
}

/** The queues are private fields of the SDK that we build in; a test sees whether they are there. */
interface Queues {
  readonly _finishedSpans: readonly unknown[];
  readonly _finishedLogRecords: ReadableLogRecord[];
}

function queuesOf(processor: BatchSpanProcessor | BatchLogRecordProcessor): Queues {
  return processor as unknown as Queues;
}

/** Batches of spans, which thousands of calls that end in one turn cannot overflow. */
export function createSpanBatches(
  exporter: SpanExporter,
  options: BatchingOptions,
  carriesContent: boolean,
): SpanProcessor {
  const batches = new BatchSpanProcessor({ exporter, ...withContent(options, carriesContent) });
  const limit = limitOf(options, carriesContent);
  return {
    onStart: (span, context) => {
      batches.onStart(span, context);
    },
    onEnd: (span) => {
      batches.onEnd(span);
      // It exports before it returns.
      if (queuesOf(batches)._finishedSpans.length >= limit) void batches.forceFlush().catch(() => undefined);
    },
    forceFlush: async () => batches.forceFlush(),
    shutdown: async () => batches.shutdown(),
  };
}

export interface LogBatches extends LogRecordProcessor {
  /** Exports all that waits, before it returns: the processor's own `forceFlush` does so after an await. */
  handOver(): void;
}

/** The same for log records. */
export function createLogBatches(
  exporter: LogRecordExporter,
  options: BatchingOptions,
  carriesContent: boolean,
): LogBatches {
  const sized = withContent(options, carriesContent);
  const batches = new BatchLogRecordProcessor({ exporter, ...sized });
  const limit = limitOf(options, carriesContent);
  const batchSize = sized.maxExportBatchSize ?? Infinity;
  function handOver(): void {
    const records = queuesOf(batches)._finishedLogRecords.splice(0);
    for (let from = 0; from < records.length; from += batchSize)
      exporter.export(records.slice(from, from + batchSize), () => undefined);
  }
  return {
    onEmit: (record) => {
      batches.onEmit(record);
      if (queuesOf(batches)._finishedLogRecords.length >= limit) handOver();
    },
    forceFlush: async () => batches.forceFlush(),
    shutdown: async () => batches.shutdown(),
    handOver,
  };
}
