import type { AnyValue, MessagePart } from '@genvitals/conventions';
import { isRecord, mapRecord } from './plain-data.ts';

/** Longer than ids, hashes and tokens; a text of that length without a space is no prose. */
const MIN_BASE64_LENGTH = 1024;
/** One class of characters: what a text holds must not decide how long it takes to look at it. */
const BASE64 = /^[A-Za-z0-9+/=_\-\r\n]+$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** Prose may begin with the word, too; it goes on with a space. */
const DATA_URL_HEAD = /^data:([a-z]+\/[a-z0-9.+-]+)?(?:;[^,\s]*)?,/i;
const MAX_HEAD_LENGTH = 256;
const MODALITIES: ReadonlySet<string> = new Set(['image', 'video', 'audio']);

interface DataUrl {
  readonly mimeType: string;
  readonly data: string;
}

function readDataUrl(text: string): DataUrl | undefined {
  const head = DATA_URL_HEAD.exec(text.slice(0, MAX_HEAD_LENGTH));
  return head === null ? undefined : { mimeType: head[1] ?? '', data: text.slice(head[0].length) };
}

function isLongBase64(text: string): boolean {
  return text.length >= MIN_BASE64_LENGTH && BASE64.test(text);
}

function modalityOf(mimeType: string): string {
  const [family = ''] = mimeType.split('/');
  return MODALITIES.has(family) ? family : 'document';
}

function sha256(text: string): string {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  return crypto?.createHash('sha256').update(text).digest('hex') ?? 'unavailable';
}

/** Stands for bytes: the same bytes always give the same part. @param data base64, or a data URL */
export function blobPart(data: string, modality: string, mimeType?: string): MessagePart {
  const url = readDataUrl(data);
  const base64 = url?.data ?? data;
  const type = url?.mimeType || mimeType;
  return {
    type: 'blob',
    modality: url?.mimeType ? modalityOf(url.mimeType) : modality,
    ...(type !== undefined && { mime_type: type }),
    content: `sha256:${sha256(base64)}`,
    // Base64 has one byte a character.
    size_bytes: base64.length,
  };
}

/** A picture, sound or document that a request names by a URL, or holds in it. */
export function mediaPart(text: string, modality: string): MessagePart {
  // Whatever its head looks like: no bytes may pass for a name.
  if (/^data:/i.test(text)) return blobPart(text, modality);
  if (!SCHEME.test(text) && isLongBase64(text)) return blobPart(text, modality);
  return { type: 'uri', modality, uri: text };
}

/** The same value with a reference in the place of each text that is a data URL or long base64, at any depth. */
export function withoutBytes(value: AnyValue): AnyValue {
  if (typeof value === 'string') {
    const isBlob = readDataUrl(value) !== undefined || isLongBase64(value);
    return isBlob ? (blobPart(value, 'document') as AnyValue) : value;
  }
  if (Array.isArray(value)) return (value as readonly AnyValue[]).map(withoutBytes);
  if (!isRecord(value)) return value;
  return mapRecord(value, withoutBytes);
}
