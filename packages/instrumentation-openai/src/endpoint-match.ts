import { endpoints } from './endpoints/index.ts';
import type { Endpoint } from './endpoint.ts';

/** An endpoint and how its parameters are read off a request. */
export interface EndpointMatch {
  readonly endpoint: Endpoint;
  toParams(body: unknown, query: unknown): unknown;
}

const ID = '{id}';
const AZURE_DEPLOYMENT = /^\/deployments\/[^/]+(?=\/)/;

/** Endpoints with a fixed path are found by one look-up. */
const fixed = new Map<string, EndpointMatch>();
/** The others by what stands before and behind the id. */
const withId: (readonly [before: string, behind: string, endpoint: Endpoint])[] = [];

for (const endpoint of endpoints) {
  const [before = '', behind] = endpoint.path.split(ID);
  if (behind === undefined) fixed.set(before, { endpoint, toParams: (body) => body });
  else withId.push([before, behind, endpoint]);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function matchId(method: string, path: string): EndpointMatch | undefined {
  for (const [before, behind, endpoint] of withId) {
    if (method !== endpoint.method || !path.startsWith(before) || !path.endsWith(behind)) continue;
    const id = path.slice(before.length, path.length - behind.length);
    if (id === '' || id.includes('/')) continue;
    return {
      endpoint,
      toParams: (body, query) => ({
        ...(query as object | undefined),
        ...(body as object | undefined),
        id: decode(id),
      }),
    };
  }
  return undefined;
}

const ABSOLUTE = /^https?:\/\//i;
const VERSION_PREFIX = /^(?:\/openai)?\/v1(?=\/)/;

function basePath(baseUrl: unknown): string {
  return typeof baseUrl === 'string' && URL.canParse(baseUrl)
    ? new URL(baseUrl).pathname.replace(/\/$/, '')
    : '';
}

/** The path below the client's base URL; another server's is taken to have OpenAI's own paths. */
function relativePath(path: string, baseUrl: unknown): string {
  if (!ABSOLUTE.test(path)) return path;
  try {
    const { pathname } = new URL(path);
    const base = basePath(baseUrl);
    return base !== '' && pathname.startsWith(`${base}/`)
      ? pathname.slice(base.length)
      : pathname.replace(VERSION_PREFIX, '');
  } catch {
    return path;
  }
}

/**
 * The endpoint a request goes to; undefined for those that are no inference.
 * @param path below the base URL, or absolute; a query and Azure's `/deployments/{name}` in front are left aside
 */
export function matchEndpoint(method: unknown, path: unknown, baseUrl?: unknown): EndpointMatch | undefined {
  if (typeof method !== 'string' || typeof path !== 'string') return undefined;
  const direct = fixed.get(path);
  if (direct?.endpoint.method === method) return direct;
  const verb = method.toLowerCase();
  const [bare = ''] = relativePath(path, baseUrl).split('?', 1);
  const plain = bare.replace(AZURE_DEPLOYMENT, '');
  const match = fixed.get(plain);
  return match?.endpoint.method === verb ? match : matchId(verb, plain);
}
