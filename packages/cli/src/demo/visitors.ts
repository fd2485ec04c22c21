import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from './seeded-random.ts';
import { createTally, tell, type Tally } from './tally.ts';
import { visits, type Visit, type VisitName } from './visits.ts';

const AT_ONCE = 6;
const MAX_PAUSE_MS = 150;
const PATIENCE_SECONDS = 4;
/** Who comes again is shown the same arm again. */
const CUSTOMERS = 40;
/** Between the seeds of two visits: the golden ratio of 2^32. */
const FAR_APART = 0x9e_37_79_b1;
/** The last calls are made one visit at a time, so that their number is met. */
const LAST_CALLS = 6;

export interface VisitorsOptions {
  /** The assistant's base URL. */
  readonly url: string;
  /** OpenAI calls to bring about, those made at start-up among them. */
  readonly calls: number;
  readonly seed: number;
  /** Calls that were begun so far, where somebody counts them; else visits are taken at their usual number. */
  readonly begunCalls?: (() => number) | undefined;
  /** Whether a visit can be paid; the first that cannot is the end. */
  readonly allows: (visit: VisitName) => boolean;
  /** No visit begins after so long, and soon after who still waits leaves; undefined: as long as it takes. */
  readonly maxSeconds: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends visitors to the assistant until they have brought about so many calls.
 * @returns what they did, as far as the assistant took it: not what is shown, but what it can be held against
 */
export async function sendVisitors(options: VisitorsOptions): Promise<Tally> {
  const random = createRandom(options.seed);
  // Of their own: which visit is the next must not hang on when the one before was over.
  const pauses = createRandom(options.seed + 1);
  const pause = (): Promise<void> => sleep(pauses.next() * MAX_PAUSE_MS);
  const { maxSeconds = Infinity } = options;
  const patience =
    maxSeconds === Infinity ? [] : [AbortSignal.timeout((maxSeconds + PATIENCE_SECONDS) * 1000)];
  const signal = AbortSignal.any([options.signal, ...patience]);
  const endAtMs = performance.now() + maxSeconds * 1000;
  let isBroke = false;
  const isOver = (): boolean => isBroke || options.signal.aborted || performance.now() >= endAtMs;
  let usual = 1;
  const tally = createTally();
  const left = (): number => options.calls - (options.begunCalls?.() ?? usual);

  const visit = async (name: VisitName): Promise<void> => {
    isBroke ||= !options.allows(name);
    if (isBroke) return;
    usual += visits[name].calls;
    const number = ++tally.visits;
    // Of its own, so that the visit of a number is the same, whoever is served before.
    const chance = createRandom(options.seed + Math.imul(number, FAR_APART));
    const user = `customer-${Math.floor(chance.next() * CUSTOMERS)}`;
    const visitor = { url: options.url, user, conversation: `visit-${number}`, signal };
    try {
      const answer = await visits[name].run(visitor, chance);
      if (answer !== undefined) await tell(visitor, answer, chance, tally);
    } catch (error) {
      // An answer that breaks off is what some incidents look like to a visitor.
      if (!(error instanceof TypeError) && !signal.aborted) throw error;
    }
  };

  while (left() > 0 && !isOver()) {
    const budget = left() - LAST_CALLS;
    if (budget <= 0) await visit(left() === 1 ? 'summary' : 'ask');
    else await visitAtOnce(budget, random, isOver, visit, pause);
  }
  return tally;
}

/** Several visitors beside each other, until what they usually need is used up. */
async function visitAtOnce(
  budget: number,
  random: Random,
  isOver: () => boolean,
  visit: (name: VisitName) => Promise<void>,
  pause: () => Promise<void>,
): Promise<void> {
  let rest = budget;
  const visitor = async (): Promise<void> => {
    while (rest > 0 && !isOver()) {
      const name = pickVisit(random);
      rest -= visits[name].calls;
      await visit(name);
      await pause();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, visitor));
}

function pickVisit(random: Random): VisitName {
  const rows = Object.entries(visits) as [VisitName, Visit][];
  const total = rows.reduce((sum, [, { weight }]) => sum + weight, 0);
  let place = random.next() * total;
  for (const [name, { weight }] of rows) {
    place -= weight;
    if (place < 0) return name;
  }
  return 'ask';
}
