interface FeedbackErrorRow {
  /** What a receiver answers with; absent where no request can meet it. */
  readonly status?: number;
  /** May the same request succeed when it is sent again later? */
  readonly retry: boolean;
  readonly sentence: string;
}

/** Every way in which feedback, an outcome or a receiver's request is refused, one row each. */
export const feedbackErrors = {
  TOKEN_MISSING: {
    status: 401,
    retry: false,
    sentence: 'The token of a call or a task is needed: send what currentCall() or task.token gave',
  },
  TOKEN_FORGED: {
    status: 401,
    retry: false,
    sentence:
      'The token was not signed with the key that is set here: send it unchanged, and set the same GENVITALS_FEEDBACK_KEY in all processes',
  },
  TOKEN_UNSIGNED: {
    status: 401,
    retry: false,
    sentence:
      'The token was made without a key and is good in its own process alone: set GENVITALS_FEEDBACK_KEY there',
  },
  TOKEN_UNCHECKED: {
    status: 401,
    retry: false,
    sentence:
      'The token was signed with a key, and there is none here to check it by: set GENVITALS_FEEDBACK_KEY',
  },
  TOKEN_EXPIRED: {
    status: 410,
    retry: false,
    sentence: 'The token has expired: GENVITALS_FEEDBACK_EXPIRY_DAYS says how long new ones are good for',
  },
  TOKEN_KIND_WRONG: {
    status: 400,
    retry: false,
    sentence: 'The token is of another kind: currentCall() gives those of calls, task.token those of tasks',
  },
  FEEDBACK_INVALID: {
    status: 400,
    retry: false,
    sentence: 'Feedback needs a call, and a rating (positive, negative or neutral) or a score from 0 to 1',
  },
  FEEDBACK_REPEATED: {
    status: 409,
    retry: false,
    sentence: 'The same vote on this call was taken before; nothing has changed',
  },
  OUTCOME_INVALID: {
    status: 400,
    retry: false,
    sentence: 'An outcome needs what its type asks for',
  },
  OUTCOME_REPEATED: {
    status: 409,
    retry: false,
    sentence: 'This outcome was taken before; nothing has changed',
  },
  OUTCOME_FORBIDDEN: {
    status: 403,
    retry: false,
    sentence:
      'A token alone does not allow this outcome: send an API token, or name the conversion in conversionNames',
  },
  NOT_RECORDED: {
    status: 500,
    retry: true,
    sentence: 'It could not be recorded',
  },
  BEARER_WRONG: {
    status: 401,
    retry: false,
    sentence: 'The API token is none of those that the receiver was given',
  },
  ORIGIN_FORBIDDEN: {
    status: 403,
    retry: false,
    sentence: 'Pages of this origin may not send: name it in allowedOrigins',
  },
  PATH_UNKNOWN: {
    status: 404,
    retry: false,
    sentence: 'Expected a path that ends in /v1/feedback or /v1/outcomes',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retry: false,
    sentence: 'Expected the method POST',
  },
  TYPE_UNSUPPORTED: {
    status: 415,
    retry: false,
    sentence: 'Expected content-type application/json, and no content-encoding',
  },
  BODY_TOO_LARGE: {
    status: 413,
    retry: false,
    sentence: 'The body is larger than maxBodyBytes',
  },
  BODY_MALFORMED: {
    status: 400,
    retry: false,
    sentence: 'The body is no JSON object',
  },
  RATE_LIMITED: {
    status: 429,
    retry: true,
    sentence: 'Too many requests: wait as long as Retry-After says',
  },
  KEY_MISSING: {
    retry: false,
    sentence:
      'A receiver needs a key to check tokens by: set GENVITALS_FEEDBACK_KEY to a secret of at least 16 characters, or give it as `key`',
  },
  RECEIVER_OPTION_INVALID: {
    retry: false,
    sentence: 'An option of createReceiver has a value that it cannot have',
  },
} as const satisfies Record<string, FeedbackErrorRow>;

export type FeedbackErrorCode = keyof typeof feedbackErrors;

/** Thrown where a receiver is made wrongly: `code` is a row of {@link feedbackErrors}, the message adds what came. */
export class FeedbackError extends Error {
  readonly code: FeedbackErrorCode;

  constructor(code: FeedbackErrorCode, came: string) {
    super(`${code}: ${feedbackErrors[code].sentence}; got ${came}`);
    this.name = 'FeedbackError';
    this.code = code;
  }
}

/** What was not taken, and why. Nothing was counted or written for it. */
export interface Refusal {
  readonly status: 'refused';
  readonly code: FeedbackErrorCode;
  readonly reason: string;
}

/** @param came what came instead, where that tells more */
export function refuse(code: FeedbackErrorCode, came?: string): Refusal {
  const { sentence } = feedbackErrors[code];
  return { status: 'refused', code, reason: came === undefined ? sentence : `${sentence}: ${came}` };
}
