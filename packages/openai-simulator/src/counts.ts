import type { Usage } from './usage.ts';

/** Tokens as OpenAI counts them: `cached` is a part of `input`, `reasoning` a part of `output`. */
export interface TokenCounts {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

export interface CallCounts {
  /** Requests to this endpoint or model that are over: `answered + errors + aborted`. */
  calls: number;
  /** Answered to the end. */
  answered: number;
  /** Answered with an HTTP error, or broken off by the simulator. */
  errors: number;
  /** Broken off by the client before the end of the answer. */
  aborted: number;
  /** Every token of every answer, whether its usage was sent or not; of a broken stream, what was out by then. */
  tokens: TokenCounts;
  /** The part of `tokens` whose usage was sent: what telemetry can know. */
  tokensSent: TokenCounts;
}

/** What the simulator answered: the truth that telemetry is compared with. One call is one HTTP request, a retry is another. */
export interface SimulatorCounts {
  /** Every HTTP request but those to /simulator. */
  requests: number;
  byPath: Record<string, number>;
  /** Statuses that were sent; a connection cut before its status is in none. */
  byStatus: Record<string, number>;
  calls: {
    total: number;
    answered: number;
    errors: number;
    aborted: number;
    /** The part of `total` that the client sent as a retry (x-stainless-retry-count above 0). */
    retries: number;
    /** Begun and not over yet; not in `total`. */
    inFlight: number;
  };
  tokens: TokenCounts;
  tokensSent: TokenCounts;
  /** By the model name the request asked for; requests without a known model are in none. */
  models: Record<string, CallCounts>;
  endpoints: Record<string, CallCounts>;
}

/** The account of one call. The first ending counts, later ones are ignored. */
export interface CallRecord {
  readonly number: number;
  ofModel(model: string): void;
  answered(usage: Usage, tellsUsage: boolean): void;
  failed(usage: Usage): void;
  aborted(usage: Usage): void;
  /** The usage of an answer that is over was sent later, by another request. */
  toldLater(usage: Usage): void;
}

export interface CountKeeper {
  read(): SimulatorCounts;
  /** Inference calls that have begun. */
  begun(): number;
  request(path: string): void;
  status(status: number): void;
  open(endpoint: string, isRetry: boolean): CallRecord;
}

function noTokens(): TokenCounts {
  return { input: 0, cached: 0, output: 0, reasoning: 0 };
}

function noCalls(): CallCounts {
  return { calls: 0, answered: 0, errors: 0, aborted: 0, tokens: noTokens(), tokensSent: noTokens() };
}

function addTokens(to: TokenCounts, usage: Usage): void {
  to.input += usage.input;
  to.cached += usage.cached;
  to.output += usage.output;
  to.reasoning += usage.reasoning;
}

function addOne(to: Record<string, number>, key: string): void {
  to[key] = (to[key] ?? 0) + 1;
}

function entry(table: Map<string, CallCounts>, key: string): CallCounts {
  let counts = table.get(key);
  if (counts === undefined) {
    counts = noCalls();
    table.set(key, counts);
  }
  return counts;
}

type Ending = 'answered' | 'errors' | 'aborted';

export function createCountKeeper(): CountKeeper {
  const totals = noCalls();
  const byPath: Record<string, number> = {};
  const byStatus: Record<string, number> = {};
  const models = new Map<string, CallCounts>();
  const endpoints = new Map<string, CallCounts>();
  let requests = 0;
  let begun = 0;
  let retries = 0;

  function open(endpoint: string, isRetry: boolean): CallRecord {
    begun += 1;
    let model: string | undefined;
    let over = false;
    const accounts = (): CallCounts[] => [
      totals,
      entry(endpoints, endpoint),
      ...(model === undefined ? [] : [entry(models, model)]),
    ];
    const end = (ending: Ending, usage: Usage, tellsUsage: boolean): void => {
      if (over) return;
      over = true;
      if (isRetry) retries += 1;
      for (const account of accounts()) {
        account.calls += 1;
        account[ending] += 1;
        addTokens(account.tokens, usage);
        if (tellsUsage) addTokens(account.tokensSent, usage);
      }
    };
    return {
      number: begun,
      ofModel: (name) => {
        model = name;
      },
      answered: (usage, tellsUsage) => end('answered', usage, tellsUsage),
      failed: (usage) => end('errors', usage, false),
      aborted: (usage) => end('aborted', usage, false),
      toldLater: (usage) => {
        for (const account of accounts()) addTokens(account.tokensSent, usage);
      },
    };
  }

  return {
    begun: () => begun,
    request: (path) => {
      requests += 1;
      addOne(byPath, path);
    },
    status: (status) => addOne(byStatus, String(status)),
    open,
    // A copy: what was read does not change under the reader's hands.
    read: () =>
      structuredClone({
        requests,
        byPath,
        byStatus,
        calls: {
          total: totals.calls,
          answered: totals.answered,
          errors: totals.errors,
          aborted: totals.aborted,
          retries,
          inFlight: begun - totals.calls,
        },
        tokens: totals.tokens,
        tokensSent: totals.tokensSent,
        models: Object.fromEntries(models),
        endpoints: Object.fromEntries(endpoints),
      }),
  };
}
