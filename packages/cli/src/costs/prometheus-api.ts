import { CliError } from '../errors.ts';

/** A series with its samples: seconds since 1970, and the value as text. */
export interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Asks a Prometheus; throws a CliError that says what was asked of whom and what came. */
export interface PrometheusApi {
  query(query: string, atMs: number): Promise<readonly PrometheusSeries[]>;
  queryRange(
    query: string,
    fromMs: number,
    toMs: number,
    stepSeconds: number,
  ): Promise<readonly PrometheusSeries[]>;
}

const TIMEOUT_MS = 120_000;
const MS_PER_SECOND = 1_000;

interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly result?: readonly PrometheusSeries[] };
}

function failed(url: URL, came: string, remedy: string, cause?: unknown): CliError {
  return new CliError(
    'COSTS_PROMETHEUS_FAILED',
    `Expected the query API of a Prometheus at ${url.origin}${url.pathname}, got ${came}; ${remedy}.`,
    { cause },
  );
}

/** @param url where its web page is, with a path if it has one, and `user:password@` if it asks for them. */
export function createPrometheusApi(url: URL, signal: AbortSignal): PrometheusApi {
  const { username, password } = url;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers =
    username === '' ? undefined : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };

  async function ask(
    path: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<readonly PrometheusSeries[]> {
    const target = new URL(`${url.origin}${url.pathname.replace(/\/$/, '')}/api/v1/${path}`);
    let response: Response;
    let text: string;
    try {
      response = await fetch(target, {
        method: 'POST',
        body: new URLSearchParams(parameters),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        ...(headers && { headers }),
      });
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
      throw failed(target, cause?.code ?? message, 'check that it runs and can be reached', error);
    }
    let answer: Answer;
    try {
      answer = JSON.parse(text) as Answer;
    } catch (error) {
      throw failed(
        target,
        `${response.status} and no JSON`,
        'check the URL, its path and who may ask',
        error,
      );
    }
    const result = answer.data?.result;
    if (answer.status !== 'success' || !Array.isArray(result)) {
      throw failed(
        target,
        `${response.status} ${answer.error ?? 'without a result'}`,
        'see what it says, or ask for fewer days',
      );
    }
    return result;
  }

  const seconds = (ms: number): string => String(ms / MS_PER_SECOND);
  return {
    query: (query, atMs) => ask('query', { query, time: seconds(atMs) }),
    queryRange: (query, fromMs, toMs, stepSeconds) =>
      ask('query_range', { query, start: seconds(fromMs), end: seconds(toMs), step: String(stepSeconds) }),
  };
}
