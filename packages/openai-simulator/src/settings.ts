import { type IncidentName, incidentNames, isIncidentName } from './incidents.ts';
import type { IncidentTiming } from './incident-schedule.ts';
import type { LimitOverride } from './rate-limits.ts';

export interface SimulatorOptions {
  /** One seed and one order of requests give the same answers, ids, times and faults. Default 1. */
  readonly seed?: number;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** An incident from the start; without `incidentAfterCalls` it begins after as many calls as its row says. */
  readonly incident?: IncidentName;
  readonly incidentAfterCalls?: number;
  readonly incidentAfterMs?: number;
  /** Strikes only calls whose prompt contains this text. */
  readonly incidentPromptContains?: string;
  /** 1 waits as long as the real models take, 0 not at all. Default 1. */
  readonly latencyScale?: number;
  /** In place of every model's own limits. */
  readonly rateLimits?: LimitOverride;
  /** The clock, in milliseconds since 1970: rate limits, caches, background responses and dates go by it. Default Date.now. */
  readonly now?: () => number;
}

export interface Settings {
  readonly seed: number;
  readonly port: number;
  readonly host: string;
  readonly incident: IncidentName | undefined;
  readonly timing: IncidentTiming;
  readonly latencyScale: number;
  readonly rateLimits: LimitOverride;
  readonly now: () => number;
}

/** A wrong option. Nothing has been started when it is thrown. */
export class SimulatorOptionError extends Error {
  readonly code = 'SIMULATOR_WRONG_OPTION';
  readonly option: string;

  constructor(option: string, wanted: string, got: unknown) {
    super(
      `Expected \`${option}\` to be ${wanted}, got ${JSON.stringify(got) ?? String(got)} (${typeof got}).`,
    );
    this.name = 'SimulatorOptionError';
    this.option = option;
  }
}

/** A whole number that can count something. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function checked<Value>(option: string, value: Value, isRight: boolean, wanted: string): Value {
  if (!isRight) throw new SimulatorOptionError(option, wanted, value);
  return value;
}

const positive = (value: number | undefined): boolean =>
  value === undefined || (Number.isFinite(value) && value >= 1);

/** Options with their defaults; throws a SimulatorOptionError for the first wrong one. */
export function parseSettings(options: SimulatorOptions): Settings {
  const {
    seed = 1,
    port = 0,
    host = '127.0.0.1',
    latencyScale = 1,
    rateLimits = {},
    now = Date.now,
  } = options;
  const { incident, incidentAfterCalls: afterCalls, incidentAfterMs: afterMs } = options;
  checked('seed', seed, Number.isSafeInteger(seed), 'a whole number');
  checked('port', port, isCount(port) && port <= 65_535, 'a whole number from 0 to 65535');
  checked('host', host, typeof host === 'string' && host !== '', 'a host name or address');
  checked('latencyScale', latencyScale, Number.isFinite(latencyScale) && latencyScale >= 0, 'a number >= 0');
  checked(
    'incident',
    incident,
    incident === undefined || isIncidentName(incident),
    `one of ${incidentNames.join(', ')}`,
  );
  checked(
    'incidentAfterCalls',
    afterCalls,
    afterCalls === undefined || isCount(afterCalls),
    'a whole number >= 0',
  );
  checked('incidentAfterMs', afterMs, afterMs === undefined || isCount(afterMs), 'a whole number >= 0');
  checked(
    'rateLimits.requestsPerMinute',
    rateLimits.requestsPerMinute,
    positive(rateLimits.requestsPerMinute),
    'a number >= 1',
  );
  checked(
    'rateLimits.tokensPerMinute',
    rateLimits.tokensPerMinute,
    positive(rateLimits.tokensPerMinute),
    'a number >= 1',
  );
  const promptContains = options.incidentPromptContains;
  return {
    seed,
    port,
    host,
    incident,
    timing: {
      ...(afterCalls === undefined ? {} : { afterCalls }),
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(promptContains === undefined ? {} : { promptContains }),
    },
    latencyScale,
    rateLimits,
    now,
  };
}
