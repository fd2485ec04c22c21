/** How values fall into buckets, as OpenTelemetry's explicit bucket histogram has them. */
export interface Distribution {
  readonly counts: number[];
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** @param bounds upper bounds of all buckets but the last, ascending */
export function createDistribution(bounds: readonly number[]): Distribution {
  return {
    counts: Array.from({ length: bounds.length + 1 }, () => 0),
    count: 0,
    sum: 0,
    min: Infinity,
    max: -Infinity,
  };
}

/** Adds one value. A bound belongs to the bucket below it (OpenTelemetry metrics data model, Histogram). */
export function addValue(distribution: Distribution, bounds: readonly number[], value: number): void {
  let bucket = 0;
  while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
  distribution.counts[bucket] = (distribution.counts[bucket] as number) + 1;
  distribution.count++;
  distribution.sum += value;
  if (value < distribution.min) distribution.min = value;
  if (value > distribution.max) distribution.max = value;
}

/** Adds all values of another one with the same bounds. */
export function merge(into: Distribution, from: Distribution): void {
  for (let bucket = 0; bucket < into.counts.length; bucket++) {
    into.counts[bucket] = (into.counts[bucket] as number) + (from.counts[bucket] as number);
  }
  into.count += from.count;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
}

/** What was added since an earlier copy of the same one; its least and greatest value cannot be told. */
export function since(now: Distribution, earlier: Distribution | undefined): Distribution {
  return {
    counts: now.counts.map((count, bucket) => count - (earlier?.counts[bucket] ?? 0)),
    count: now.count - (earlier?.count ?? 0),
    sum: now.sum - (earlier?.sum ?? 0),
    min: Number.NaN,
    max: Number.NaN,
  };
}
