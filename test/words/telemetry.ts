import { context, logs, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

const spanExporter = new InMemorySpanExporter();
const recordExporter = new InMemoryLogRecordExporter();

/** An SDK of the app's own, for the process of one test file. */
export function registerSdk(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] }),
  );
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: recordExporter })] }),
  );
}

export function forgetExported(): void {
  spanExporter.reset();
  recordExporter.reset();
}

export function spans(): readonly ReadableSpan[] {
  return spanExporter.getFinishedSpans();
}

export function records(): readonly ReadableLogRecord[] {
  return recordExporter.getFinishedLogRecords();
}

/** A span's name, and those of the spans inside of it in the order of their beginnings. */
export interface SpanTree {
  readonly name: string;
  readonly inside?: readonly SpanTree[];
}

function insideOf(parentId: string | undefined): SpanTree[] {
  return spans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parentId)
    .toSorted((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1])
    .map((span) => {
      const inside = insideOf(span.spanContext().spanId);
      return inside.length === 0 ? { name: span.name } : { name: span.name, inside };
    });
}

/** All that was exported, as trees. */
export function spanTrees(): readonly SpanTree[] {
  return insideOf(undefined);
}
