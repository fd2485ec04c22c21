import { gunzipSync } from 'node:zlib';
import { OtlpError } from './errors.ts';
import { JsonReader } from './json-reader.ts';
import { logsData, type LogsData } from './logs.ts';
import type { MessageType } from './message.ts';
import { metricsData, type MetricsData } from './metrics.ts';
import { tracesData, type TracesData } from './traces.ts';
import { WireReader } from './wire-reader.ts';

/** The recommended limit of OTLP 1.11, for the body as it comes and as it is after decompression. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface DecodeOptions {
  /** The request's header as it came; parameters such as a charset are ignored. */
  readonly contentType: string | undefined;
  /** The request's header as it came; absent means the body is not compressed. */
  readonly contentEncoding?: string | undefined;
  readonly maxBodyBytes?: number | undefined;
}

/** Throws an {@link OtlpError}, and nothing else, if the body is not what it should be. */
export function decodeTraces(body: Uint8Array, options: DecodeOptions): TracesData {
  return decode(tracesData, body, options);
}

/** Throws an {@link OtlpError}, and nothing else, if the body is not what it should be. */
export function decodeMetrics(body: Uint8Array, options: DecodeOptions): MetricsData {
  return decode(metricsData, body, options);
}

/** Throws an {@link OtlpError}, and nothing else, if the body is not what it should be. */
export function decodeLogs(body: Uint8Array, options: DecodeOptions): LogsData {
  return decode(logsData, body, options);
}

function decode<T>(type: MessageType<T>, body: Uint8Array, options: DecodeOptions): T {
  const decoder = decoders[toContentType(options.contentType)];
  const limit = options.maxBodyBytes ?? MAX_BODY_BYTES;
  if (body.byteLength > limit) throw tooLarge(limit);
  return decoder(type, inflate(body, options.contentEncoding, limit));
}

/** The two encodings of OTLP/HTTP. */
const decoders = {
  'application/x-protobuf': <T>(type: MessageType<T>, body: Uint8Array): T =>
    type.fromBody(new WireReader(body)),
  'application/json': <T>(type: MessageType<T>, body: Uint8Array): T =>
    type.fromJson(parseJson(body), new JsonReader(), undefined),
};

export type OtlpContentType = keyof typeof decoders;

/** The encoding that a content-type header names. */
export function toContentType(header: string | undefined): OtlpContentType {
  const name = (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (Object.hasOwn(decoders, name)) return name as OtlpContentType;
  throw new OtlpError('OTLP_UNSUPPORTED_TYPE', header === undefined ? 'got none' : `got "${name}"`);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    // V8's message quotes the body, which may hold prompts.
    throw new OtlpError('OTLP_MALFORMED', 'it is not JSON');
  }
}

function inflate(body: Uint8Array, header: string | undefined, limit: number): Uint8Array {
  const encoding = (header ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new OtlpError('OTLP_UNSUPPORTED_ENCODING', `got "${encoding}"`);
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new OtlpError('OTLP_MALFORMED', 'it is not gzip');
  }
}

/** The error for a body of more than `limit` bytes, before or after decompression. */
export function tooLarge(limit: number): OtlpError {
  return new OtlpError('OTLP_TOO_LARGE', `over ${limit} bytes`);
}
