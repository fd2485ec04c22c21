import type { Attributes, Context, Span } from '@opentelemetry/api';
import { serverRequestOf, spanOf } from './otel.ts';
import { HTTP_ROUTE } from './keys.ts';

/** What part of the app a call serves, and how that is known. */
export interface Feature {
  readonly name: string;
  readonly source: 'app' | 'route' | 'unset';
}

export const UNSET_FEATURE: Feature = { name: 'unset', source: 'unset' };

const cache = new Map<string, Feature>();
const CACHE_CAP = 1000;

function routeFeature(route: string): Feature {
  let feature = cache.get(route);
  if (feature === undefined) {
    feature = { name: route, source: 'route' };
    if (cache.size < CACHE_CAP) cache.set(route, feature);
  }
  return feature;
}

function routeAttribute(span: Span | undefined): string | undefined {
  const route = (span as { attributes?: Attributes } | undefined)?.attributes?.[HTTP_ROUTE];
  return typeof route === 'string' && route !== '' ? route : undefined;
}

/**
 * The feature of a call whose app names none: the route of the enclosing server span, read where a
 * framework instrumentation keeps it, on the span itself, or from the host's own knowledge of requests.
 */
export function featureOf(
  context: Context,
  routeOf: ((span: Span) => string | undefined) | undefined,
): Feature {
  try {
    const request = serverRequestOf(context);
    const serverSpan = request?.span;
    const route =
      request?.route ??
      routeAttribute(serverSpan) ??
      (serverSpan === undefined ? undefined : routeOf?.(serverSpan)) ??
      routeAttribute(spanOf(context));
    return route === undefined ? UNSET_FEATURE : routeFeature(route);
  } catch {
    // Spans of other making and hosts may throw; a call without a feature is better than none.
    return UNSET_FEATURE;
  }
}
