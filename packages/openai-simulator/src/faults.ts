import { type ApiError, apiErrors } from './errors.ts';

/** What a fault does. Shared code looks at these members, never at the fault's name. */
export interface Fault {
  readonly summary: string;
  /** Answered in place of an answer. */
  readonly error?: () => ApiError;
  /** Where the connection is cut: before a byte of the answer, or in the middle of it. */
  readonly cut?: 'start' | 'middle';
  /** In the middle of a stream: an error event, or (Responses) a failed response. Plain answers become a 500. */
  readonly event?: 'error' | 'failed';
  /** No answer until the client gives up. */
  readonly hang?: boolean;
  /** Half a JSON document where a whole one belongs. */
  readonly garble?: boolean;
  /** The answer carries no usage, as some compatible servers do. */
  readonly hideUsage?: boolean;
  /** The content filter stops the answer halfway. */
  readonly filter?: boolean;
}

/** One fault a row. They are asked for by header, by `failNext` or by an incident. */
export const faults = {
  'server-error': { summary: 'answers 500', error: apiErrors.serverError },
  overloaded: { summary: 'answers 503', error: apiErrors.overloaded },
  'rate-limit': {
    summary: 'answers 429 with retry-after',
    error: () =>
      apiErrors
        .rateLimited({
          model: 'this model',
          kind: 'requests',
          per: 'requests per min (RPM)',
          limit: 500,
          used: 500,
          requested: 1,
          again: '120ms',
        })
        .withHeaders({ 'retry-after': '1', 'retry-after-ms': '120' }),
  },
  'no-quota': { summary: 'answers 429 insufficient_quota', error: apiErrors.noQuota },
  'cut-connection': { summary: 'closes the connection before the answer', cut: 'start' },
  'cut-stream': { summary: 'closes the connection in the middle of the answer', cut: 'middle' },
  'error-event': { summary: 'sends an error event in the middle of a stream', event: 'error' },
  'response-failed': { summary: 'ends a Responses answer as failed', event: 'failed' },
  hang: { summary: 'never answers', hang: true },
  'invalid-json': { summary: 'sends half a JSON document', garble: true },
  'no-usage': { summary: 'leaves usage out', hideUsage: true },
  'content-filter': { summary: 'stops the answer by content filter', filter: true },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as readonly FaultName[];

export function isFaultName(value: unknown): value is FaultName {
  return typeof value === 'string' && Object.hasOwn(faults, value);
}

/** The fault of a name, as the plain shape every reader uses. */
export function faultOf(name: FaultName): Fault {
  return faults[name];
}
