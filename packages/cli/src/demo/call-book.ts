import { attributes, events, metrics } from '@genvitals/conventions';
import {
  logRecordsIn,
  metricsIn,
  spanKinds,
  spansIn,
  type LogsData,
  type MetricsData,
  type NumberPoint,
  type TracesData,
} from '@genvitals/otlp';
import { isCall, toObservedCall, type ObservedCall } from './observed-call.ts';

const NANOS_PER_MS = 1e6;

/** How many calls each signal tells of; with nothing sampled away and nothing lost they agree. */
export interface SignalCounts {
  readonly spans: number;
  readonly events: number;
  /** The sum of the calls counter at its last export. */
  readonly counted: number;
}

/** What the instrumentation says of itself. */
export interface InstrumentationInfo {
  readonly openaiVersion: string;
  readonly seam: string;
}

/** Everything the demo knows of the app: filled by what was received over OTLP and by nothing else. */
export interface CallBook {
  addTraces(data: TracesData): void;
  addMetrics(data: MetricsData): void;
  addLogs(data: LogsData): void;
  /** Each call once, whichever signals told of it, in the order they ended. */
  calls(): ObservedCall[];
  /** When the app's own requests began, in Unix milliseconds: one for each visit. */
  requestsBeganAtMs(): readonly number[];
  signals(): SignalCounts;
  info(): InstrumentationInfo | undefined;
}

export function createCallBook(): CallBook {
  const bySpan = new Map<string, ObservedCall>();
  const byEvent = new Map<string, ObservedCall>();
  const counted = new Map<string, number>();
  const requests: number[] = [];
  let info: InstrumentationInfo | undefined;

  return {
    addTraces(data) {
      for (const { span } of spansIn(data)) {
        if (span.kind === spanKinds.server) requests.push(toMs(span.startTimeUnixNano));
        if (!isCall(span.attributes)) continue;
        const endedAtMs = toMs(span.endTimeUnixNano);
        const seconds = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e9;
        bySpan.set(span.spanId, toObservedCall(span.attributes, { endedAtMs, seconds }));
      }
    },
    addLogs(data) {
      for (const { logRecord } of logRecordsIn(data)) {
        if (logRecord.eventName !== events.inferenceOperationDetails.name) continue;
        const times = { endedAtMs: toMs(logRecord.timeUnixNano), seconds: undefined };
        byEvent.set(logRecord.spanId, toObservedCall(logRecord.attributes, times));
      }
    },
    addMetrics(data) {
      for (const { resource, metric } of metricsIn(data)) {
        if (metric.name === metrics.instrumentationInfo.name) {
          info = toInfo(metric.gauge?.dataPoints.at(-1)) ?? info;
        }
        if (metric.name !== metrics.clientCalls.name) continue;
        const instance = resource.attributes[attributes.serviceInstanceId.key];
        for (const point of metric.sum?.dataPoints ?? []) {
          // Cumulative: a later point of the same labels replaces the one before.
          counted.set(JSON.stringify([instance, point.attributes]), point.value ?? 0);
        }
      }
    },
    calls() {
      const merged = new Map([...byEvent, ...bySpan]);
      return [...merged.values()].toSorted((a, b) => a.endedAtMs - b.endedAtMs);
    },
    requestsBeganAtMs: () => requests,
    signals: () => ({
      spans: bySpan.size,
      events: byEvent.size,
      counted: [...counted.values()].reduce((sum, value) => sum + value, 0),
    }),
    info: () => info,
  };
}

function toInfo(point: NumberPoint | undefined): InstrumentationInfo | undefined {
  const openaiVersion = point?.attributes[attributes.openaiVersion.key];
  const seam = point?.attributes[attributes.seam.key];
  return typeof openaiVersion === 'string' && typeof seam === 'string' ? { openaiVersion, seam } : undefined;
}

function toMs(unixNano: bigint): number {
  return Number(unixNano) / NANOS_PER_MS;
}
