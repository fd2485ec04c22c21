import { groupsIn, type Key, patternOf } from './mount-pattern.ts';

/** What the routers of express 4 (`regexp`, `keys`) and 5 (`matchers`, from router 2.3 `rawPath`) keep of a mount. */
export interface Layer {
  readonly name?: unknown;
  readonly route?: unknown;
  readonly handle?: unknown;
  readonly slash?: boolean;
  readonly rawPath?: unknown;
  readonly matchers?: readonly PathMatcher[];
  readonly regexp?: RegExp & { readonly fast_slash?: boolean; readonly fast_star?: boolean };
  readonly keys?: readonly Key[];
}

type Match = { readonly path: string; readonly params: Readonly<Record<string, unknown>> } | false;
type PathMatcher = (path: string) => Match;

/** A mount that matched: what it took of the path, and the name of that. */
export interface Taken {
  readonly path: string;
  readonly label: string;
}

type Take = (path: string) => Taken | undefined;

const NOTHING: Taken = { path: '', label: '' };
const PROBE = 'genvitals';
const MAX_SEGMENTS = 8;
const takes = new WeakMap<Layer, Take>();

/** What a mount takes of a path. Asks no method of the layer, for those keep what they found on it. */
export function takeOf(layer: Layer, path: string): Taken | undefined {
  let take = takes.get(layer);
  if (take === undefined) {
    take = takeBy(layer);
    takes.set(layer, take);
  }
  return take(path);
}

/** Segments nobody knows to be names. Few, as a client may send many. */
export function withoutValues(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments
    .slice(0, MAX_SEGMENTS)
    .map(() => '/:value')
    .join('');
}

export function withoutLastSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function takeBy(layer: Layer): Take {
  const { regexp, matchers, rawPath } = layer;
  if (layer.slash === true || regexp?.fast_slash === true) return () => NOTHING;
  if (regexp?.fast_star === true) return (path) => ({ path, label: '/*' });
  if (regexp !== undefined) return firstOf(takesByRegExp(regexp, layer.keys ?? []));
  const paths: readonly unknown[] = Array.isArray(rawPath) ? rawPath : [rawPath];
  return firstOf((matchers ?? []).map((matcher, index) => takeByMatcher(matcher, paths[index])));
}

function firstOf(all: readonly Take[]): Take {
  return (path) => {
    for (const take of all) {
      const taken = take(path);
      if (taken !== undefined) return taken;
    }
    return undefined;
  };
}

function takesByRegExp(regexp: RegExp, keys: readonly Key[]): Take[] {
  let keyAt = 0;
  const all: Take[] = [];
  // A list of paths is one expression, each path from its `^`.
  for (const source of regexp.source.split(/\|(?=\^)/)) {
    try {
      const count = groupsIn(source);
      const pattern = patternOf(source, keys.slice(keyAt, keyAt + count));
      if (pattern === undefined) return [takeByPattern(regexp, String(regexp))];
      all.push(takeByPattern(new RegExp(source, regexp.flags), withoutLastSlash(pattern)));
      keyAt += count;
    } catch {
      return [takeByPattern(regexp, String(regexp))];
    }
  }
  return all;
}

function takeByPattern(regexp: RegExp, label: string): Take {
  // With `g` or `y` an expression keeps where it was, and the app's own must not lose that.
  const own = new RegExp(regexp.source, regexp.flags.replace(/[gy]/g, ''));
  return (path) => {
    const match = own.exec(path);
    return match === null ? undefined : { path: match[0], label };
  };
}

function takeByMatcher(matcher: PathMatcher, pattern: unknown): Take {
  if (pattern instanceof RegExp) return takeByPattern(pattern, String(pattern));
  return (path) => {
    const match = matcher(path);
    if (match === false) return undefined;
    if (typeof pattern === 'string') return { path: match.path, label: withoutLastSlash(pattern) };
    // Before router 2.3. The text between the groups of an expression is anything.
    const label = matcher.name === 'regexpMatcher' ? withoutValues(match.path) : probed(matcher, match);
    return { path: match.path, label: withoutLastSlash(label) };
  };
}

/** Which segments are parameters, found by exchanging one at a time: a name must be what it is to match. */
function probed(matcher: PathMatcher, { path, params }: Exclude<Match, false>): string {
  const segments = path.split('/');
  if (segments.length > MAX_SEGMENTS) return withoutValues(path);
  const unseen = new Set(Object.keys(params));
  const names = segments.map((segment, index) => {
    if (segment === '') return '';
    const other = segments.with(index, PROBE).join('/');
    const match = matcher(other);
    if (match === false || match.path !== other) return undefined;
    const name = Object.keys(match.params).find((key) => [match.params[key]].flat().includes(PROBE));
    if (name !== undefined) unseen.delete(name);
    return `:${name ?? 'value'}`;
  });
  // A parameter that is a part of its segment cannot be exchanged, so no segment is known to be a name.
  return names
    .map((name, index) => name ?? (unseen.size > 0 ? ':value' : (segments[index] ?? '').toLowerCase()))
    .join('/');
}
