import { isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import { ExperimentError, type ExperimentErrorCode } from './errors.ts';

/** A key of a file: what it takes, what holds without it, what it means. */
export interface KeyRow<Value> {
  /** What may be written, in a few words. */
  readonly wanted: string;
  /** What holds where the key is absent, as people would write it; without one, the key must be there. */
  readonly defaultText?: string;
  readonly default?: Value;
  readonly sentence: string;
  /** Gives undefined where the place is not what is wanted; may throw for a place within. */
  readonly read: (place: Place) => Value | undefined;
}

/** A row for every key of a mapping. */
export type KeyTable<Values> = { readonly [Key in keyof Values]-?: KeyRow<Values[Key]> };

const SHOWN_CHARS = 60;

function show(node: Node | undefined): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  const text = isScalar(node) ? (node.source ?? '') : '';
  if (text === '') return 'nothing';
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** A node of a YAML file, and where it stands. */
export class Place {
  readonly file: string;
  /** As one would write it in code: `arms.control.prompt`; empty for the whole. */
  readonly path: string;
  readonly node: Node | undefined;
  readonly #lines: LineCounter;
  readonly #offset: number;

  constructor(file: string, lines: LineCounter, path: string, node: Node | undefined, offset: number) {
    this.file = file;
    this.path = path;
    this.node = node;
    this.#lines = lines;
    this.#offset = offset;
  }

  /** What was written, also where YAML takes it for a number: a version 1.10 is not 1.1. */
  get text(): string | undefined {
    const { node } = this;
    if (!isScalar(node)) return undefined;
    if (typeof node.value === 'string') return node.value;
    return typeof node.value === 'number' ? node.source : undefined;
  }

  get number(): number | undefined {
    const value = isScalar(this.node) ? this.node.value : undefined;
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  get isEmpty(): boolean {
    return this.node === undefined || (isScalar(this.node) && this.node.value === null);
  }

  /** By the keys of a mapping; undefined where it is none. */
  get entries(): ReadonlyMap<string, Place> | undefined {
    if (!isMap<Node, Node | null>(this.node)) return undefined;
    return new Map(
      this.node.items.map(({ key, value }) => {
        const name = String(key);
        const path = this.path === '' ? name : `${this.path}.${name}`;
        return [name, new Place(this.file, this.#lines, path, value ?? undefined, key.range?.[0] ?? 0)];
      }),
    );
  }

  /** Throws what was wanted here, and what came. */
  fail(
    wanted: string,
    came: string = show(this.node),
    code: ExperimentErrorCode = 'EXPERIMENT_INVALID',
  ): never {
    const at = `${this.file}:${this.#lines.linePos(this.#offset).line}`;
    throw new ExperimentError(code, this.path === '' ? at : `${at}: ${this.path}`, wanted, came);
  }
}

/** The values of a mapping by its table. Throws an `ExperimentError` at the first place that is wrong. */
export function readKeys<Values extends object>(place: Place, table: KeyTable<Values>): Values {
  const { entries } = place;
  if (entries === undefined) place.fail('a mapping');
  const rows = Object.entries<KeyRow<unknown>>(table);
  for (const [name, entry] of entries) {
    if (!Object.hasOwn(table, name)) entry.fail(`one of ${rows.map(([known]) => known).join(', ')}`, name);
  }
  const values = rows.map(([name, row]) => {
    const entry = entries.get(name);
    if (entry === undefined) {
      if (row.defaultText === undefined) place.fail(`${name}: ${row.wanted}`, 'no such key');
      return [name, row.default];
    }
    return [name, row.read(entry) ?? entry.fail(row.wanted)];
  });
  return Object.fromEntries(values) as Values;
}
