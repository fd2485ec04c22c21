import type { AttributeName } from './attributes/index.ts';

/** A field of the JSON line that is written for each call. */
export interface CallLineRow {
  readonly type: 'timestamp' | 'string' | 'int' | 'double';
  readonly brief: string;
  /** The attribute whose value it is; `resource` where that is one of the resource. */
  readonly from?: AttributeName;
  readonly isResource?: true;
  readonly values?: readonly string[];
  /** In every line; the others are left out where a call has no value. */
  readonly isRequired?: true;
}

/** The fields of the line, in their order. Never content, and no more bytes than `CALL_LINE_MAX_BYTES`. */
export const callLine = {
  timestamp: { type: 'timestamp', brief: 'When the call ended (RFC 3339, UTC).', isRequired: true },
  level: {
    type: 'string',
    brief: 'error where the outcome is error.',
    values: ['info', 'error'],
    isRequired: true,
  },
  service: { type: 'string', brief: 'The name of the service.', from: 'serviceName', isResource: true },
  env: {
    type: 'string',
    brief: 'The environment it runs in.',
    from: 'deploymentEnvironmentName',
    isResource: true,
  },
  version: {
    type: 'string',
    brief: 'The version of the service.',
    from: 'serviceVersion',
    isResource: true,
  },
  trace_id: { type: 'string', brief: 'The trace of the call, 32 hex digits.' },
  span_id: { type: 'string', brief: 'The span of the call, 16 hex digits.' },
  provider: { type: 'string', brief: 'Whose API it is.', from: 'providerName', isRequired: true },
  operation: { type: 'string', brief: 'The operation.', from: 'operationName', isRequired: true },
  model: { type: 'string', brief: 'The model asked for.', from: 'requestModel' },
  response_model: { type: 'string', brief: 'The model that answered.', from: 'responseModel' },
  feature: { type: 'string', brief: 'The feature that made the call.', from: 'featureName' },
  user_id: { type: 'string', brief: 'The user, as the app lets ids be written.', from: 'userId' },
  session_id: { type: 'string', brief: 'The session.', from: 'sessionId' },
  outcome: {
    type: 'string',
    brief: 'How the call ended.',
    from: 'outcome',
    values: ['success', 'error', 'cancelled', 'incomplete', 'refused'],
    isRequired: true,
  },
  error_type: { type: 'string', brief: 'Which error it was.', from: 'errorType' },
  error: { type: 'string', brief: "The error in a few words, without the provider's text." },
  input_tokens: { type: 'int', brief: 'Tokens in, cached ones included.', from: 'usageInputTokens' },
  output_tokens: { type: 'int', brief: 'Tokens out, reasoning included.', from: 'usageOutputTokens' },
  cached_tokens: {
    type: 'int',
    brief: 'Tokens in that came from the cache.',
    from: 'usageCacheReadInputTokens',
  },
  reasoning_tokens: {
    type: 'int',
    brief: 'Tokens out that were reasoning.',
    from: 'usageReasoningOutputTokens',
  },
  latency_ms: { type: 'double', brief: 'How long the call took, in milliseconds.', isRequired: true },
  ttft_ms: { type: 'double', brief: "From the request's start to the first chunk, in milliseconds." },
  retries: { type: 'int', brief: 'Attempts after the first one.', from: 'requestRetryCount' },
  finish_reason: { type: 'string', brief: 'Why the choices ended, with commas between.' },
  prompt_hash: { type: 'string', brief: 'Which prompt it was.', from: 'promptHash' },
  cost_usd: { type: 'double', brief: 'What the call costs, in US dollars.', from: 'costAmount' },
  cost_status: { type: 'string', brief: 'How sure the cost is.', from: 'costStatus' },
} as const satisfies Record<string, CallLineRow>;

/** More than a pipe takes in one write would be torn where several processes share it. */
export const CALL_LINE_MAX_BYTES = 8192;

export type CallLineField = keyof typeof callLine;

type Rows = typeof callLine;

type FieldValue<Row extends CallLineRow> = Row extends { readonly values: readonly (infer Value)[] }
  ? Value
  : Row['type'] extends 'int' | 'double'
    ? number
    : string;

type RequiredField = {
  [Field in CallLineField]: Rows[Field] extends { readonly isRequired: true } ? Field : never;
}[CallLineField];

/** A line, before it is written. */
export type CallLine = { readonly [Field in RequiredField]: FieldValue<Rows[Field]> } & {
  readonly [Field in Exclude<CallLineField, RequiredField>]?: FieldValue<Rows[Field]>;
};
