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
/** The others by the part in front of the id. */
const byPrefix: (readonly [method: string, prefix: string, endpoint: Endpoint])[] = [];

for (const endpoint of endpoints) {
  if (endpoint.path.endsWith(ID))
    byPrefix.push([endpoint.method, endpoint.path.slice(0, -ID.length), endpoint]);
  else fixed.set(`${endpoint.method} ${endpoint.path}`, { endpoint, toParams: (body) => body });
}

function matchPrefix(method: string, path: string): EndpointMatch | undefined {
  for (const [rowMethod, prefix, endpoint] of byPrefix) {
    if (method !== rowMethod || !path.startsWith(prefix)) continue;
    const id = path.slice(prefix.length);
    if (id === '' || id.includes('/')) continue;
    return {
      endpoint,
      toParams: (_body, query) => ({ ...(query as object | undefined), id: decodeURIComponent(id) }),
    };
  }
  return undefined;
}

/**
 * The endpoint a request goes to; undefined for those that are no inference.
 * @param path below the base URL; a query and Azure's `/deployments/{name}` in front are left aside
 */
export function matchEndpoint(method: unknown, path: unknown): EndpointMatch | undefined {
  if (typeof method !== 'string' || typeof path !== 'string') return undefined;
  const verb = method.toLowerCase();
  const direct = fixed.get(`${verb} ${path}`);
  if (direct !== undefined) return direct;
  const [bare = ''] = path.split('?', 1);
  const plain = bare.replace(AZURE_DEPLOYMENT, '');
  return fixed.get(`${verb} ${plain}`) ?? matchPrefix(verb, plain);
}
