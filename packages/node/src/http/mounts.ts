import { type Layer, takeOf, withoutLastSlash, withoutValues } from './mount.ts';

/** What express (4, 5) keeps on a request, on an app, and on a router. */
interface MountedRequest {
  readonly app?: unknown;
  readonly url?: unknown;
  readonly socket?: { readonly server?: { listeners?(event: 'request'): unknown[] } };
}

interface App {
  readonly parent?: unknown;
  readonly stack?: unknown;
  readonly _router?: unknown;
  readonly router?: unknown;
}

type Stack = readonly Layer[];

/** The stacks of the app a request is in and of the apps that one is mounted in, the outermost first. */
type AppStacks = readonly Stack[];

interface Known {
  readonly chains: readonly Stack[];
  searches: number;
}

interface Place {
  readonly stack: Stack;
  /** Which of the apps the stack belongs to. */
  readonly app: number;
  readonly depth: number;
}

const MAX_DEPTH = 16;
const MAX_LAYERS = 5000;
const MAX_CHAINS = 64;
/** Routers may be mounted at any time, but a route nobody finds must not be searched for at each request. */
const MAX_SEARCHES = 8;
const knownByRoute = new WeakMap<object, Known>();

/**
 * The patterns under which the router of this route is mounted: `/tenants/:tenant` of `/tenants/alice`. Where they
 * cannot be found no segment is known to be a name: `/:value/:value`.
 */
export function mountOf(request: object, route: object, baseUrl: string): string {
  try {
    const path = `${baseUrl}${pathnameOf((request as MountedRequest).url)}`;
    return ofChains(request, route, path, baseUrl) ?? ofLongest(rootsOf(request), path, baseUrl);
  } catch {
    return withoutValues(baseUrl);
  }
}

function ofChains(request: MountedRequest, route: object, path: string, baseUrl: string): string | undefined {
  let known = knownByRoute.get(route);
  const label = firstLabel(known, path, baseUrl);
  if (label !== undefined || (known !== undefined && known.searches >= MAX_SEARCHES)) return label;
  const chains = rootsOf(request).flatMap((stacks) => chainsTo(stacks, route));
  known = { chains, searches: (known?.searches ?? 0) + 1 };
  knownByRoute.set(route, known);
  return firstLabel(known, path, baseUrl);
}

function firstLabel(known: Known | undefined, path: string, baseUrl: string): string | undefined {
  for (const chain of known?.chains ?? []) {
    let at: At | undefined = { path, base: '', label: '' };
    for (const layer of chain) at = at && after(layer, at, baseUrl);
    if (at?.base === baseUrl) return at.label;
  }
  return undefined;
}

/** Every way through mounted routers to the one that has the route. */
function chainsTo(stacks: AppStacks, route: object): Stack[] {
  const chains: Stack[] = [];
  let seen = 0;
  const search = (place: Place, chain: Stack): void => {
    if (place.stack.some((layer) => layer.route === route)) chains.push(chain);
    for (const layer of place.stack) {
      seen += 1;
      if (seen > MAX_LAYERS || chains.length >= MAX_CHAINS) return;
      const inner = innerOf(layer, place, stacks);
      if (inner !== undefined) search(inner, [...chain, layer]);
    }
  };
  search({ stack: stacks[0] ?? [], app: 0, depth: 0 }, []);
  return chains;
}

/**
 * A router in a function of the app's own is out of sight, but its mount is not. Of several mounts that took as much
 * any one will do, as each is a pattern out of code; a name says more than a parameter.
 */
function ofLongest(roots: readonly AppStacks[], path: string, baseUrl: string): string {
  let best: At = { path, base: '', label: '' };
  let seen = 0;
  const search = (stacks: AppStacks, place: Place, at: At): void => {
    for (const layer of place.stack) {
      seen += 1;
      if (seen > MAX_LAYERS) return;
      const next = layer.route === undefined ? after(layer, at, baseUrl) : undefined;
      if (next === undefined) continue;
      if (isBetter(next, best)) best = next;
      const inner = innerOf(layer, place, stacks);
      if (inner !== undefined) search(stacks, inner, next);
    }
  };
  const start = best;
  for (const stacks of roots) search(stacks, { stack: stacks[0] ?? [], app: 0, depth: 0 }, start);
  return `${best.label}${withoutValues(baseUrl.slice(best.base.length))}`;
}

function isBetter(one: At, other: At): boolean {
  if (one.base.length !== other.base.length) return one.base.length > other.base.length;
  return parametersIn(one.label) < parametersIn(other.label);
}

function parametersIn(label: string): number {
  return label.split(/[:*(]/).length;
}

/** How far down the mounts a search is: what is left of the path, and `baseUrl` as express has made it till there. */
interface At {
  readonly path: string;
  readonly base: string;
  readonly label: string;
}

function after(layer: Layer, at: At, baseUrl: string): At | undefined {
  const taken = takeOf(layer, at.path);
  if (taken === undefined || !at.path.startsWith(taken.path)) return undefined;
  const rest = at.path.slice(taken.path.length);
  const base = `${at.base}${withoutLastSlash(taken.path)}`;
  if (!isWithin(base, baseUrl)) return undefined;
  return {
    path: rest.startsWith('/') ? rest : `/${rest}`,
    base,
    label: `${at.label}${taken.label}`,
  };
}

function isWithin(base: string, baseUrl: string): boolean {
  return baseUrl.startsWith(base) && (base.length === baseUrl.length || baseUrl[base.length] === '/');
}

function pathnameOf(url: unknown): string {
  const [path = ''] = (typeof url === 'string' ? url : '/').split('?', 1);
  return path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '');
}

function innerOf(layer: Layer, { app, depth }: Place, stacks: AppStacks): Place | undefined {
  if (depth >= MAX_DEPTH || layer.route !== undefined) return undefined;
  const own = stackOf(layer.handle);
  if (own !== undefined) return { stack: own, app, depth: depth + 1 };
  // The function in which express wraps an app does not say which app it is.
  const mounted = layer.name === 'mounted_app' ? stacks[app + 1] : undefined;
  return mounted && { stack: mounted, app: app + 1, depth: depth + 1 };
}

/** The outermost app, and what the server calls: an app that a router has mounted knows of no parent. */
function rootsOf({ app, socket }: MountedRequest): AppStacks[] {
  const ofApp = stacksOf(app);
  const listening = (socket?.server?.listeners?.('request') ?? [])
    .map((listener) => stackOf(listener))
    .filter((stack) => stack !== undefined && stack !== ofApp[0]);
  return [ofApp, ...listening.map((stack) => [stack ?? []])];
}

function stacksOf(app: unknown): AppStacks {
  const stacks: Stack[] = [];
  for (let at = app; isObject(at) && stacks.length < MAX_DEPTH; at = (at as App).parent) {
    stacks.unshift(stackOf(at) ?? []);
  }
  return stacks;
}

/** Of a router, or of an app. Express 4 throws where an app is asked for `router`. */
function stackOf(owner: unknown): Stack | undefined {
  if (!isObject(owner)) return undefined;
  const { stack, _router } = owner as App;
  if (Array.isArray(stack)) return stack as Stack;
  if (isObject(_router)) return stackOf(_router);
  if (!('lazyrouter' in owner) && 'router' in owner) {
    const { router } = owner as App;
    const inner = isObject(router) ? (router as App).stack : undefined;
    if (Array.isArray(inner)) return inner as Stack;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
