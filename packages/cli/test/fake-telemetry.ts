import { attributes, events, metrics } from '@genvitals/conventions';
import type { Attributes, LogRecord, LogsData, MetricsData, Span, TracesData } from '@genvitals/otlp';

/** One call as a test describes it. */
export interface FakeCall {
  readonly seconds?: number;
  readonly endedAtMs?: number;
  readonly kind?: 'chat' | 'embeddings';
  readonly model?: string;
  readonly responseModel?: string;
  readonly feature?: string;
  readonly outcome?: 'success' | 'error' | 'cancelled';
  readonly errorType?: string;
  readonly input?: number;
  readonly firstChunk?: number;
}

const resource = { attributes: { [attributes.serviceInstanceId.key]: 'i-1' }, droppedAttributesCount: 0 };
const scope = { name: 'fake', version: '', attributes: {}, droppedAttributesCount: 0 };
const idOf = (index: number): string => index.toString(16).padStart(16, '0');
const toNano = (ms: number): bigint => BigInt(Math.round(ms * 1e6));

function toAttributes(call: FakeCall): Attributes {
  const { kind = 'chat', model = 'gpt-4o-mini', outcome = 'success', errorType } = call;
  return {
    [attributes.operationName.key]: kind,
    [attributes.requestModel.key]: model,
    [attributes.featureName.key]: call.feature ?? '/ask',
    [attributes.outcome.key]: outcome,
    ...(outcome === 'success' ? { [attributes.responseModel.key]: call.responseModel ?? model } : {}),
    ...(errorType === undefined
      ? {}
      : { [attributes.errorType.key]: errorType, [attributes.errorKind.key]: 'provider' }),
    ...(call.input === undefined ? {} : { [attributes.usageInputTokens.key]: call.input }),
    ...(call.firstChunk === undefined ? {} : { [attributes.responseTimeToFirstChunk.key]: call.firstChunk }),
  };
}

/** The calls as a request of spans; ids follow the place in the list. */
export function toTraces(calls: readonly FakeCall[]): TracesData {
  const spans = calls.map((call, index) => {
    const endMs = call.endedAtMs ?? 1_000_000 + index;
    return {
      spanId: idOf(index),
      kind: 3,
      startTimeUnixNano: toNano(endMs - (call.seconds ?? 1) * 1000),
      endTimeUnixNano: toNano(endMs),
      attributes: toAttributes(call),
    } as unknown as Span;
  });
  return { resourceSpans: [{ resource, schemaUrl: '', scopeSpans: [{ scope, schemaUrl: '', spans }] }] };
}

/** The same calls as a request of details events. */
export function toLogs(calls: readonly FakeCall[]): LogsData {
  const logRecords = calls.map(
    (call, index) =>
      ({
        spanId: idOf(index),
        eventName: events.inferenceOperationDetails.name,
        timeUnixNano: toNano(call.endedAtMs ?? 1_000_000 + index),
        attributes: toAttributes(call),
      }) as unknown as LogRecord,
  );
  return { resourceLogs: [{ resource, schemaUrl: '', scopeLogs: [{ scope, schemaUrl: '', logRecords }] }] };
}

/** The calls counter with a value for each model. */
export function toMetrics(counts: Record<string, number>): MetricsData {
  const dataPoints = Object.entries(counts).map(([model, value]) => ({
    attributes: { [attributes.requestModel.key]: model },
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    flags: 0,
    value,
    exemplars: [],
  }));
  const metric = {
    name: metrics.clientCalls.name,
    description: '',
    unit: '{call}',
    metadata: {},
    sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true },
  };
  return {
    resourceMetrics: [
      { resource, schemaUrl: '', scopeMetrics: [{ scope, schemaUrl: '', metrics: [metric] }] },
    ],
  };
}
