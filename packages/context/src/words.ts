import type { Assignment } from './assignment.ts';

/** The prompt template behind a call. */
export interface PromptWords {
  readonly name: string;
  /** Without one, the prompt is on spans and events, and not a label of metrics. */
  readonly version?: string | undefined;
  /** Its text before variables are filled in: only its hash leaves the process. */
  readonly template?: string | undefined;
}

/** What the app says of its calls; nothing of it is sent to the model's provider. */
export interface CallWords {
  /** The part of the app that calls: a label of metrics, so few different ones. */
  readonly feature?: string | undefined;
  /** Written as `GENVITALS_USER_ID` says: hashed where there is a key, else not at all, unless raw is asked for. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly prompt?: PromptWords | undefined;
  /** Which arm of an experiment this is, as `experiment.assign()` gives it. */
  readonly experiment?: Assignment | undefined;
  /** What else calls are to be found by; on spans and events only. */
  readonly tags?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** The id of a user as another service of the app has written it. */
export const WRITTEN_USER_ID: unique symbol = Symbol('written user id');

/** What another service of the app said. */
export interface ReceivedWords extends CallWords {
  readonly [WRITTEN_USER_ID]?: string | undefined;
}

const MAX_NAME_CHARS = 200;
const MAX_TAGS = 32;
const MAX_TAG_KEY_CHARS = 64;

/** Text of an app that may not keep to its types. @returns undefined where it is none */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > MAX_NAME_CHARS ? value.slice(0, MAX_NAME_CHARS) : value;
}

const PLAIN_KEY = /^[\w.-]{1,64}$/;
const FORBIDDEN_IN_KEYS = /[^\w.-]/g;

function plainKey(key: string): string {
  return key.slice(0, MAX_TAG_KEY_CHARS).replace(FORBIDDEN_IN_KEYS, '_');
}

/** Tags as they are written: at most 32, keys of word characters, values cut at 200 characters. */
export function tagsOf(tags: unknown): Readonly<Record<string, string | number | boolean>> | undefined {
  if (typeof tags !== 'object' || tags === null) return undefined;
  const kept: Record<string, string | number | boolean> = {};
  let count = 0;
  for (const key of Object.keys(tags)) {
    const value: unknown = (tags as Readonly<Record<string, unknown>>)[key];
    const written = typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value);
    if (written === undefined || (typeof written === 'number' && !Number.isFinite(written))) continue;
    if (count++ >= MAX_TAGS) break;
    kept[PLAIN_KEY.test(key) ? key : plainKey(key)] = written;
  }
  return kept;
}
