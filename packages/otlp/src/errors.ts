interface ErrorRow {
  /** The HTTP status a receiver answers with. */
  readonly status: number;
  /** The google.rpc code in the body of that answer. */
  readonly rpcCode: number;
  /** May the same bytes succeed when they are sent again? */
  readonly retry: boolean;
  readonly sentence: string;
}

/** Every way in which a request can be refused, one row each. */
export const otlpErrors = {
  OTLP_MALFORMED: {
    status: 400,
    rpcCode: 3,
    retry: false,
    sentence: 'The body is not valid OTLP',
  },
  OTLP_TOO_LARGE: {
    status: 413,
    rpcCode: 8,
    retry: false,
    sentence: 'The body is over the limit; send smaller batches',
  },
  OTLP_UNSUPPORTED_TYPE: {
    status: 415,
    rpcCode: 3,
    retry: false,
    sentence: 'Expected content-type application/x-protobuf or application/json',
  },
  OTLP_UNSUPPORTED_ENCODING: {
    status: 415,
    rpcCode: 3,
    retry: false,
    sentence: 'Expected content-encoding gzip or none',
  },
  OTLP_NOT_FOUND: {
    status: 404,
    rpcCode: 5,
    retry: false,
    sentence: 'Expected a path of /v1/traces, /v1/metrics or /v1/logs',
  },
  OTLP_METHOD_NOT_ALLOWED: {
    status: 405,
    rpcCode: 12,
    retry: false,
    sentence: 'Expected the method POST',
  },
  OTLP_HANDLER_FAILED: {
    status: 500,
    rpcCode: 13,
    retry: false,
    sentence: 'The receiver could not handle what was sent',
  },
} as const satisfies Record<string, ErrorRow>;

export type OtlpErrorCode = keyof typeof otlpErrors;

/** The one error that decoding throws: `code` is a row of {@link otlpErrors}, the message adds what came. */
export class OtlpError extends Error {
  readonly code: OtlpErrorCode;
  readonly status: number;
  readonly rpcCode: number;
  readonly retry: boolean;

  constructor(code: OtlpErrorCode, came: string, options?: ErrorOptions) {
    const row = otlpErrors[code];
    super(`${row.sentence}: ${came}`, options);
    this.name = 'OtlpError';
    this.code = code;
    this.status = row.status;
    this.rpcCode = row.rpcCode;
    this.retry = row.retry;
  }
}
