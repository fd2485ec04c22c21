import type { TokenContent } from '../feedback/token.ts';

/** What a token is of, the same for all tokens of one call or task. */
export function caseKey({ facts, task }: TokenContent): string {
  return (
    task?.id ??
    (facts.traceId === undefined ? `response ${facts.responseId}` : `${facts.traceId} ${facts.spanId}`)
  );
}
