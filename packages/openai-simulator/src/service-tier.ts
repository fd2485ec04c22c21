import type { Parameter } from './parameters.ts';

const served: Record<string, string> = {
  auto: 'default',
  default: 'default',
  flex: 'flex',
  priority: 'priority',
  scale: 'scale',
};

export const serviceTierParameter: Parameter = {
  name: 'service_tier',
  kind: 'choice',
  allowed: Object.keys(served),
};

/** The tier a call is served on, which is the one the answer names. */
export function servedTier(asked: unknown): string {
  return (typeof asked === 'string' ? served[asked] : undefined) ?? 'default';
}
