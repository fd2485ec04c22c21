import type { Ending } from '../endpoint.ts';

/** An error object as servers put it into answers; everything may be missing or of odd types. */
interface ErrorShape {
  readonly code?: unknown;
  readonly status?: unknown;
}

/** What an error says of itself. Gateways have the status of who is behind them as its code. */
export function toErrorEnding(error: unknown): Ending {
  const { code, status }: ErrorShape = typeof error === 'object' && error !== null ? error : {};
  const told = [status, code].find((each) => typeof each === 'number');
  return { outcome: 'error', errorCode: typeof code === 'string' ? code : undefined, errorStatus: told };
}

/** An error that came as an answer, with a status of success; undefined where the answer tells of none. */
export function answeredError(answer: object): Ending | undefined {
  const error: unknown = (answer as { readonly error?: unknown }).error;
  const isError =
    (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '');
  return isError ? toErrorEnding(error) : undefined;
}

/** Success, unless the answer is an error. */
export function plainEnding(answer: object): Ending {
  return answeredError(answer) ?? { outcome: 'success' };
}
