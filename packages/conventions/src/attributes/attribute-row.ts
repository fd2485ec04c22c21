/** The two sets of names that the conventions' change of 2026 left behind. */
export type NameSet = 'v1.41' | 'latest';

/** Which names are written: one set, or both. */
export type NamesMode = NameSet | 'dup';

/** A value of an attribute of type `any`, as OpenTelemetry's AnyValue. */
export type AnyValue =
  | string
  | number
  | boolean
  | null
  | readonly AnyValue[]
  | { readonly [key: string]: AnyValue };

/** What TypeScript sees of each type on the wire. */
export interface WireTypes {
  readonly string: string;
  readonly int: number;
  readonly double: number;
  readonly boolean: boolean;
  readonly 'string[]': readonly string[];
  readonly any: AnyValue;
}

/** The packages that write telemetry. */
export type Emitter = 'instrumentation-openai' | 'node' | 'context' | 'pricing' | 'judge';

/** An attribute that genvitals may write. */
export interface AttributeRow {
  /** The key on the wire, in the default names mode. */
  readonly key: string;
  readonly type: keyof WireTypes;
  readonly brief: string;
  /** Only `low` ones may label a metric; `high` ones live on spans, logs and events. */
  readonly cardinality: 'low' | 'high';
  /** The closed list of values, where there is one. */
  readonly values?: readonly string[];
  /** Holds what people or models wrote: never written unless asked for, and redacted. */
  readonly content?: true;
  /** `proposal`: a name of an open proposal to the conventions, written only where a switch asks for it. */
  readonly source: 'semconv' | 'genvitals' | 'proposal';
  /** The key in each set of names, where they differ; a set that is left out does not know it. */
  readonly modes?: Readonly<Partial<Record<NameSet, string>>>;
  readonly emitter: Emitter;
  /** Its emitter exists and does not write it yet. */
  readonly planned?: true;
}

/** A family of attributes whose last part the app chooses. */
export interface AttributePrefixRow extends Omit<AttributeRow, 'key' | 'modes' | 'values' | 'cardinality'> {
  /** Ends with a dot. */
  readonly prefix: string;
}
