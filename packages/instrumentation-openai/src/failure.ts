/** How a failed call is told: low-cardinality words only, never the provider's message. */
export interface Failure {
  readonly outcome: 'error' | 'cancelled';
  readonly type: string;
  readonly kind: ErrorKind;
  readonly status?: number | undefined;
  /** Of the answer that failed, as the client's error has them. */
  readonly headers?: unknown;
  /**
   * A description made of status, code and parameter name. A provider's message may quote the prompt or
   * the key, so it is never recorded.
   */
  readonly description: string;
}

export type ErrorKind = 'provider' | 'network' | 'quota' | 'request' | 'client';

/** The parts of the client's error classes (4-7) that are read; all may be missing or of odd types. */
interface ErrorShape {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly status?: unknown;
  readonly headers?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly param?: unknown;
  readonly cause?: unknown;
}

/** Codes of OpenAI and Azure OpenAI, which never count against the cap. */
const KNOWN_CODES: ReadonlySet<string> = new Set([
  'DeploymentNotFound',
  'OperationNotSupported',
  'TooManyRequests',
  'billing_hard_limit_reached',
  'content_filter',
  'content_policy_violation',
  'context_length_exceeded',
  'insufficient_quota',
  'internal_error',
  'invalid_api_key',
  'invalid_image',
  'invalid_organization',
  'invalid_prompt',
  'invalid_request_error',
  'invalid_type',
  'invalid_value',
  'missing_required_parameter',
  'model_not_found',
  'rate_limit_exceeded',
  'server_error',
  'string_above_max_length',
  'unknown_parameter',
  'unknown_url',
  'unsupported_country_region_territory',
  'unsupported_parameter',
  'unsupported_value',
  'vector_store_timeout',
]);
const CODE_PATTERN = /^[a-z0-9_.]{1,64}$/;
const PARAM_PATTERN = /^[\w.[\]]{1,64}$/;
const SYSTEM_CODE_PATTERN = /^(?:UND_ERR_|E[A-Z]{3,}|ERR_STREAM_PREMATURE_CLOSE)/;
const CODE_CAP = 100;
/** The conventions' word for an error that no other word fits. */
const UNKNOWN_TYPE = '_OTHER';
const QUOTA_STATUS = 429;
const QUOTA_CODES: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'rate_limit_exceeded',
  'billing_hard_limit_reached',
]);
const ABORT_MESSAGE = 'Request was aborted.';

const otherCodes = new Set<string>();

function acceptCode(code: unknown): string | undefined {
  if (typeof code !== 'string') return undefined;
  if (KNOWN_CODES.has(code) || otherCodes.has(code)) return code;
  if (!CODE_PATTERN.test(code) || otherCodes.size >= CODE_CAP) return undefined;
  otherCodes.add(code);
  return code;
}

const MIN_STATUS = 100;
const MAX_STATUS = 599;

/** A status as HTTP has them; a fetch of the app's own may give anything. */
export function toStatus(status: unknown): number | undefined {
  const isStatus =
    Number.isInteger(status) && (status as number) >= MIN_STATUS && (status as number) <= MAX_STATUS;
  return isStatus ? (status as number) : undefined;
}

const CLASS_NAME_CAP = 100;
const classNamesSeen = new Set<string>();

/** The name of an error's class, as long as there are not too many for a label. */
function acceptClassName(name: string | undefined): string {
  if (name === undefined) return UNKNOWN_TYPE;
  if (!classNamesSeen.has(name)) {
    if (classNamesSeen.size >= CLASS_NAME_CAP) return UNKNOWN_TYPE;
    classNamesSeen.add(name);
  }
  return name;
}

/** Names of the error's classes, most derived first. `err.name` is "Error" on all of the client's own. */
function classNames(error: object): string[] {
  const names: string[] = [];
  for (let proto: unknown = Object.getPrototypeOf(error); proto !== null && names.length < 8;) {
    const constructor: unknown = (proto as { constructor?: unknown }).constructor;
    if (typeof constructor === 'function' && constructor.name !== '') names.push(constructor.name);
    proto = Object.getPrototypeOf(proto);
  }
  return names;
}

