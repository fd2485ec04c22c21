import type { Attributes, Context, Span } from '@opentelemetry/api';
import { serverRequestOf, spanOf } from './otel.ts';
import { HTTP_ROUTE } from './keys.ts';
import { OTHER } from './label-sets.ts';

/** What part of the app a call serves, and how that is known. */
export interface Feature {
  readonly name: string;
  readonly source: 'app' | 'route' | 'unset';
  /** What metrics call it: the name, or `other` where it is none of those that the app allows. */
  readonly label: string;
}

export const UNSET_FEATURE: Feature = { name: 'unset', source: 'unset', label: 'unset' };

const CACHE_CAP = 1000;

function routeAttribute(span: Span | undefined): string | undefined {
  const route = (span as { attributes?: Attributes } | undefined)?.attributes?.[HTTP_ROUTE];
  return typeof route === 'string' && route !== '' ? route : undefined;
}

/** The features of the process's calls. */
export class Features {
  readonly #cache = new Map<string, Feature>();
  readonly #allowed: ReadonlySet<string> | undefined;

  /** @param allowed the names that metrics may have; undefined for any */
  constructor(allowed: readonly string[] | undefined) {
    this.#allowed = allowed && new Set(allowed);
  }

  /**
   * The feature of a call whose app names none: the route of the enclosing server span, read where a
   * framework instrumentation keeps it, on the span itself, or from the host's own knowledge of requests.
   */
  of(context: Context, routeOf: ((span: Span) => string | undefined) | undefined): Feature {
    try {
      const request = serverRequestOf(context);
      const serverSpan = request?.span;
      const route =
        request?.route ??
        routeAttribute(serverSpan) ??
        (serverSpan === undefined ? undefined : routeOf?.(serverSpan)) ??
        routeAttribute(spanOf(context));
      return route === undefined ? UNSET_FEATURE : this.#ofRoute(route);
    } catch {
      // Spans of other making and hosts may throw; a call without a feature is better than none.
      return UNSET_FEATURE;
    }
  }

  #ofRoute(route: string): Feature {
    let feature = this.#cache.get(route);
    if (feature === undefined) {
      const label = this.#allowed?.has(route) === false ? OTHER : route;
      feature = { name: route, source: 'route', label };
      if (this.#cache.size < CACHE_CAP) this.#cache.set(route, feature);
    }
    return feature;
  }
}
