export { attributePrefixes } from './attributes/app.ts';
export type {
  AnyValue,
  AttributePrefixRow,
  AttributeRow,
  Emitter,
  NameSet,
  NamesMode,
} from './attributes/attribute-row.ts';
export {
  type AttributeName,
  attributes,
  type AttributeValue,
  type LabelName,
  wireKeys,
} from './attributes/index.ts';
export {
  type BigQueryField,
  type CallLineJsonSchema,
  toBigQuerySchema,
  toJsonSchema,
} from './call-line-schemas.ts';
export {
  CALL_LINE_MAX_BYTES,
  callLine,
  type CallLine,
  type CallLineField,
  type CallLineRow,
} from './call-line.ts';
export { type ContentPattern, contentPatterns } from './content-patterns.ts';
export { type EventName, type EventRow, events } from './events.ts';
export { type MaskErrorCode, maskErrors } from './mask-errors.ts';
export type {
  BlobPart,
  CallContent,
  FilePart,
  Message,
  MessagePart,
  OtherPart,
  OutputMessage,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolCallResponsePart,
  ToolDefinition,
  UriPart,
} from './messages.ts';
export { isMetricWritten, type LabelsOf, type MetricName, metrics } from './metrics/index.ts';
export type { MetricRow } from './metrics/metric-row.ts';
export { type AllowedHost, isAllowedHost, parseAllowedHosts } from './options/allowed-hosts.ts';
export { type NamedHost, parseNamedHosts } from './options/named-hosts.ts';
export { nearestName } from './options/nearest-name.ts';
export { type OptionName, type OptionRow, options, type OptionValues } from './options/index.ts';
export { type OptionProblem, readOptions } from './options/reading.ts';
export {
  type CallLog,
  type CaptureMode,
  type MaskSource,
  MIN_SIGNING_KEY_CHARS,
  OptionError,
  parseCallLog,
  parseFlag,
  parseMask,
  parseNamesMode,
  parseSwitch,
  type Switch,
} from './options/parsers.ts';
export { LOCAL_HOSTS, LOCAL_PROVIDER, type ProviderName, type ProviderRow, providers } from './providers.ts';
export { prometheusLabel, prometheusName } from './prometheus.ts';
export { patternTokens, re2Problem } from './re2-syntax.ts';
export { DEFAULT_SAMPLING_SALT, isSampled, samplingHash, samplingThreshold } from './sampling-hash.ts';
export { schemaUrls } from './schema-urls.ts';
