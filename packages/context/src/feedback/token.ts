import type { CaseFacts } from './case-facts.ts';
import { type FeedbackErrorCode } from './errors.ts';
import { SIGNATURE_BYTES, type SigningKey } from './signing-keys.ts';

/** A task as a token names it. */
export interface NamedTask {
  readonly id: string;
  readonly name: string;
}

/** What a token holds. */
export interface TokenContent {
  readonly facts: CaseFacts;
  /** Absent for a call. */
  readonly task?: NamedTask | undefined;
  /** Seconds since 1970. */
  readonly issuedAtS: number;
  readonly expiresAtS: number;
}

export type OpenedToken =
  | { readonly isGood: true; readonly content: TokenContent }
  | { readonly isGood: false; readonly code: FeedbackErrorCode };

const SIGNED_PREFIX = 'gv1.';
/** Signed with a key that the process made for itself. */
const PROCESS_PREFIX = 'gv1p.';
/** Longer than any that is made here. */
const MAX_CHARS = 399;
const TOKEN_CHARS = /^gv1p?\.[\w-]+$/;

// The body: kind, trace flags, trace id, span id, issued, expires; then texts, each behind its length.
const KIND_AT = 0;
const FLAGS_AT = 1;
const TRACE_AT = 2;
const SPAN_AT = 18;
const ISSUED_AT = 26;
const EXPIRES_AT = 30;
const TEXTS_AT = 34;
const CALL_KIND = 1;
const TASK_KIND = 2;
const MAX_BODY_BYTES = Math.floor(((MAX_CHARS - PROCESS_PREFIX.length) * 3) / 4) - SIGNATURE_BYTES;
const MAX_TEXT_BYTES = 255;

/** The texts of a token, in their order. */
interface Texts {
  responseId: string;
  feature: string;
  promptName: string;
  promptVersion: string;
  experimentName: string;
  experimentVariant: string;
  conversationId: string;
  taskId: string;
  taskName: string;
}

const TEXT_NAMES: readonly (keyof Texts)[] = [
  'responseId',
  'feature',
  'promptName',
  'promptVersion',
  'experimentName',
  'experimentVariant',
  'conversationId',
  'taskId',
  'taskName',
];

/** What is given up, one after the other, where all would be too long; a pair goes as a whole. */
const GIVEN_UP: readonly (readonly (keyof Texts)[])[] = [
  ['conversationId'],
  ['promptName', 'promptVersion'],
  ['experimentName', 'experimentVariant'],
  ['responseId'],
  ['feature'],
];

function textsOf({ facts, task }: TokenContent): Texts {
  const { labels } = facts;
  return {
    responseId: facts.responseId ?? '',
    feature: labels.featureName,
    promptName: labels.promptName ?? '',
    promptVersion: labels.promptVersion ?? '',
    experimentName: labels.experimentName ?? '',
    experimentVariant: labels.experimentVariant ?? '',
    conversationId: facts.conversationId ?? '',
    taskId: task?.id ?? '',
    taskName: task?.name ?? '',
  };
}

function bodyBytes(texts: Texts): number {
  let bytes = TEXTS_AT;
  for (const name of TEXT_NAMES) bytes += 1 + Buffer.byteLength(texts[name]);
  return bytes;
}

/** @returns whether something was given up */
function shorten(texts: Texts): boolean {
  if (bodyBytes(texts) <= MAX_BODY_BYTES) return false;
  for (const names of GIVEN_UP) {
    for (const name of names) texts[name] = '';
    if (bodyBytes(texts) <= MAX_BODY_BYTES) return true;
  }
  texts.taskName = Buffer.from(texts.taskName)
    .subarray(0, MAX_TEXT_BYTES / 2)
    .toString()
    .replace(/\uFFFD$/, '');
  return true;
}

/**
 * A token: at most 399 characters, safe in addresses and headers.
 * @param onShortened hears that names were too long for it all to be kept
 */
