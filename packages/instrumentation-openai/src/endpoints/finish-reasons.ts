import type { ProviderName } from '@genvitals/conventions';
import type { Ending } from '../endpoint.ts';

/** What servers send in place of null. */
const NO_REASONS: ReadonlySet<string> = new Set(['', 'null']);

/** A reason as it came; undefined where there is none yet. */
export function toFinishReason(reason: unknown): string | undefined {
  return typeof reason === 'string' && !NO_REASONS.has(reason) ? reason : undefined;
}

/** A finish reason after which the answer is not whole. */
interface FinishReason {
  readonly reason: string;
  readonly outcome: Exclude<Ending['outcome'], 'success'>;
  /** A provider that is known to send it; undefined for servers that have no name of their own here. */
  readonly seenAt: ProviderName | undefined;
}

const FINISH_REASONS: readonly FinishReason[] = [
  { reason: 'length', outcome: 'incomplete', seenAt: 'openai' },
  { reason: 'content_filter', outcome: 'incomplete', seenAt: 'openai' },
  { reason: 'model_length', outcome: 'incomplete', seenAt: 'mistral_ai' },
  { reason: 'insufficient_system_resource', outcome: 'incomplete', seenAt: 'deepseek' },
  { reason: 'model_context_window_exceeded', outcome: 'incomplete', seenAt: undefined },
  { reason: 'sensitive', outcome: 'incomplete', seenAt: undefined },
  { reason: 'network_error', outcome: 'error', seenAt: undefined },
  { reason: 'error', outcome: 'error', seenAt: 'openrouter' },
];
const outcomes = new Map(FINISH_REASONS.map(({ reason, outcome }) => [reason, outcome]));
/** How a choice ended by its finish reason; every reason that no row has is a success. */
export function endingOf(reason: unknown): Ending['outcome'] {
  if (typeof reason !== 'string') return 'success';
  const known = outcomes.get(reason);
  if (known !== undefined) return known;
  // Gemini says more behind a colon: `content_filter: PROHIBITED_CONTENT`.
  const colon = reason.indexOf(':');
  return (colon === -1 ? undefined : outcomes.get(reason.slice(0, colon))) ?? 'success';
}
