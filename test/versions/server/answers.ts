import { withUsage } from './asked-usage.ts';
import type { Answer } from './scripted-server.ts';

export type HeaderRecord = Readonly<Record<string, string>>;

/**
 * Headers the real service sends. The word SENTINEL marks what must never reach any signal; every text
 * of a scenario carries it, so each scenario is a test of the content gate too.
 */
export const SERVICE_HEADERS: HeaderRecord = {
  'openai-organization': 'org-SENTINEL',
  'openai-processing-ms': '12',
  'x-request-id': 'req_0123456789',
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-reset-requests': '6ms',
  'x-secret': 'SENTINEL',
};

export function json(body: unknown, options: { status?: number; headers?: HeaderRecord } = {}): Answer {
  return text(JSON.stringify(body), { contentType: 'application/json', ...options });
}

export function text(
  body: string,
  options: { status?: number; headers?: HeaderRecord; contentType?: string } = {},
): Answer {
  return ({ response }) => {
    response.writeHead(options.status ?? 200, {
      'content-type': options.contentType ?? 'text/plain',
      ...SERVICE_HEADERS,
      ...options.headers,
    });
    response.end(body);
  };
}

/** An error body of the service; its message quotes the prompt, as real ones do. */
export function apiError(
  status: number,
  error: { code?: string | null; type?: string; param?: string | null; message?: string },
  headers: HeaderRecord = {},
): Answer {
  const body = {
    error: {
      message: error.message ?? `Invalid value: 'SENTINEL prompt' for key sk-SENTINEL.`,
      type: error.type ?? 'invalid_request_error',
      param: error.param ?? null,
      code: error.code ?? null,
    },
  };
  return json(body, { status, headers });
}

export interface EventStreamOptions {
  /** Sent as the last event; null leaves it out. */
  readonly done?: string | null;
  /** After this many events wait for `release()` before each further one. */
  readonly gateAfter?: number;
  /** After this many events send nothing more and keep the connection open. */
  readonly holdAfter?: number;
  /** After this many events break the connection. */
  readonly cutAfter?: number;
  readonly lineEnd?: string;
  readonly headers?: HeaderRecord;
  /** Names each event by its `type`, as the Responses API does. */
  readonly named?: boolean;
}

export function toEventText(event: unknown, options: EventStreamOptions = {}): string {
  const end = options.lineEnd ?? '\n';
  const data = typeof event === 'string' ? event : JSON.stringify(event);
  const name = options.named ? `event: ${(event as { type: string }).type}${end}` : '';
  return `${name}data: ${data}${end}${end}`;
}

/** A stream of server-sent events. A string among the events is sent as it is. */
export function events(all: readonly unknown[], options: EventStreamOptions = {}): Answer {
  return async ({ response, released, isUsageAsked }) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      ...SERVICE_HEADERS,
      ...options.headers,
    });
    response.flushHeaders();
    const sent = isUsageAsked ? withUsage(all) : all;
    for (const [at, event] of sent.entries()) {
      if (at === options.holdAfter) return;
      if (at === options.cutAfter) {
        // What was written must arrive before the connection breaks.
        await new Promise((resolve) => setTimeout(resolve, 15));
        response.destroy();
        return;
      }
      if (options.gateAfter !== undefined && at >= options.gateAfter) await released();
      response.write(toEventText(event, options));
    }
    const done = options.done === undefined ? '[DONE]' : options.done;
    response.end(done === null ? '' : toEventText(done));
  };
}

/** Takes the request and never answers. */
export const silence: Answer = () => {};

/** Breaks the connection instead of answering. */
export const hangUp: Answer = ({ response }) => {
  response.destroy();
};

/** Sends headers and the beginning of a JSON body, and then nothing. */
export const stalledBody: Answer = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json', ...SERVICE_HEADERS });
  response.write('{"id":"chatcmpl-1",');
};

/** Breaks the connection in the middle of a JSON body. */
export const cutBody: Answer = async ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json', ...SERVICE_HEADERS });
  response.write('{"id":"chatcmpl-1",');
  await new Promise((resolve) => setTimeout(resolve, 15));
  response.destroy();
};
