import type { Attributes } from '@opentelemetry/api';
import { type AttributeName, attributes, type CallContent } from '@genvitals/conventions';
import type { ContentFold, ContentReaders, Fold, RequestContent, ResponseContent } from '../endpoint.ts';
import { CAPTURE_INPUT_TRUNCATED, CAPTURE_OUTPUT_TRUNCATED, SAMPLING_PROBABILITY } from '../keys.ts';
import type { limitContent } from './limits.ts';

type Readers = ContentReaders<unknown, unknown, unknown>;

/** Who takes the content of a call. */
export interface Takers {
  readonly span: boolean;
  readonly event: boolean;
  readonly judge: boolean;
}

/** What the gate does with content, and what it says of it. */
export interface Passage {
  /** Of how many traces content is taken at all, where not of every one. */
  readonly probability: number | undefined;
  /** Masks and cuts; what it throws leaves the call without content. */
  readonly pass: (content: CallContent) => ReturnType<typeof limitContent>;
  readonly fail: (error: unknown) => void;
}

/** Content as each of its takers gets it. */
export interface RecordedContent {
  /** Beside the content, for all: what was cut, and with what probability it is there. */
  readonly notes: Attributes;
  /** JSON: back-ends read nothing else of a span. */
  readonly span: Attributes | undefined;
  readonly event: Readonly<Record<string, unknown>> | undefined;
  readonly judge: Readonly<Record<string, unknown>> | undefined;
}

const NAMES: Readonly<Record<keyof CallContent, AttributeName>> = {
  systemInstructions: 'systemInstructions',
  inputMessages: 'inputMessages',
  outputMessages: 'outputMessages',
  toolDefinitions: 'toolDefinitions',
};
const KEYS = (Object.keys(NAMES) as (keyof CallContent)[]).map(
  (part) => [part, attributes[NAMES[part]].key] as const,
);

/** The content of one call, from its beginning to its end. */
export class Capture {
  readonly #readers: Readers;
  readonly #takers: Takers;
  readonly #passage: Passage;
  /** Taken down at once: the app may go on with its list of messages while the answer comes. */
  readonly #asked: RequestContent;
  #fold: ContentFold<unknown> | undefined;

  constructor(readers: Readers, params: unknown, takers: Takers, passage: Passage) {
    this.#readers = readers;
    this.#takers = takers;
    this.#passage = passage;
    this.#asked = orNothing(() => readers.request(params));
  }

  /** Follows a stream beside the fold that counts. */
  beside(fold: Fold<unknown, unknown>): Fold<unknown, unknown> {
    const own = this.#readers.fold?.();
    if (own === undefined) return fold;
    this.#fold = own;
    return {
      push: (chunk) => {
        fold.push(chunk);
        own.push(chunk);
      },
      result: () => fold.result(),
      isComplete: () => fold.isComplete(),
    };
  }

  /** @returns undefined where it cannot be masked: then nobody gets it */
  end(result: unknown): RecordedContent | undefined {
    try {
      const answered = orNothing<ResponseContent>(() => this.#answered(result));
      const passed = this.#passage.pass({ ...this.#asked, ...answered });
      const outputTruncated = passed.outputTruncated || (this.#fold?.leftOutLength() ?? 0) > 0;
      const structured: Record<string, unknown> = {};
      for (const [part, key] of KEYS)
        if (passed.content[part] !== undefined) structured[key] = passed.content[part];
      const notes: Attributes = {};
      if (passed.inputTruncated) notes[CAPTURE_INPUT_TRUNCATED] = true;
      if (outputTruncated) notes[CAPTURE_OUTPUT_TRUNCATED] = true;
      if (this.#passage.probability !== undefined) notes[SAMPLING_PROBABILITY] = this.#passage.probability;
      const { span, event, judge } = this.#takers;
      return {
        notes,
        span: span ? toJson(structured) : undefined,
        event: event ? structured : undefined,
        judge: judge ? structured : undefined,
      };
    } catch (error) {
      this.#passage.fail(error);
      return undefined;
    }
  }

  #answered(result: unknown): ResponseContent {
    if (this.#fold !== undefined) return this.#fold.result();
    return result === undefined ? {} : (this.#readers.response?.(result) ?? {});
  }
}

/** A shape that a reader did not expect: what is not read is not recorded. */
function orNothing<Content extends object>(read: () => Content): Content | Record<string, never> {
  try {
    return read();
  } catch {
    return {};
  }
}

/** As spans have it: texts as they are, JSON of what is none. */
export function toJson(structured: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(
    Object.entries(structured).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
