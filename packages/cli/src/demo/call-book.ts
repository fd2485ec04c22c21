import { attributes, events, metrics } from '@genvitals/conventions';
import {
  logRecordsIn,
  spanKinds,
  spansIn,
  type LogsData,
  type MetricsData,
  type TracesData,
} from '@genvitals/otlp';
import { createLatestPoints, type LatestPoint } from './latest-points.ts';
import { isCall, toObservedCall, type ObservedCall } from './observed-call.ts';
import { createPeopleBook, type PeopleBook } from './people-book.ts';
import { type ByLimit, type RateLimit, toRateLimits } from './rate-limits.ts';

const NANOS_PER_MS = 1e6;

/** How many calls each signal tells of; with nothing sampled away and nothing lost they agree. */
export interface SignalCounts {
  readonly spans: number;
  readonly events: number;
  /** The sum of the calls counter at its last export. */
  readonly counted: number;
  /** The sum of the cost counter at its last export, in USD; undefined where it never came. */
  readonly countedUsd: number | undefined;
}

/** What the instrumentation says of itself. */
export interface InstrumentationInfo {
  readonly openaiVersion: string;
  readonly seam: string;
}

/** A request to the app. */
export interface AppRequest {
  readonly traceId: string;
  /** Unix milliseconds. */
  readonly beganAtMs: number;
}

/** Everything the demo knows of the app: filled by what was received over OTLP and by nothing else. */
export interface CallBook {
  addTraces(data: TracesData): void;
  addMetrics(data: MetricsData): void;
  addLogs(data: LogsData): void;
  /** Each call once, whichever signals told of it, in the order they ended. */
  calls(): ObservedCall[];
  /** What the app's own requests were that led to calls: one for each visit. */
  requests(): readonly AppRequest[];
  /** What is told of the people behind them. */
  readonly people: PeopleBook;
  signals(): SignalCounts;
  /** What the newest answers left of a model's rate limits. */
  rateLimitsOf(model: string): ByLimit<RateLimit>;
  info(): InstrumentationInfo | undefined;
}

export function createCallBook(): CallBook {
  const bySpan = new Map<string, ObservedCall>();
  const byEvent = new Map<string, ObservedCall>();
  const points = createLatestPoints();
  const requests: AppRequest[] = [];
  const people = createPeopleBook(points);
  const calls = (): ObservedCall[] => {
    const merged = new Map([...byEvent, ...bySpan]);
    return [...merged.values()].toSorted((a, b) => a.endedAtMs - b.endedAtMs);
  };

  return {
    people,
    calls,
    addTraces(data) {
      for (const { span } of spansIn(data)) {
        const { traceId } = span;
        if (span.kind === spanKinds.server)
          requests.push({ traceId, beganAtMs: toMs(span.startTimeUnixNano) });
        if (!isCall(span.attributes)) continue;
        const endedAtMs = toMs(span.endTimeUnixNano);
        const seconds = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e9;
        bySpan.set(span.spanId, toObservedCall(span.attributes, { traceId, endedAtMs, seconds }));
      }
    },
    addLogs(data) {
      people.addLogs(data);
      for (const { logRecord } of logRecordsIn(data)) {
        if (logRecord.eventName !== events.inferenceOperationDetails.name) continue;
        const { traceId, spanId, timeUnixNano } = logRecord;
        const of = { traceId, endedAtMs: toMs(timeUnixNano), seconds: undefined };
        byEvent.set(spanId, toObservedCall(logRecord.attributes, of));
      }
    },
    addMetrics: points.add,
    requests() {
      const called = new Set(calls().map(({ traceId }) => traceId));
      return requests.filter(({ traceId }) => called.has(traceId));
    },
    signals: () => ({
      spans: bySpan.size,
      events: byEvent.size,
      counted: points.sumOf(metrics.clientCalls.name) ?? 0,
      countedUsd: points.sumOf(metrics.clientCost.name),
    }),
    rateLimitsOf: (model) => toRateLimits(points, model),
    info: () => toInfo(points.of(metrics.instrumentationInfo.name).at(-1)),
  };
}

function toInfo(point: LatestPoint | undefined): InstrumentationInfo | undefined {
  const openaiVersion = point?.attributes[attributes.openaiVersion.key];
  const seam = point?.attributes[attributes.seam.key];
  return typeof openaiVersion === 'string' && typeof seam === 'string' ? { openaiVersion, seam } : undefined;
}

function toMs(unixNano: bigint): number {
  return Number(unixNano) / NANOS_PER_MS;
}
