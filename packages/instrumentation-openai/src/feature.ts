import type { Attributes, Context, Span } from '@opentelemetry/api';
import { type ArmLabels, type Attribution, OTHER, serverRequestOf, spanOf } from '@genvitals/context/host';
import { FUNCTION_KEY } from './function-key.ts';
import { HTTP_ROUTE } from './keys.ts';

/** What part of the app a call serves, and how that is known. */
export interface Feature {
  readonly name: string;
  readonly source: 'app' | 'route' | 'function' | 'unset';
  /** What metrics call it: the name, or `other` where it is none of those that the app allows. */
  readonly label: string;
  /** The prompt and the arm of an experiment that the app names, as labels. */
  readonly arm: ArmLabels;
  /** The same for the same label and arm. */
  readonly key: string;
}

const NO_ARM: ArmLabels = {};

export const UNSET_FEATURE: Feature = {
  name: 'unset',
  source: 'unset',
  label: 'unset',
  arm: NO_ARM,
  key: 'unset',
};

const CACHE_CAP = 1000;

/** Next.js knows the route from its handler's span on; the request's own is told `http.route` when it ends. */
const NEXT_ROUTE = 'next.route';

function routeAttribute(span: Span | undefined): string | undefined {
  const attributes = (span as { attributes?: Attributes } | undefined)?.attributes;
  const route = attributes?.[HTTP_ROUTE] ?? attributes?.[NEXT_ROUTE];
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

  /** The feature of a call: the app's word, else the route of the request around it. */
  of(
    context: Context,
    said: Attribution | undefined,
    routeOf: ((span: Span) => string | undefined) | undefined,
  ): Feature {
    if (said === undefined) return this.#ofRequest(context, routeOf);
    if (said.feature === undefined) return this.#withArm(this.#ofRequest(context, routeOf), said);
    return this.#withArm(this.#named(said.feature, 'app'), said);
  }

  /**
   * The function that is invoked, where the host says so; else the route of the enclosing server span, read where a
   * framework instrumentation keeps it, on the span itself, or from the host's own knowledge of requests.
   */
  #ofRequest(context: Context, routeOf: ((span: Span) => string | undefined) | undefined): Feature {
    try {
      const invoked = context.getValue(FUNCTION_KEY);
      if (typeof invoked === 'string') return this.#named(invoked, 'function');
      const request = serverRequestOf(context);
      const serverSpan = request?.span;
      const route =
        request?.route ??
        routeAttribute(serverSpan) ??
        (serverSpan === undefined ? undefined : routeOf?.(serverSpan)) ??
        routeAttribute(spanOf(context));
      return route === undefined ? UNSET_FEATURE : this.#named(route, 'route');
    } catch {
      // Spans of other making and hosts may throw; a call without a feature is better than none.
      return UNSET_FEATURE;
    }
  }

  #withArm(feature: Feature, said: Attribution): Feature {
    if (said.armKey === '') return feature;
    const key = `${feature.key}\n${feature.source}\n${said.armKey}`;
    return this.#kept(key, () => ({ ...feature, arm: said.armLabels, key }));
  }

  #named(name: string, source: Feature['source']): Feature {
    return this.#kept(source === 'app' ? name : `${source} ${name}`, () => {
      const label = this.#allowed?.has(name) === false ? OTHER : name;
      return { name, source, label, arm: NO_ARM, key: label };
    });
  }

  #kept(key: string, make: () => Feature): Feature {
    let feature = this.#cache.get(key);
    if (feature === undefined) {
      feature = make();
      if (this.#cache.size < CACHE_CAP) this.#cache.set(key, feature);
    }
    return feature;
  }
}
