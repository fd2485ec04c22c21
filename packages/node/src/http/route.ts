import { mountOf } from './mounts.ts';

/** What express (4, 5) and its router keep on a request. */
interface RoutedRequest {
  readonly baseUrl?: unknown;
  readonly route?: { readonly path?: unknown } | undefined;
}

const MAX_PATHS = 8;
const MAX_LENGTH = 256;

/**
 * `http.route` of a request once its handler runs: `/tenants/:tenant/users/:id`. The route's own path is a pattern,
 * but the path of a mounted router is what the client sent, so that part is by the patterns of its mounts.
 */
export function routeOf(request: object): string | undefined {
  const { baseUrl, route } = request as RoutedRequest;
  if (typeof route !== 'object' || route === null) return undefined;
  const base = typeof baseUrl === 'string' && baseUrl !== '' ? mountOf(request, route, baseUrl) : '';
  const own = ownPath(route.path);
  const whole = own === '/' && base !== '' ? base : `${base}${own}`;
  return whole === '' ? undefined : whole.slice(0, MAX_LENGTH);
}

function ownPath(path: unknown): string {
  if (!Array.isArray(path)) return String(path);
  const paths = path.flat(Infinity).map(String);
  const shown = paths.length > MAX_PATHS ? [...paths.slice(0, MAX_PATHS), '…'] : paths;
  return shown.length === 1 ? String(shown[0]) : `(${shown.join('|')})`;
}
