import type { Attributes, Context, Span } from '@opentelemetry/api';

/** What somebody wrote or looked up, by the keys that it is recorded under. */
export interface ContentValues {
  /** What stays the text that it is, such as a question or a comment. */
  readonly texts?: Readonly<Record<string, string | undefined>>;
  /** Of any shape; a text that is the JSON of an object or a list is recorded as what it says. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** What the content belongs to. */
export interface ContentCase {
  /** What a mask hook hears as the operation, such as `execute_tool`. */
  readonly operation: string;
  readonly feature: string;
  /** Undefined where there is none that content could be written on. */
  readonly span: Span | undefined;
  readonly context: Context;
}

/** Content as each of its takers gets it; absent for who gets none. */
export interface PassedContent {
  /** Texts, and JSON of what is none. */
  readonly span?: Attributes | undefined;
  readonly event?: Readonly<Record<string, unknown>> | undefined;
  readonly judge?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The one gate of a process for content: it decides by the user's settings who takes any, masks it and cuts it.
 * Never throws; what cannot be masked passes to nobody.
 */
export interface ContentPassage {
  /** Whether anybody takes content at all: where not, it need not be read. */
  isOpen(): boolean;
  /** The value as it is now, as JSON would say it: for what may be changed before it is passed. */
  copy(value: unknown): unknown;
  /** @returns undefined where nobody takes it */
  pass(content: ContentValues, of: ContentCase): PassedContent | undefined;
}
