import { spreadOf } from '../../spread.ts';
import type { MakeCall, Params } from './cases.ts';
import { threadTimeUs } from './thread-time.ts';

/** Who makes the calls, by name. `bare` is the unpatched client that the others are compared with. */
export type Contestants = Readonly<Record<string, MakeCall>> & { readonly bare: MakeCall };

export interface RoundsPlan {
  readonly rounds: number;
  /** What a batch of bare calls should take. */
  readonly batchMs: number;
  readonly warmUpMs: number;
}

/** CPU of each contestant in µs a call, one entry a round. */
export type RoundTimes = Readonly<Record<string, number[]>>;

const US_A_MS = 1000;
const WARM_UP_CALLS = 10;

async function batch(makeCall: MakeCall, params: Params, count: number): Promise<number> {
  const beforeUs = threadTimeUs();
  for (let call = 0; call < count; call++) await makeCall(params);
  return (threadTimeUs() - beforeUs) / count;
}

/** Runs everyone until the code is compiled; gives the number of calls that a batch takes. */
export async function warmUp(
  contestants: Contestants,
  params: Params,
  { batchMs, warmUpMs }: RoundsPlan,
): Promise<number> {
  const bareUs: number[] = [];
  for (let usedUs = 0; usedUs < warmUpMs * US_A_MS;) {
    for (const makeCall of Object.values(contestants)) {
      const us = await batch(makeCall, params, WARM_UP_CALLS);
      usedUs += us * WARM_UP_CALLS;
      if (makeCall === contestants.bare) bareUs.push(us);
    }
  }
  return Math.max(1, Math.round((batchMs * US_A_MS) / spreadOf(bareUs).median));
}

/**
 * Small batches of each contestant in turn, so that whatever else the machine does hits all of them alike; who
 * begins and the direction change with each round, so that nobody always pays for the garbage of the same neighbour.
 */
export async function runRounds(
  contestants: Contestants,
  params: Params,
  callsABatch: number,
  { rounds }: RoundsPlan,
): Promise<RoundTimes> {
  const names = Object.keys(contestants);
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const step = round % 2 === 0 ? turn : names.length - 1 - turn;
      const name = names[(round + step) % names.length] as string;
      times[name]?.push(await batch(contestants[name] as MakeCall, params, callsABatch));
    }
  }
  return times;
}
