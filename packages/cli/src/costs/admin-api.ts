import { setTimeout as wait } from 'node:timers/promises';
import { CliError } from '../errors.ts';

type Result = Readonly<Record<string, unknown>>;

/** What an API of OpenAI's organization has of a stretch of time. */
export interface Bucket {
  /** Seconds since 1970. */
  readonly start_time: number;
  readonly results: readonly Result[];
}

/** Asks the API of an organization. Its errors are CliErrors, without the key. */
export interface AdminApi {
  /** All buckets, page after page; undefined where the server does not know the path. */
  buckets(
    path: string,
    parameters: readonly (readonly [string, string])[],
  ): Promise<readonly Bucket[] | undefined>;
}

const TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 5;
const MAX_WAIT_MS = 60_000;
const MAX_PAGES = 1_000;

interface Page {
  readonly data?: unknown;
  readonly has_more?: unknown;
  readonly next_page?: unknown;
}

function isBucket(value: unknown): value is Bucket {
  if (typeof value !== 'object' || value === null) return false;
  const { start_time, results } = value as Partial<Bucket>;
  return Number.isFinite(start_time) && Array.isArray(results);
}

function answerError(url: URL, wanted: string, came: string): CliError {
  return new CliError(
    'COSTS_API_ANSWER',
    `Expected ${url.origin}${url.pathname} to answer ${wanted}, got ${came}; check \`--base-url\`.`,
  );
}

/** The code that OpenAI gives an error; its message is left out, as it may quote the key. */
function codeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; type?: unknown } };
    const code = error?.code ?? error?.type;
    return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? ` (${code})` : '';
  } catch {
    return '';
  }
}

function refusal(url: URL, status: number, text: string): CliError {
  const asked = `${url.origin}${url.pathname}`;
  const came = `${status}${codeOf(text)}`;
  if (status === 401 || status === 403) {
    return new CliError(
      'COSTS_KEY_REFUSED',
      `Expected OPENAI_ADMIN_KEY to be an admin key that may read usage, got ${came} from ${asked}; ` +
        'keys of projects are refused here, an owner of the organization makes admin keys.',
    );
  }
  const remedy = status === 429 ? 'wait a minute, or ask for fewer days' : 'see the status, and try again';
  return new CliError('COSTS_API_FAILED', `Expected ${asked} to answer, got ${came}; ${remedy}.`);
}

function waitMs(response: Response, attempt: number): number {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Math.min(
    Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : 1_000 * 2 ** attempt,
    MAX_WAIT_MS,
  );
}

/** An API at `baseUrl`, asked with an admin key. */
export function createAdminApi(baseUrl: URL, key: string, signal: AbortSignal): AdminApi {
  async function get(url: URL): Promise<{ readonly status: number; readonly text: string }> {
    for (let attempt = 1; ; attempt += 1) {
      let response: Response;
      let text: string;
      try {
        response = await fetch(url, {
          headers: { authorization: `Bearer ${key}` },
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        text = await response.text();
      } catch (error) {
        signal.throwIfAborted();
        const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
        throw new CliError(
          'COSTS_API_FAILED',
          `Expected ${url.origin}${url.pathname} to answer, got ${cause?.code ?? cause?.message ?? message}; check the network and \`--base-url\`.`,
          { cause: error },
        );
      }
      const isTransient = response.status === 429 || response.status >= 500;
      if (!isTransient || attempt === MAX_ATTEMPTS) return { status: response.status, text };
      await wait(waitMs(response, attempt), undefined, { signal });
    }
  }

  async function getPage(url: URL): Promise<Page | undefined> {
    const { status, text } = await get(url);
    if (status === 404) return undefined;
    if (status !== 200) throw refusal(url, status, text);
    try {
      return JSON.parse(text) as Page;
    } catch {
      throw answerError(url, 'JSON', `${text.length} characters of something else`);
    }
  }

  return {
    async buckets(path, parameters) {
      const url = new URL(`${baseUrl.origin}${baseUrl.pathname.replace(/\/$/, '')}/organization/${path}`);
      for (const [name, value] of parameters) url.searchParams.append(name, value);
      const all: Bucket[] = [];
      const asked = new Set<string>();
      while (asked.size < MAX_PAGES) {
        const page = await getPage(url);
        if (page === undefined) return undefined;
        const { data, has_more, next_page } = page;
        if (!Array.isArray(data) || !data.every(isBucket)) {
          throw answerError(url, 'pages of buckets', 'JSON without them');
        }
        all.push(...data);
        if (has_more !== true) return all;
        if (typeof next_page !== 'string' || asked.has(next_page)) {
          throw answerError(url, 'with a next page', 'the same again or none');
        }
        asked.add(next_page);
        url.searchParams.set('page', next_page);
      }
      throw answerError(url, `at most ${MAX_PAGES} pages`, 'more');
    },
  };
}
