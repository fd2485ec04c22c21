import { ARM_KEYS, type Cell as LabelCell, LabelSets } from '@genvitals/context/host';
import {
  FEATURE_NAME,
  LABEL,
  PROVIDER_NAME,
  REQUEST_MODEL,
  RESPONSE_MODEL,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './keys.ts';
import { RateLimitGauge } from './rate-limit-gauge.ts';

/**
 * An SDK folds what it is given above 2,000 label sets, and of folded observations it keeps the last
 * one only: counts would be lost. So ours are folded before, with room for the folded ones.
 */
const APP_SDK_CELL_CAP = 1800;
/** The SDK that genvitals starts has a limit of 20,000. */
export const OWN_SDK_CELL_CAP = 18_000;

/** Labels whose values are the app's or the provider's to choose; all others have few. */
const OPEN_LABELS = [REQUEST_MODEL, RESPONSE_MODEL, FEATURE_NAME, SERVER_ADDRESS, ...ARM_KEYS];
/** Labels whose values may become `other`; a provider that goes by its host's name is folded where it is named. */
const CAPPED_LABELS: readonly string[] = [...OPEN_LABELS, PROVIDER_NAME];

/** How the label sets of all metrics of calls are folded. */
export const FOLDING = { openLabels: OPEN_LABELS, droppedLabels: [SERVER_PORT] };

/** One label set of a counter, and its running total. */
export type Cell = LabelCell<number>;

/**
 * A counter of our own: one cell a label set, reported by an observable counter at collection. An SDK counter
 * would hash its attributes at every `add` (1.0-1.5 µs each); two cells with equal labels would overwrite each
 * other when observed.
 */
export type Counter = LabelSets<number>;

/** The counters of the process. */
export class Counters {
  /** How many label sets a metric may have before further ones are folded. */
  cellCap = APP_SDK_CELL_CAP;
  /** How often a label's value became `other`; all are open at 0, so that the first time is an increase. */
  readonly capped: Counter = new LabelSets({
    cap: () => CAPPED_LABELS.length,
    make: () => 0,
    openLabels: [],
  });
  /** Counts a label whose value became `other` because a cap was hit. */
  readonly countFold = (label: string): void => {
    this.capped.cell({ [LABEL]: label }).value++;
  };

  readonly calls = this.#counter();
  readonly attempts = this.#counter();
  readonly tokens = this.#counter();
  readonly cost = this.#counter();
  readonly unpriced = this.#counter();
  readonly usageMissing = this.#counter();
  /** The usage counters of the latest conventions, whose cached and reasoning tokens are subsets. */
  readonly usage = {
    input: this.#counter(),
    output: this.#counter(),
    cacheRead: this.#counter(),
    cacheWrite: this.#counter(),
    reasoning: this.#counter(),
  };

  /**
   * The label sets of histograms, by what they carry. An SDK that keeps the histogram folds above its own limit, and
   * then nothing is left of the labels.
   */
  readonly histogramLabels = {
    calls: this.#labelSets(() => undefined),
    durations: this.#labelSets(() => undefined),
    tokens: this.#labelSets(() => undefined),
  };

  readonly rateLimits = this.#labelSets(() => new RateLimitGauge());

  constructor() {
    for (const label of CAPPED_LABELS) this.capped.cell({ [LABEL]: label });
  }

  #counter(): Counter {
    return this.#labelSets(() => 0);
  }

  #labelSets<Value>(make: () => Value): LabelSets<Value> {
    return new LabelSets({
      cap: () => this.cellCap,
      make,
      onFold: this.countFold,
      ...FOLDING,
    });
  }
}
