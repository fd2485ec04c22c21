/** An error as the API answers it. Its body is what the client's error classes are made from. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ApiErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: ApiErrorBody['error'], headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.name = 'ApiError';
    this.status = status;
    this.body = { error };
    this.headers = headers;
  }

  withHeaders(headers: Readonly<Record<string, string>>): ApiError {
    return new ApiError(this.status, this.body.error, { ...this.headers, ...headers });
  }
}

export interface ApiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

interface LimitFacts {
  readonly model: string;
  readonly kind: string;
  readonly per: string;
  readonly limit: number;
  readonly requested: number;
  readonly used: number;
}

const invalid = 'invalid_request_error';
const organization = 'org-simulator';
const limitsPage = 'https://platform.openai.com/account/rate-limits';

function request(
  status: number,
  message: string,
  param: string | null = null,
  code: string | null = null,
): ApiError {
  return new ApiError(status, { message, type: invalid, param, code });
}

/** Every error the simulator answers: a row is the status and the body for the facts given. */
export const apiErrors = {
  missingKey: (): ApiError =>
    request(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    ).withHeaders({ 'www-authenticate': 'Bearer realm="OpenAI API"' }),
  wrongKey: (shown: string): ApiError =>
    request(
      401,
      `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
      null,
      'invalid_api_key',
    ).withHeaders({ 'www-authenticate': 'Bearer realm="OpenAI API"' }),
  noQuota: (): ApiError =>
    new ApiError(429, {
      message:
        'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
      type: 'insufficient_quota',
      param: null,
      code: 'insufficient_quota',
    }),
  unknownUrl: (method: string, path: string): ApiError =>
    request(404, `Invalid URL (${method} ${path})`, null, 'unknown_url'),
  wrongMethod: (method: string, path: string): ApiError =>
    request(
      405,
      `Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to make your HTTP request to a different method?)`,
    ),
  brokenHttp: (reason: string): ApiError =>
    request(400, `The request is not valid HTTP (${reason}).`, null, 'invalid_http'),
  headersTooLarge: (): ApiError => request(431, 'The request headers are too large.'),
  slowRequest: (): ApiError => request(408, 'The request did not arrive in time.', null, 'request_timeout'),
  bodyTooLarge: (limitBytes: number): ApiError =>
    request(413, `The request body is larger than ${limitBytes} bytes.`, null, 'payload_too_large'),
  brokenJson: (): ApiError =>
    request(
      400,
      'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The API expects a JSON payload, but what was sent was not valid JSON.)',
    ),
  missingModel: (): ApiError => request(400, 'you must provide a model parameter'),
  missingParameter: (param: string): ApiError =>
    request(400, `Missing required parameter: '${param}'.`, param, 'missing_required_parameter'),
  wrongType: (param: string, wanted: string, got: string): ApiError =>
    request(
      400,
      `Invalid type for '${param}': expected ${wanted}, but got ${got} instead.`,
      param,
      'invalid_type',
    ),
  outOfRange: (param: string, message: string, code: string): ApiError =>
    request(400, `Invalid '${param}': ${message}`, param, code),
  wrongValue: (param: string, value: unknown, allowed: readonly string[]): ApiError =>
    request(
      400,
      `Invalid value: '${typeof value === 'string' ? value : JSON.stringify(value)}'. Supported values are: ${allowed.map((item) => `'${item}'`).join(', ')}.`,
      param,
      'invalid_value',
    ),
  badRequest: (message: string, param: string | null = null, code: string | null = null): ApiError =>
    request(400, message, param, code),
  unsupportedParameter: (param: string, instead: string): ApiError =>
    request(
      400,
      `Unsupported parameter: '${param}' is not supported with this model. Use '${instead}' instead.`,
      param,
      'unsupported_parameter',
    ),
  unsupportedValue: (param: string, value: unknown): ApiError =>
    request(
      400,
      `Unsupported value: '${param}' does not support ${JSON.stringify(value)} with this model. Only the default (1) value is supported.`,
      param,
      'unsupported_value',
    ),
  contextTooLong: (param: string, limit: number, tokens: number): ApiError =>
    request(
      400,
      `This model's maximum context length is ${limit} tokens. However, your input resulted in ${tokens} tokens. Please reduce the length of the input.`,
      param,
      'context_length_exceeded',
    ),
  unknownModel: (model: string): ApiError =>
    request(
      404,
      `The model \`${model}\` does not exist or you do not have access to it.`,
      null,
      'model_not_found',
    ),
  notForThisEndpoint: (status: number, message: string): ApiError => request(status, message, 'model'),
  unknownResponse: (id: string): ApiError => request(404, `Response with id '${id}' not found.`),
  unknownPreviousResponse: (id: string): ApiError =>
    request(
      400,
      `Previous response with id '${id}' not found.`,
      'previous_response_id',
      'previous_response_not_found',
    ),
  unknownPrompt: (id: string): ApiError => request(404, `Prompt with id '${id}' not found.`, 'prompt'),
  rateLimited: (facts: LimitFacts & { readonly again: string }): ApiError =>
    new ApiError(429, {
      message: `Rate limit reached for ${facts.model} in organization ${organization} on ${facts.per}: Limit ${facts.limit}, Used ${facts.used}, Requested ${facts.requested}. Please try again in ${facts.again}. Visit ${limitsPage} to learn more.`,
      type: facts.kind,
      param: null,
      code: 'rate_limit_exceeded',
    }),
  requestTooLarge: (facts: LimitFacts): ApiError =>
    new ApiError(429, {
      message: `Request too large for ${facts.model} in organization ${organization} on ${facts.per}: Limit ${facts.limit}, Requested ${facts.requested}. The input or output tokens must be reduced in order to run successfully. Visit ${limitsPage} to learn more.`,
      type: facts.kind,
      param: null,
      code: 'rate_limit_exceeded',
    }),
  serverError: (): ApiError =>
    new ApiError(500, {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
      param: null,
      code: null,
    }),
  overloaded: (): ApiError =>
    new ApiError(503, {
      message: 'The engine is currently overloaded, please try again later',
      type: 'server_error',
      param: null,
      code: 'server_overloaded',
    }),
} as const;
