import type { Attributes } from '@opentelemetry/api';
import { type MetricName, type MetricRow, metrics as ledger } from '@genvitals/conventions';
import { FOLDING } from './counters.ts';
import { addValue, createDistribution, type Distribution, merge } from './distribution.ts';
import { type Cell, type Labels, LabelSets, type LabelSetsOptions } from '@genvitals/context/host';

/** How many label sets it may have, and who hears of those above. */
type HistogramOptions = Pick<LabelSetsOptions<Distribution>, 'cap' | 'onFold'>;

/**
 * A histogram that is kept here and given out whole at collection. An SDK histogram hashes its labels at every
 * `record` (1.5 µs each, six a call); this one knows the label objects, which calls of a row share.
 */
export class OwnHistogram {
  readonly row: MetricRow;
  readonly bounds: readonly number[];
  readonly #sets: LabelSets<Distribution>;
  readonly #byLabels = new Map<Attributes, Distribution>();

  constructor(row: MetricRow, options: HistogramOptions) {
    this.row = row;
    this.bounds = row.buckets ?? [];
    this.#sets = new LabelSets({ ...options, ...FOLDING, make: () => createDistribution(this.bounds) });
  }

  get cells(): Iterable<Cell<Distribution>> {
    return this.#sets.cells;
  }

  /** @param labels an object that is shared by all calls of a row and never changed */
  record(value: number, labels: Attributes): void {
    addValue(this.#of(labels), this.bounds, value);
  }

  /** Many values at once, with the same bounds. */
  add(values: Distribution, labels: Attributes): void {
    merge(this.#of(labels), values);
  }

  #of(labels: Attributes): Distribution {
    let found = this.#byLabels.get(labels);
    if (found === undefined) {
      found = this.#sets.cell(labels as Labels).value;
      this.#byLabels.set(labels, found);
    }
    return found;
  }
}

/** The histograms of the process that no SDK keeps. */
export class HistogramTable {
  readonly #histograms = new Map<MetricName, OwnHistogram>();
  readonly #options: HistogramOptions;
  /** When counting began, in ms since the epoch. */
  readonly startEpochMs = Date.now();

  constructor(options: HistogramOptions) {
    this.#options = options;
  }

  get histograms(): Iterable<OwnHistogram> {
    return this.#histograms.values();
  }

  /** The histogram of a metric, made at first use: its totals outlive a change of providers. */
  histogram(name: MetricName): OwnHistogram {
    let found = this.#histograms.get(name);
    if (found === undefined) {
      found = new OwnHistogram(ledger[name], this.#options);
      this.#histograms.set(name, found);
    }
    return found;
  }
}
