import type { Attributes } from '@opentelemetry/api';
import {
  FEATURE_NAME,
  PROVIDER_NAME,
  REQUEST_MODEL,
  RESPONSE_MODEL,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './keys.ts';

/** What stands for all values above a cap. */
export const OTHER = 'other';
/** Labels whose values are the app's or the provider's to choose; all others have few. */
export const OPEN_LABELS: readonly string[] = [REQUEST_MODEL, RESPONSE_MODEL, FEATURE_NAME, SERVER_ADDRESS];
/** Labels whose values may become `other`; a provider that goes by its host's name is folded where it is named. */
export const CAPPED_LABELS: readonly string[] = [...OPEN_LABELS, PROVIDER_NAME];

export type Labels = Readonly<Record<string, string | number | undefined>>;

/** One label set, and what is kept for it. */
export interface Cell<Value> {
  readonly attributes: Attributes;
  value: Value;
}

/** Labels without those that have no value. */
export function present(labels: Labels): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(labels)) if (value !== undefined) attributes[key] = value;
  return attributes;
}

export interface LabelSetsOptions<Value> {
  /** How many label sets there may be before further ones are folded. */
  readonly cap: () => number;
  readonly make: () => Value;
  /** Hears of each open label whose value became `other`. */
  readonly onFold?: (label: string) => void;
}

/** The label sets of one metric, each found once when a row of calls is made. */
export class LabelSets<Value> {
  readonly #cells = new Map<string, Cell<Value>>();
  readonly #options: LabelSetsOptions<Value>;

  constructor(options: LabelSetsOptions<Value>) {
    this.#options = options;
  }

  get cells(): Iterable<Cell<Value>> {
    return this.#cells.values();
  }

  /** The cell of a label set; absent labels are left out, and above the cap open ones are `other`. */
  cell(labels: Labels): Cell<Value> {
    const attributes = present(labels);
    const key = JSON.stringify(Object.entries(attributes));
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    return this.#cells.size < this.#options.cap() ? this.#add(key, attributes) : this.#foldedCell(attributes);
  }

  #foldedCell(attributes: Attributes): Cell<Value> {
    for (const label of OPEN_LABELS) {
      if (attributes[label] === undefined || attributes[label] === OTHER) continue;
      attributes[label] = OTHER;
      this.#options.onFold?.(label);
    }
    delete attributes[SERVER_PORT];
    const key = JSON.stringify(Object.entries(attributes));
    return this.#cells.get(key) ?? this.#add(key, attributes);
  }

  #add(key: string, attributes: Attributes): Cell<Value> {
    const cell = { attributes, value: this.#options.make() };
    this.#cells.set(key, cell);
    return cell;
  }
}
