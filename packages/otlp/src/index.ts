export type { Attributes, AttributeValue } from './attributes.ts';
export type {
  ExponentialBuckets,
  ExponentialHistogramPoint,
  Exemplar,
  HistogramPoint,
  NumberPoint,
  SummaryPoint,
} from './data-points.ts';
export { decodeLogs, decodeMetrics, decodeTraces, MAX_BODY_BYTES, type DecodeOptions } from './decode.ts';
export { OtlpError, otlpErrors, type OtlpErrorCode } from './errors.ts';
export { logRecordsIn, type LogRecord, type LogsData, type ResourceLogs, type ScopeLogs } from './logs.ts';
export {
  metricsIn,
  temporalities,
  type Metric,
  type MetricsData,
  type ResourceMetrics,
  type ScopeMetrics,
} from './metrics.ts';
export { createOtlpReceiver, type OtlpReceiver, type OtlpReceiverOptions } from './receiver.ts';
export type { Resource, Scope } from './resource.ts';
export {
  spanKinds,
  spansIn,
  statusCodes,
  type ResourceSpans,
  type ScopeSpans,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanStatus,
  type TracesData,
} from './traces.ts';
