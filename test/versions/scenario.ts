import type { OpenAIVersion } from './openai-versions.ts';
import type { Stage } from './child/stage.ts';

export interface ExpectedTokens {
  readonly input?: number;
  readonly output?: number;
  readonly cached?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

/** What one ended span must say. A token kind that is not named must be absent. */
export interface ExpectedSpan {
  readonly name: string;
  readonly outcome: 'success' | 'error' | 'cancelled' | 'incomplete' | 'refused';
  readonly errorType?: string;
  readonly errorKind?: 'provider' | 'network' | 'quota' | 'request' | 'client';
  /** 'any': it depends on the moment of ending, which is not what the scenario is about. */
  readonly tokens?: ExpectedTokens | 'any';
  readonly finishReasons?: readonly string[];
  readonly responseId?: string;
  readonly retries?: number;
  /** Headers of an answer came, and no usage, although this kind of call has one. */
  readonly usageMissing?: true;
  /** Further attributes by wire key; `undefined` means that the key must be absent. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Name of the probe whose span must be this one's parent; absent: it must be a root. */
  readonly parent?: string;
}

export interface Expectation {
  readonly spans: readonly ExpectedSpan[];
  /** HTTP attempts counted; by default as many as the server saw requests of traced endpoints. */
  readonly attempts?: number;
  /** Calls counted; differs from the spans only where the span is not sampled. */
  readonly calls?: number;
  /** Tokens counted of what was made later, which no span has. */
  readonly tokensMadeLater?: number;
  /** Probe name -> name of the span that must be active there, '' for none. */
  readonly active?: Readonly<Record<string, string>>;
}

/** One thing an app does with the client. A row here is a row of the matrix. */
export interface Scenario {
  readonly name: string;
  /** First and last openai versions that have what the row uses, as `major.minor`. */
  readonly since?: string;
  readonly before?: string;
  /** Belongs to the smaller set, which runs on every supported line of Node. */
  readonly everywhere?: true;
  /** The app reads the bytes of a stream, with the usage in them where genvitals asked for it. */
  readonly readsRawStream?: true;
  run(stage: Stage): unknown;
  readonly expect: Expectation | ((version: OpenAIVersion) => Expectation);
}

export interface Family {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

export function defineFamily(title: string, scenarios: readonly Scenario[]): Family {
  return { title, scenarios };
}

const STANDARD_TOKENS: ExpectedTokens = { input: 11, output: 7, cached: 4, reasoning: 2 };

/** The span of the standard chat answer; `changes` replaces what a scenario has otherwise. */
export function chatSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return {
    name: 'chat gpt-4o-mini',
    outcome: 'success',
    tokens: STANDARD_TOKENS,
    finishReasons: ['stop'],
    responseId: 'chatcmpl-1',
    ...changes,
  };
}

/** A chat call that ended before any of the answer's facts arrived. */
export function failedChatSpan(
  errorType: string,
  errorKind: NonNullable<ExpectedSpan['errorKind']>,
  changes: Partial<ExpectedSpan> = {},
): ExpectedSpan {
  return { name: 'chat gpt-4o-mini', outcome: 'error', errorType, errorKind, ...changes };
}

/** The span of the standard answer of the Responses API. */
export function responseSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return {
    name: 'chat gpt-4o-mini',
    outcome: 'success',
    tokens: { input: 21, output: 9, cached: 8, reasoning: 3 },
    responseId: 'resp_1',
    attributes: { 'openai.api.type': 'responses' },
    ...changes,
  };
}

export const NO_SPANS: Expectation = { spans: [] };

export function oneSpan(span: ExpectedSpan): Expectation {
  return { spans: [span] };
}