function isAbort(error: ErrorShape, names: readonly string[]): boolean {
  return (
    names.includes('APIUserAbortError') || error.name === 'AbortError' || error.message === ABORT_MESSAGE
  );
}

function isNetwork(error: ErrorShape, names: readonly string[]): boolean {
  if (names.includes('APIConnectionError')) return true;
  const causeCode = (error.cause as { code?: unknown } | null | undefined)?.code;
  return [error.code, causeCode].some((code) => typeof code === 'string' && SYSTEM_CODE_PATTERN.test(code));
}

function kindOfStatus(status: number): ErrorKind {
  if (status === QUOTA_STATUS) return 'quota';
  return status >= 500 ? 'provider' : 'request';
}

function kindOf(
  error: ErrorShape,
  names: readonly string[],
  status: number | undefined,
  code: string | undefined,
): ErrorKind {
  if (code !== undefined && QUOTA_CODES.has(code)) return 'quota';
  if (status !== undefined) return kindOfStatus(status);
  if (isNetwork(error, names)) return 'network';
  return names.includes('APIError') ? 'provider' : 'client';
}

function unreadableFailure(description: string): Failure {
  return { outcome: 'error', type: UNKNOWN_TYPE, kind: 'client', description };
}

/** Tells what a thrown value means. Anything may be thrown; nothing here throws. */
export function toFailure(thrown: unknown): Failure {
  if (typeof thrown !== 'object' || thrown === null) {
    return unreadableFailure(`a ${typeof thrown} was thrown`);
  }
  try {
    return readFailure(thrown);
  } catch {
    // A getter or a proxy of the app's own threw: that error is not the one the app is to get.
    return unreadableFailure('the error cannot be read');
  }
}

function readFailure(thrown: object): Failure {
  const error: ErrorShape = thrown;
  const names = classNames(thrown);
  const className = acceptClassName(names[0]);
  if (isAbort(error, names))
    return { outcome: 'cancelled', type: className, kind: 'client', description: '' };
  const status = toStatus(error.status);
  // Only an API error's type is the API's; other libraries' errors have types of their own.
  const apiType = names.includes('APIError') ? acceptCode(error.type) : undefined;
  // Some servers tell a quota that is used up by the type alone.
  const code = acceptCode(error.code) ?? (QUOTA_CODES.has(apiType ?? '') ? apiType : undefined);
  // A gateway that had begun to stream tells the status of who is behind it as a code.
  const told = status ?? (names.includes('APIError') ? toStatus(error.code) : undefined);
  const type = code ?? (told === undefined ? (apiType ?? className) : String(told));
  const param = typeof error.param === 'string' && PARAM_PATTERN.test(error.param) ? error.param : undefined;
  const description = [
    status === undefined ? className : `HTTP ${status}`,
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(param === undefined ? [] : [`parameter ${param}`]),
  ].join(', ');
  const kind = kindOf(error, names, told, code);
  return { outcome: 'error', type, kind, status, headers: error.headers, description };
}

/**
 * A failure that the answer itself reports, such as `response.failed`, which is yielded and not thrown.
 * @param told the HTTP status that it tells of, which is not the answer's own
 */
export function reportedFailure(errorCode: string | undefined, told?: number): Failure {
  const code = acceptCode(errorCode);
  const status = toStatus(told);
  const type = code ?? (status === undefined ? UNKNOWN_TYPE : String(status));
  const kind = status === undefined ? 'provider' : kindOfStatus(status);
  return {
    outcome: 'error',
    type,
    kind: code !== undefined && QUOTA_CODES.has(code) ? 'quota' : kind,
    description: type === UNKNOWN_TYPE ? 'the response says that it failed' : `code ${type}`,
  };
}
