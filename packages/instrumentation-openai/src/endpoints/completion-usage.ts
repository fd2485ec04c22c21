import type { Usage } from '../endpoint.ts';
import { type UsagePlace, usagePlaces } from './usage-places.ts';

/** What a server said of its usage, and where. */
interface FoundUsage {
  readonly rank: number;
  readonly usage: ReturnType<UsagePlace['find']>;
}

/** Not a name that an answer could have. */
const FOUND = Symbol('usage of the chunks');

/** A completion of which the usage was gathered chunk by chunk. */
export interface WithUsage {
  [FOUND]?: FoundUsage;
}

type Answer = Parameters<UsagePlace['find']>[0];

/** @param worst the last place that is looked at */
function findUsage(answer: Answer, worst: number): FoundUsage | undefined {
  // Once a chunk: no closure.
  for (let rank = 0; rank <= worst; rank++) {
    const place = usagePlaces[rank];
    const usage = place?.find(answer);
    if (usage !== null && usage !== undefined && place?.counts(usage) === true) return { rank, usage };
  }
  return undefined;
}

const LAST_RANK = usagePlaces.length - 1;

/**
 * Keeps the usage of a chunk, if it has one. Servers that send one with each chunk count on: the newest one
 * holds, unless an earlier one came from a better place.
 */
export function keepUsage(chunk: object, into: WithUsage): void {
  const found = findUsage(chunk as Answer, into[FOUND]?.rank ?? LAST_RANK);
  if (found !== undefined) into[FOUND] = found;
}

/** The usage of chat and legacy completions, whose totals include their details. */
export function completionUsage(answer: WithUsage): Usage | undefined {
  const found = answer[FOUND] ?? findUsage(answer as Answer, LAST_RANK);
  return found === undefined ? undefined : usagePlaces[found.rank]?.read(found.usage);
}
