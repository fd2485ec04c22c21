import type { TextMapPropagator } from '@opentelemetry/api';
import {
  CompositePropagator,
  getStringListFromEnv,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import type { Say } from './environment.ts';

const PROPAGATORS: Readonly<Record<string, () => TextMapPropagator>> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  b3: () => new B3Propagator(),
  b3multi: () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
};

/** OTEL_PROPAGATORS; undefined for `none`. */
export function readPropagator(say: Say): TextMapPropagator | undefined {
  const names = new Set(getStringListFromEnv('OTEL_PROPAGATORS') ?? ['tracecontext', 'baggage']);
  if (names.has('none')) return undefined;
  const propagators = [...names].flatMap((name) => {
    const create = Object.hasOwn(PROPAGATORS, name) ? PROPAGATORS[name] : undefined;
    if (create !== undefined) return [create()];
    say(
      `propagator ${name}`,
      `OTEL_PROPAGATORS: expected ${Object.keys(PROPAGATORS).join(', ')} or none, got ${name}, which is left out`,
    );
    return [];
  });
  return propagators.length === 0 ? undefined : new CompositePropagator({ propagators });
}
