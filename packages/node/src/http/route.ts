/** What express (4, 5) and its router keep on a request. */
interface RoutedRequest {
  readonly baseUrl?: unknown;
  readonly route?: { readonly path?: unknown } | undefined;
}

const VERSION_SEGMENT = /^v\d+$/;
const MAX_NAME_LENGTH = 32;

/**
 * `http.route` of a request once its handler runs: `/api/users/:id`. The route's own path is a pattern, but the
 * path of a mounted router is what the client sent, so a part of it that looks like a value becomes `:value`.
 */
export function routeOf(request: object): string | undefined {
  const { baseUrl, route } = request as RoutedRequest;
  if (route === undefined || route === null) return undefined;
  const base = typeof baseUrl === 'string' ? baseUrl.split('/').map(withoutValue).join('/') : '';
  const own = typeof route.path === 'string' ? route.path : String(route.path);
  const whole = own === '/' && base !== '' ? base : `${base}${own}`;
  return whole === '' ? undefined : whole;
}

function withoutValue(segment: string): string {
  const isName =
    segment.length <= MAX_NAME_LENGTH && (!/[\d%@]/.test(segment) || VERSION_SEGMENT.test(segment));
  return isName ? segment : ':value';
}
