export {
  type AttributeName,
  attributes,
  type AttributeValue,
  type LabelName,
  wireKeys,
} from './attributes/index.ts';
export type {
  AnyValue,
  AttributePrefixRow,
  AttributeRow,
  Emitter,
  NameSet,
  NamesMode,
} from './attributes/attribute-row.ts';
export { attributePrefixes } from './attributes/app.ts';
export { isMetricWritten, type LabelsOf, type MetricName, metrics } from './metrics/index.ts';
export type { MetricRow } from './metrics/metric-row.ts';
