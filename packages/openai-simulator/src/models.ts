/** What a model is there for; an endpoint serves one use. */
export type ModelUse = 'chat' | 'completion' | 'embedding' | 'moderation';

/** A log-normal time: half of the draws are below the median, `sigma` is the spread of the logarithm. */
export interface TimeSpread {
  readonly medianMs: number;
  readonly sigma: number;
}

export interface Model {
  readonly id: string;
  /** Dated names that may be asked for by name; the first is what the plain name is served by. */
  readonly snapshots: readonly string[];
  readonly use: ModelUse;
  /** Thinks before it answers: reasoning tokens, `max_completion_tokens` only, temperature fixed at 1. */
  readonly reasoning: boolean;
  readonly fingerprint: string | null;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Length of an embedding; 0 where the model makes none. */
  readonly dimensions: number;
  /** Whether `dimensions` may shorten the embedding. */
  readonly resizable: boolean;
  readonly firstToken: TimeSpread;
  readonly perToken: TimeSpread;
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly ownedBy: string;
  /** Unix seconds, as in GET /v1/models. */
  readonly created: number;
}

const ordinary: Omit<Model, 'id' | 'snapshots' | 'created'> = {
  use: 'chat',
  reasoning: false,
  fingerprint: null,
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  dimensions: 0,
  resizable: false,
  firstToken: { medianMs: 400, sigma: 0.35 },
  perToken: { medianMs: 10, sigma: 0.2 },
  requestsPerMinute: 30_000,
  tokensPerMinute: 150_000_000,
  ownedBy: 'system',
};
const thinker = {
  reasoning: true,
  contextTokens: 400_000,
  maxOutputTokens: 128_000,
} as const;
const million = { contextTokens: 1_047_576, maxOutputTokens: 32_768 } as const;

function times(firstTokenMs: number, tokenMs: number, sigma = 0.35): Pick<Model, 'firstToken' | 'perToken'> {
  return {
    firstToken: { medianMs: firstTokenMs, sigma },
    perToken: { medianMs: tokenMs, sigma: sigma / 2 },
  };
}

function defineModel(
  id: string,
  created: string,
  row: Partial<Model> & { readonly snapshots?: readonly string[] },
): Model {
  return { ...ordinary, snapshots: [], ...row, id, created: Date.parse(created) / 1000 };
}

export const models: readonly Model[] = [
  defineModel('gpt-4o', '2024-05-10', {
    snapshots: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20', 'gpt-4o-2024-05-13'],
    fingerprint: 'fp_5e0f3a9c41',
    ...times(450, 14),
  }),
  defineModel('gpt-4o-mini', '2024-07-16', {
    snapshots: ['gpt-4o-mini-2024-07-18'],
    fingerprint: 'fp_81c4d2e6b7',
    ...times(380, 9),
  }),
  defineModel('gpt-4.1', '2025-04-10', {
    snapshots: ['gpt-4.1-2025-04-14'],
    fingerprint: 'fp_2d9a60f8c3',
    ...million,
    ...times(500, 13),
  }),
  defineModel('gpt-4.1-mini', '2025-04-10', {
    snapshots: ['gpt-4.1-mini-2025-04-14'],
    fingerprint: 'fp_90be17d254',
    ...million,
    ...times(420, 9),
  }),
  defineModel('gpt-4.1-nano', '2025-04-10', {
    snapshots: ['gpt-4.1-nano-2025-04-14'],
    fingerprint: 'fp_c63f8e0a1d',
    ...million,
    ...times(320, 6),
  }),
  defineModel('gpt-3.5-turbo', '2023-02-28', {
    snapshots: ['gpt-3.5-turbo-0125', 'gpt-3.5-turbo-1106'],
    contextTokens: 16_385,
    maxOutputTokens: 4096,
    ownedBy: 'openai',
    ...times(350, 8),
  }),
  defineModel('gpt-5', '2025-08-05', { snapshots: ['gpt-5-2025-08-07'], ...thinker, ...times(700, 16) }),
  defineModel('gpt-5-mini', '2025-08-05', {
    snapshots: ['gpt-5-mini-2025-08-07'],
    ...thinker,
    ...times(500, 9),
  }),
  defineModel('gpt-5-nano', '2025-08-05', {
    snapshots: ['gpt-5-nano-2025-08-07'],
    ...thinker,
    ...times(400, 6),
  }),
  defineModel('gpt-5.1', '2025-11-12', { snapshots: ['gpt-5.1-2025-11-13'], ...thinker, ...times(650, 14) }),
  defineModel('gpt-5.4', '2026-03-04', { snapshots: ['gpt-5.4-2026-03-05'], ...thinker, ...times(650, 13) }),
  defineModel('gpt-5.4-mini', '2026-03-16', {
    snapshots: ['gpt-5.4-mini-2026-03-17'],
    ...thinker,
    ...times(450, 8),
  }),
  defineModel('gpt-5.6', '2026-07-08', { snapshots: ['gpt-5.6-2026-07-09'], ...thinker, ...times(600, 12) }),
  defineModel('o3', '2025-04-09', {
    snapshots: ['o3-2025-04-16'],
    ...thinker,
    contextTokens: 200_000,
    ...times(800, 15),
  }),
  defineModel('o4-mini', '2025-04-09', {
    snapshots: ['o4-mini-2025-04-16'],
    ...thinker,
    contextTokens: 200_000,
    ...times(600, 9),
  }),
  defineModel('gpt-3.5-turbo-instruct', '2023-08-24', {
    use: 'completion',
    snapshots: ['gpt-3.5-turbo-instruct:20230824-v2'],
    contextTokens: 4096,
    maxOutputTokens: 4096,
    ...times(300, 8),
  }),
  defineModel('davinci-002', '2023-08-21', {
    use: 'completion',
    snapshots: ['davinci:2023-07-21-v2'],
    contextTokens: 16_384,
    ...times(260, 9),
  }),
  defineModel('babbage-002', '2023-08-21', {
    use: 'completion',
    snapshots: ['babbage:2023-07-21-v2'],
    contextTokens: 16_384,
    ...times(200, 6),
  }),
  defineModel('text-embedding-3-small', '2024-01-22', {
    use: 'embedding',
    contextTokens: 8192,
    dimensions: 1536,
    resizable: true,
    ...times(90, 0.02, 0.4),
  }),
  defineModel('text-embedding-3-large', '2024-01-22', {
    use: 'embedding',
    contextTokens: 8192,
    dimensions: 3072,
    resizable: true,
    ...times(140, 0.03, 0.4),
  }),
  defineModel('text-embedding-ada-002', '2022-12-16', {
    use: 'embedding',
    contextTokens: 8192,
    dimensions: 1536,
    ...times(100, 0.02, 0.4),
  }),
  defineModel('omni-moderation-latest', '2024-11-15', {
    use: 'moderation',
    snapshots: ['omni-moderation-2024-09-26'],
    contextTokens: 32_768,
    ...times(80, 0, 0.4),
  }),
];

const byName = new Map<string, Model>(
  models.flatMap((model) => [model.id, ...model.snapshots].map((name) => [name, model] as const)),
);

/** The model of a plain or dated name. */
export function findModel(name: string): Model | undefined {
  return byName.get(name);
}

/**
 * The name the answer carries. A revision (a model update) reaches those who ask by the plain name; who asks
 * for a dated name is served by that one, as with the real API.
 */
export function servedName(model: Model, asked: string, revision: string | undefined): string {
  if (asked !== model.id) return asked;
  if (revision !== undefined) return `${model.id}-${revision}`;
  return model.use === 'moderation' ? model.id : (model.snapshots[0] ?? model.id);
}