export function sealToken(content: TokenContent, key: SigningKey, onShortened: () => void): string {
  const { facts, task, issuedAtS, expiresAtS } = content;
  const texts = textsOf(content);
  if (shorten(texts)) onShortened();
  const body = Buffer.alloc(bodyBytes(texts));
  body[KIND_AT] = task === undefined ? CALL_KIND : TASK_KIND;
  body[FLAGS_AT] = facts.traceFlags;
  if (facts.traceId !== undefined && facts.spanId !== undefined) {
    body.write(facts.traceId, TRACE_AT, 'hex');
    body.write(facts.spanId, SPAN_AT, 'hex');
  }
  body.writeUInt32BE(issuedAtS, ISSUED_AT);
  body.writeUInt32BE(expiresAtS, EXPIRES_AT);
  let at = TEXTS_AT;
  for (const name of TEXT_NAMES) {
    const bytes = body.write(texts[name], at + 1);
    body[at] = bytes;
    at += 1 + bytes;
  }
  const sealed = Buffer.concat([body, key.sign(body)]).toString('base64url');
  return (key.isOfProcess ? PROCESS_PREFIX : SIGNED_PREFIX) + sealed;
}

function readTexts(body: Buffer): Texts | undefined {
  const texts: Partial<Texts> = {};
  let at = TEXTS_AT;
  for (const name of TEXT_NAMES) {
    const bytes = body[at];
    if (bytes === undefined || at + 1 + bytes > body.length) return undefined;
    texts[name] = body.toString('utf8', at + 1, at + 1 + bytes);
    at += 1 + bytes;
  }
  return at === body.length ? (texts as Texts) : undefined;
}

function pairOf<First extends string, Second extends string>(
  first: First,
  second: Second,
  texts: Pick<Texts, (First | Second) & keyof Texts>,
): Partial<Record<First | Second, string>> {
  const values = texts as Record<string, string>;
  return values[second] === '' ? {} : ({ [first]: values[first], [second]: values[second] } as never);
}

function readBody(body: Buffer): TokenContent | undefined {
  if (body.length < TEXTS_AT) return undefined;
  const texts = readTexts(body);
  if (texts === undefined) return undefined;
  const traceId = body.toString('hex', TRACE_AT, SPAN_AT);
  const hasSpan = !/^0+$/.test(traceId);
  return {
    facts: {
      ...(hasSpan && { traceId, spanId: body.toString('hex', SPAN_AT, ISSUED_AT) }),
      traceFlags: body[FLAGS_AT] ?? 0,
      responseId: texts.responseId || undefined,
      conversationId: texts.conversationId || undefined,
      labels: {
        featureName: texts.feature || 'unset',
        ...pairOf('promptName', 'promptVersion', texts),
        ...pairOf('experimentName', 'experimentVariant', texts),
      },
    },
    task: body[KIND_AT] === TASK_KIND ? { id: texts.taskId, name: texts.taskName } : undefined,
    issuedAtS: body.readUInt32BE(ISSUED_AT),
    expiresAtS: body.readUInt32BE(EXPIRES_AT),
  };
}

/**
 * Checks a token and reads it; never throws.
 * @param keys any of which may have signed it
 * @param nowS seconds since 1970
 */
export function openToken(text: unknown, keys: readonly SigningKey[], nowS: number): OpenedToken {
  if (text === undefined || text === null || text === '') return { isGood: false, code: 'TOKEN_MISSING' };
  if (typeof text !== 'string' || text.length > MAX_CHARS || !TOKEN_CHARS.test(text))
    return { isGood: false, code: 'TOKEN_FORGED' };
  const isOfProcess = text.startsWith(PROCESS_PREFIX);
  const fitting = keys.filter((key) => key.isOfProcess === isOfProcess);
  if (fitting.length === 0)
    return { isGood: false, code: isOfProcess ? 'TOKEN_UNSIGNED' : 'TOKEN_UNCHECKED' };
  const encoded = text.slice(text.indexOf('.') + 1);
  const sealed = Buffer.from(encoded, 'base64url');
  const body = sealed.subarray(0, -SIGNATURE_BYTES);
  const mac = sealed.subarray(-SIGNATURE_BYTES);
  // Of all texts that decode to the same bytes, one is the token.
  const isSigned =
    sealed.toString('base64url') === encoded && fitting.some((key) => key.hasSigned(body, mac));
  const content = isSigned ? readBody(body) : undefined;
  if (content === undefined) return { isGood: false, code: isOfProcess ? 'TOKEN_UNSIGNED' : 'TOKEN_FORGED' };
  return content.expiresAtS <= nowS ? { isGood: false, code: 'TOKEN_EXPIRED' } : { isGood: true, content };
}
