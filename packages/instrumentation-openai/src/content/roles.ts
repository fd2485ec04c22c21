import type { AnyValue } from '@genvitals/conventions';

/** The conventions know four roles: system, user, assistant and tool. */
const ROLES: Readonly<Record<string, string>> = { developer: 'system', function: 'tool' };
const UNKNOWN_ROLE = 'unknown';
/** The conventions' word in messages; the attribute with the finish reasons has the provider's. */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  tool_calls: 'tool_call',
  function_call: 'tool_call',
};

export function toRole(role: AnyValue | undefined): string {
  if (typeof role !== 'string' || role === '') return UNKNOWN_ROLE;
  return Object.hasOwn(ROLES, role) ? (ROLES[role] ?? role) : role;
}

/** @param reason `error` stands for an answer that never said why it stopped */
export function toFinishReason(reason: unknown): string {
  if (typeof reason !== 'string') return 'error';
  return Object.hasOwn(FINISH_REASONS, reason) ? (FINISH_REASONS[reason] ?? reason) : reason;
}
