import { type FeedbackErrorCode, feedbackErrors } from '../feedback/errors.ts';

/** A request, whatever server it came to. */
export interface Incoming {
  readonly method: string;
  /** The path, under whatever it is mounted. */
  readonly path: string;
  header(name: string): string | undefined;
  /** The address of who sent it; undefined where the server does not tell. */
  readonly address: string | undefined;
  /** The body's bytes; undefined where there are more than `limit`. May reject where the sender went away. */
  read(limit: number): Promise<string | undefined>;
}

/** An answer, for whatever server it goes by. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that is refused: one row of the errors, and why in this case. */
export class RefusedRequest extends Error {
  readonly code: FeedbackErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /** @param reason default the sentence of the row */
  constructor(
    code: FeedbackErrorCode,
    reason: string = feedbackErrors[code].sentence,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason);
    this.name = 'RefusedRequest';
    this.code = code;
    this.headers = headers;
  }
}

/** An answer in JSON. */
export function toAnswer(status: number, body: unknown, type = 'application/json'): Answer {
  return {
    status,
    headers: { 'content-type': type, 'cache-control': 'no-store' },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

const FAILED = 500;

/** A refusal as problem+json (RFC 9457). @param detail the sentence and what came */
export function toProblem(
  code: FeedbackErrorCode,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const row = feedbackErrors[code];
  const status = 'status' in row ? row.status : FAILED;
  const body = {
    type: `urn:genvitals:error:${code}`,
    title: row.sentence,
    status,
    detail,
    code,
    retry: row.retry,
  };
  const answer = toAnswer(status, body, 'application/problem+json');
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
