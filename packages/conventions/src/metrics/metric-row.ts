import type { Emitter, NameSet } from '../attributes/attribute-row.ts';
import type { LabelName } from '../attributes/index.ts';

/** One instrument: what it is called, what it counts, and the attributes that may label it. */
export interface MetricRow {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly unit: 's' | '1' | `{${string}}`;
  readonly brief: string;
  readonly labels: readonly LabelName[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
  /** The sets of names that write it for an inference; all where absent. */
  readonly modes?: readonly NameSet[];
  /** The same for what is no inference (embeddings, reading a response again); `modes` where absent. */
  readonly otherModes?: readonly NameSet[];
  readonly emitter: Emitter;
  /** Its emitter exists and does not write it yet. */
  readonly planned?: true;
  /**
   * Who keeps the numbers: an instrument of the SDK, rows of our own read by an observable instrument at
   * collection, or rows of our own handed to the reader by a MetricProducer.
   */
  readonly reporter: 'sdk' | 'observable' | 'producer';
}
