import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints/index.ts';
import { type Control, controls } from './controls.ts';
import { type Lookup, lookups } from './lookups.ts';

/** Where a request leads. `path` is the row's own, so that ids do not blow up the counts. */
export type Route =
  | { readonly kind: 'inference'; readonly path: string; readonly endpoint: Endpoint }
  | { readonly kind: 'lookup'; readonly path: string; readonly lookup: Lookup; readonly id: string }
  | { readonly kind: 'control'; readonly path: string; readonly control: Control }
  | { readonly kind: 'wrong-method'; readonly path: string }
  | { readonly kind: 'unknown'; readonly path: string };

/** All unknown paths are counted as one. */
const unknownPath = '(unknown)';

function matchPath(pattern: string, path: string): string | undefined {
  const [before = '', after] = pattern.split('{id}');
  if (after === undefined) return pattern === path ? '' : undefined;
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined;
  const id = path.slice(before.length, path.length - after.length);
  return id === '' || id.includes('/') ? undefined : decoded(id);
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

export function findRoute(method: string, givenPath: string): Route {
  const path = givenPath.length > 1 ? givenPath.replace(/\/$/u, '') : givenPath;
  const endpoint = endpoints.find((row) => row.path === path);
  if (endpoint !== undefined && method === 'POST')
    return { kind: 'inference', path: endpoint.path, endpoint };
  const control = controls.find((row) => row.path === path && row.method === method);
  if (control !== undefined) return { kind: 'control', path: control.path, control };
  let otherMethod = endpoint?.path;
  for (const lookup of lookups) {
    const id = matchPath(lookup.path, path);
    if (id === undefined) continue;
    if (lookup.method === method) return { kind: 'lookup', path: lookup.path, lookup, id };
    otherMethod ??= lookup.path;
  }
  return otherMethod === undefined
    ? { kind: 'unknown', path: unknownPath }
    : { kind: 'wrong-method', path: otherMethod };
}
