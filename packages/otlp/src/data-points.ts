import { attributes, type Attributes } from './attributes.ts';
import {
  double,
  fixed64,
  sfixed64,
  sint32,
  spanId,
  traceId,
  uint32,
  uint64,
  unixNano,
} from './field-types.ts';
import { many, message, one, optional } from './message.ts';

/** A recorded value that stands for its point. */
export interface Exemplar {
  filteredAttributes: Attributes;
  timeUnixNano: bigint;
  value?: number | undefined;
  spanId: string;
  traceId: string;
}

interface Point {
  attributes: Attributes;
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  flags: number;
}

/** A sum's or gauge's point; integers outside of ±2^53 are rounded. No value: nothing was recorded. */
export interface NumberPoint extends Point {
  value?: number | undefined;
  exemplars: Exemplar[];
}

/** `bucketCounts` has one more entry than `explicitBounds`; bucket i ends at bound i, inclusive. */
export interface HistogramPoint extends Point {
  count: number;
  sum?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  bucketCounts: number[];
  explicitBounds: number[];
  exemplars: Exemplar[];
}

export interface ExponentialBuckets {
  offset: number;
  bucketCounts: number[];
}

/** Bucket i of `positive` spans from base^(offset+i), exclusive, to base^(offset+i+1), base = 2^(2^-scale). */
export interface ExponentialHistogramPoint extends Point {
  count: number;
  sum?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  scale: number;
  zeroCount: number;
  zeroThreshold: number;
  positive: ExponentialBuckets;
  negative: ExponentialBuckets;
  exemplars: Exemplar[];
}

export interface SummaryPoint extends Point {
  count: number;
  sum: number;
  quantileValues: { quantile: number; value: number }[];
}

const exemplar = message<Exemplar>({
  filteredAttributes: attributes(7),
  timeUnixNano: one(2, unixNano),
  value: [optional(3, double, 'asDouble'), optional(6, sfixed64, 'asInt')],
  spanId: one(4, spanId),
  traceId: one(5, traceId),
});

export const numberPoint = message<NumberPoint>({
  attributes: attributes(7),
  startTimeUnixNano: one(2, unixNano),
  timeUnixNano: one(3, unixNano),
  value: [optional(4, double, 'asDouble'), optional(6, sfixed64, 'asInt')],
  exemplars: many(5, exemplar),
  flags: one(8, uint32),
});

export const histogramPoint = message<HistogramPoint>({
  attributes: attributes(9),
  startTimeUnixNano: one(2, unixNano),
  timeUnixNano: one(3, unixNano),
  count: one(4, fixed64),
  sum: optional(5, double),
  min: optional(11, double),
  max: optional(12, double),
  bucketCounts: many(6, fixed64),
  explicitBounds: many(7, double),
  exemplars: many(8, exemplar),
  flags: one(10, uint32),
});

const exponentialBuckets = message<ExponentialBuckets>({
  offset: one(1, sint32),
  bucketCounts: many(2, uint64),
});

export const exponentialHistogramPoint = message<ExponentialHistogramPoint>({
  attributes: attributes(1),
  startTimeUnixNano: one(2, unixNano),
  timeUnixNano: one(3, unixNano),
  count: one(4, fixed64),
  sum: optional(5, double),
  scale: one(6, sint32),
  zeroCount: one(7, fixed64),
  positive: one(8, exponentialBuckets),
  negative: one(9, exponentialBuckets),
  flags: one(10, uint32),
  exemplars: many(11, exemplar),
  min: optional(12, double),
  max: optional(13, double),
  zeroThreshold: one(14, double),
});

const quantileValue = message<{ quantile: number; value: number }>({
  quantile: one(1, double),
  value: one(2, double),
});

export const summaryPoint = message<SummaryPoint>({
  attributes: attributes(7),
  startTimeUnixNano: one(2, unixNano),
  timeUnixNano: one(3, unixNano),
  count: one(4, fixed64),
  sum: one(5, double),
  quantileValues: many(6, quantileValue),
  flags: one(8, uint32),
});
