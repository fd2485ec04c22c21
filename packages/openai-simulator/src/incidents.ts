import type { FaultName } from './faults.ts';

/** What is different while an incident is on. Shared code reads these figures, never the incident's name. */
export interface Effects {
  readonly firstTokenFactor: number;
  readonly tokenTimeFactor: number;
  /** Shares of all calls that are struck by a fault; together at most 1. */
  readonly faults: readonly { readonly fault: FaultName; readonly share: number }[];
  /** What is left of the rate limits. */
  readonly limitFactor: number;
  /** A newer chat model behind the plain model names. */
  readonly chatRevision: string | undefined;
  /** A newer embedding model: its vectors do not compare with those of another revision. */
  readonly embeddingRevision: string | undefined;
  /** Share of the answers that are vague, wrong in their figures, or invented. */
  readonly degradedShare: number;
  readonly outputFactor: number;
  readonly reasoningFactor: number;
  readonly promptCache: boolean;
  /** Answers with a tool call as long as there are tools, whatever the tools have said. */
  readonly keepCallingTools: boolean;
}

export const calm: Effects = {
  firstTokenFactor: 1,
  tokenTimeFactor: 1,
  faults: [],
  limitFactor: 1,
  chatRevision: undefined,
  embeddingRevision: undefined,
  degradedShare: 0,
  outputFactor: 1,
  reasoningFactor: 1,
  promptCache: true,
  keepCallingTools: false,
};

export interface Incident {
  readonly summary: string;
  /** Calls that go well first when the incident is given at the start: a change needs a before. */
  readonly afterCalls: number;
  readonly effects: Partial<Effects>;
}

const updateDate = '2026-11-02';

/** One incident a row. */
export const incidents = {
  'latency-step': {
    summary: 'everything takes four times as long',
    afterCalls: 0,
    effects: { firstTokenFactor: 4, tokenTimeFactor: 4 },
  },
  'error-burst': {
    summary: '45 % of the calls fail: 500, 503, cut connections, error events in streams',
    afterCalls: 0,
    effects: {
      faults: [
        { fault: 'server-error', share: 0.25 },
        { fault: 'overloaded', share: 0.1 },
        { fault: 'cut-stream', share: 0.05 },
        { fault: 'error-event', share: 0.05 },
      ],
    },
  },
  'rate-limiting': {
    summary: 'the rate limits sink to a thousandth, so that most calls get a 429',
    afterCalls: 0,
    effects: { limitFactor: 0.001 },
  },
  'context-loss': {
    summary:
      'the embedding model is updated: stored vectors and new ones no longer match, retrieval finds nothing, and the app asks without its context (HTTP 200)',
    afterCalls: 20,
    effects: { embeddingRevision: updateDate },
  },
  'quality-drop': {
    summary: 'after a prompt change two of three answers are vague, invented or wrong in their figures',
    afterCalls: 20,
    effects: { degradedShare: 0.67 },
  },
  'cost-explosion': {
    summary: 'answers are six times as long, reasoning four times, and nothing is cached any more',
    afterCalls: 0,
    effects: { outputFactor: 6, reasoningFactor: 4, promptCache: false },
  },
  'runaway-tool-loop': {
    summary: 'calls with tools are answered by the next tool call, never by an answer',
    afterCalls: 0,
    effects: { keepCallingTools: true },
  },
  'model-update': {
    summary: 'a newer model answers under the old name: another snapshot, longer, slower, now and then worse',
    afterCalls: 20,
    effects: {
      chatRevision: updateDate,
      outputFactor: 1.5,
      tokenTimeFactor: 1.3,
      degradedShare: 0.1,
    },
  },
} as const satisfies Record<string, Incident>;

export type IncidentName = keyof typeof incidents;

export const incidentNames = Object.keys(incidents) as readonly IncidentName[];

export function isIncidentName(value: unknown): value is IncidentName {
  return typeof value === 'string' && Object.hasOwn(incidents, value);
}

/** The incident of a name, as the plain shape every reader uses. */
export function incidentOf(name: IncidentName): Incident {
  return incidents[name];
}
