import { apiErrors } from './errors.ts';
import { type Fault, type FaultName, faultNames, faultOf, isFaultName } from './faults.ts';
import type { Random } from './random.ts';

/** Faults that have been asked for and wait for their call. */
export interface FaultQueue {
  add(name: FaultName, times: number): void;
  /** The fault a request asks for by header, or else the next one in the queue. */
  take(header: string | undefined, retryCount: string | undefined): Fault | undefined;
  /** One of an incident's faults, or none, by their shares. */
  draw(
    shares: readonly { readonly fault: FaultName; readonly share: number }[],
    random: Random,
  ): Fault | undefined;
}

/** "server-error" strikes every attempt, "server-error*2" the first two attempts of a call that retries. */
function readHeader(header: string, retryCount: string | undefined): Fault | undefined {
  const [name, attempts] = header.trim().split('*');
  if (!isFaultName(name)) throw apiErrors.wrongValue('x-simulator-fault', header, faultNames);
  if (attempts !== undefined && Number(retryCount ?? 0) >= Number(attempts)) return undefined;
  return faultOf(name);
}

export function createFaultQueue(): FaultQueue {
  const queue: FaultName[] = [];
  return {
    add: (name, times) => {
      for (let time = 0; time < times; time += 1) queue.push(name);
    },
    take(header, retryCount) {
      if (header !== undefined) return readHeader(header, retryCount);
      const next = queue.shift();
      return next === undefined ? undefined : faultOf(next);
    },
    draw(shares, random) {
      if (shares.length === 0) return undefined;
      let roll = random.next();
      for (const { fault, share } of shares) {
        if (roll < share) return faultOf(fault);
        roll -= share;
      }
      return undefined;
    },
  };
}
