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
  /** Of the experiment `tone`. */
  readonly variant?: string;
  readonly outcome?: 'success' | 'error' | 'cancelled';
  readonly errorType?: string;
  readonly input?: number;
  readonly firstChunk?: number;
  readonly errorKind?: string;
  readonly costUsd?: number;
  readonly costStatus?: 'full' | 'partial' | 'none';
  readonly costReason?: string;
  /** Requests left, and out of how many. */
  readonly requests?: readonly [remaining: number, limit: number];
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
    ...toArm(call.variant),
    ...(outcome === 'success' ? { [attributes.responseModel.key]: call.responseModel ?? model } : {}),
    ...(errorType === undefined
      ? {}
      : { [attributes.errorType.key]: errorType, [attributes.errorKind.key]: call.errorKind ?? 'provider' }),
    ...(call.input === undefined ? {} : { [attributes.usageInputTokens.key]: call.input }),
    ...(call.firstChunk === undefined ? {} : { [attributes.responseTimeToFirstChunk.key]: call.firstChunk }),
    ...toCost(call),
    ...(call.requests === undefined
      ? {}
      : {
          [attributes.rateLimitRequestsRemaining.key]: call.requests[0],
          [attributes.rateLimitRequestsLimit.key]: call.requests[1],
        }),
  };
}

function toCost({
  costUsd,
  costStatus = costUsd === undefined ? undefined : 'full',
  costReason,
}: FakeCall): Attributes {
  return {
    ...(costStatus === undefined ? {} : { [attributes.costStatus.key]: costStatus }),
    ...(costUsd === undefined ? {} : { [attributes.costAmount.key]: costUsd }),
    ...(costReason === undefined ? {} : { [attributes.costReason.key]: costReason }),
  };
}

/** The calls as a request of spans; ids follow the place in the list. */
export function toTraces(calls: readonly FakeCall[]): TracesData {
  const spans = calls.map((call, index) => {
    const endMs = call.endedAtMs ?? 1_000_000 + index;
    return {
      traceId: idOf(index),
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
        traceId: idOf(index),
        spanId: idOf(index),
        eventName: events.inferenceOperationDetails.name,
        timeUnixNano: toNano(call.endedAtMs ?? 1_000_000 + index),
        attributes: toAttributes(call),
      }) as unknown as LogRecord,
  );
  return { resourceLogs: [{ resource, schemaUrl: '', scopeLogs: [{ scope, schemaUrl: '', logRecords }] }] };
}

/** One vote as a test describes it; `of` is the answer. */
export interface FakeVote {
  readonly of: string;
  readonly rating: string;
  readonly isRevision?: boolean;
  readonly atMs?: number;
  readonly feature?: string;
  readonly variant?: string;
}

/** Votes as a request of events. */
export function toVotes(votes: readonly FakeVote[]): LogsData {
  const logRecords = votes.map(
    ({ of, rating, isRevision = false, atMs = 1_000_000, feature = 'ask', variant }, index) =>
      ({
        traceId: idOf(index),
        spanId: idOf(index),
        eventName: events.evaluationResult.name,
        timeUnixNano: toNano(atMs),
        attributes: {
          [attributes.evaluationId.key]: of,
          [attributes.evaluationScoreLabel.key]: rating,
          [attributes.feedbackRevision.key]: isRevision,
          [attributes.featureName.key]: feature,
          ...toArm(variant),
        },
      }) as unknown as LogRecord,
  );
  return { resourceLogs: [{ resource, schemaUrl: '', scopeLogs: [{ scope, schemaUrl: '', logRecords }] }] };
}

/** The labels of an arm of the experiment `tone`. */
export function toArm(variant: string | undefined): Attributes {
  return variant === undefined
    ? {}
    : { [attributes.experimentName.key]: 'tone', [attributes.experimentVariant.key]: variant };
}

/** What one metric came to, a value for each set of labels. */
export function toMetrics(
  name: string,
  points: readonly (readonly [Attributes, number])[],
  kind: 'sum' | 'gauge' = 'sum',
): MetricsData {
  const dataPoints = points.map(([labels, value]) => ({
    attributes: labels,
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    flags: 0,
    value,
    exemplars: [],
  }));
  const metric = {
    name,
    description: '',
    unit: '1',
    metadata: {},
    ...(kind === 'gauge'
      ? { gauge: { dataPoints } }
      : { sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true } }),
  };
  return {
    resourceMetrics: [
      { resource, schemaUrl: '', scopeMetrics: [{ scope, schemaUrl: '', metrics: [metric] }] },
    ],
  };
}

/** The calls counter with a value for each model. */
export function toCallCounts(counts: Record<string, number>): MetricsData {
  const points = Object.entries(counts).map(
    ([model, value]) => [{ [attributes.requestModel.key]: model }, value] as const,
  );
  return toMetrics(metrics.clientCalls.name, points);
}

/** The gauges of a model's limits. */
export function toLimits(
  model: string,
  kind: 'requests' | 'tokens',
  [remaining, limit]: readonly [remaining: number, limit: number],
  server = 'api.openai.com',
): MetricsData[] {
  const labels = {
    [attributes.requestModel.key]: model,
    [attributes.rateLimitKind.key]: kind,
    [attributes.serverAddress.key]: server,
  };
  return [
    toMetrics(metrics.rateLimitLimit.name, [[labels, limit]], 'gauge'),
    toMetrics(metrics.rateLimitRemaining.name, [[labels, remaining]], 'gauge'),
  ];
}
