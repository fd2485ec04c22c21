import type { Attributes } from '@opentelemetry/api';
import { FEATURE_NAME, REQUEST_MODEL, RESPONSE_MODEL, SERVER_ADDRESS, SERVER_PORT } from './keys.ts';

/** What stands for all values above a cap. */
export const OTHER = 'other';
/**
 * An SDK folds what it is given above 2,000 label sets, and of folded observations it keeps the last
 * one only: counts would be lost. So ours are folded before, with room for the folded ones.
 */
const APP_SDK_CELL_CAP = 1800;
/** The SDK that genvitals starts has a limit of 20,000. */
export const OWN_SDK_CELL_CAP = 18_000;
/** Labels whose values are the app's or the provider's to choose; all others have few. */
const OPEN_LABELS: readonly string[] = [REQUEST_MODEL, RESPONSE_MODEL, FEATURE_NAME, SERVER_ADDRESS];

/** One label set of a counter, and its running total. */
export interface Cell {
  readonly attributes: Attributes;
  value: number;
}

/**
 * A counter of our own: one cell a label set, found once when a row of calls is made and reported by an
 * observable counter at collection. An SDK counter would hash its attributes at every `add`
 * (1.0-1.5 µs each); two cells with equal labels would overwrite each other when observed.
 */
export class Counter {
  readonly #cells = new Map<string, Cell>();
  readonly #cap: () => number;

  constructor(cap: () => number) {
    this.#cap = cap;
  }

  get cells(): Iterable<Cell> {
    return this.#cells.values();
  }

  /** The cell of a label set, made at 0; absent labels are left out, and above the cap open ones are `other`. */
  cell(labels: Readonly<Record<string, string | number | undefined>>): Cell {
    const attributes = present(labels);
    const key = JSON.stringify(Object.entries(attributes));
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    return this.#cells.size < this.#cap() ? this.#add(key, attributes) : this.#foldedCell(attributes);
  }

  #foldedCell(attributes: Attributes): Cell {
    for (const label of OPEN_LABELS) if (attributes[label] !== undefined) attributes[label] = OTHER;
    delete attributes[SERVER_PORT];
    const key = JSON.stringify(Object.entries(attributes));
    return this.#cells.get(key) ?? this.#add(key, attributes);
  }

  #add(key: string, attributes: Attributes): Cell {
    const cell = { attributes, value: 0 };
    this.#cells.set(key, cell);
    return cell;
  }
}

/** Labels without those that have no value. */
export function present(labels: Readonly<Record<string, string | number | undefined>>): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(labels)) if (value !== undefined) attributes[key] = value;
  return attributes;
}

/** The counters of the process. */
export class Counters {
  /** How many label sets a counter may have before further ones are folded. */
  cellCap = APP_SDK_CELL_CAP;
  readonly calls = this.#counter();
  readonly attempts = this.#counter();
  readonly tokens = this.#counter();
  readonly usageMissing = this.#counter();
  /** The usage counters of the latest conventions, whose cached and reasoning tokens are subsets. */
  readonly usage = {
    input: this.#counter(),
    output: this.#counter(),
    cacheRead: this.#counter(),
    cacheWrite: this.#counter(),
    reasoning: this.#counter(),
  };

  #counter(): Counter {
    return new Counter(() => this.cellCap);
  }
}
