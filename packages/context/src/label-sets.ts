import type { Attributes } from '@opentelemetry/api';

/** What stands for all values above a cap. */
export const OTHER = 'other';
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
  /** Labels whose values somebody else chooses, so that there may be any number; above the cap they are `other`. */
  readonly openLabels: readonly string[];
  /** Labels that say nothing once the open ones are folded. */
  readonly droppedLabels?: readonly string[];
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
    for (const label of this.#options.openLabels) {
      if (attributes[label] === undefined || attributes[label] === OTHER) continue;
      attributes[label] = OTHER;
      this.#options.onFold?.(label);
    }
    for (const label of this.#options.droppedLabels ?? []) delete attributes[label];
    const key = JSON.stringify(Object.entries(attributes));
    return this.#cells.get(key) ?? this.#add(key, attributes);
  }

  #add(key: string, attributes: Attributes): Cell<Value> {
    const cell = { attributes, value: this.#options.make() };
    this.#cells.set(key, cell);
    return cell;
  }
}
