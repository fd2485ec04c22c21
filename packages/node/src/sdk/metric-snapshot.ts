import type { Attributes } from '@opentelemetry/api';
import type { MeterProvider, MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';

type HrTime = [number, number];
type Observation = [attributes: Attributes, value: number];

/** The parts of sdk-metrics 3.1 that are needed to collect without a promise. */
interface Internals {
  readonly _sharedState: {
    readonly resource: Resource;
    readonly metricCollectors: readonly unknown[];
    readonly meterSharedStates: ReadonlyMap<string, MeterState>;
  };
}

interface MeterState {
  readonly _instrumentationScope: InstrumentationScope;
  readonly observableRegistry: { readonly _callbacks: readonly ObservableCallback[] };
  readonly metricStorageRegistry: { getStorages(collector: unknown): readonly Storage[] };
}

interface ObservableCallback {
  readonly callback: (result: { observe(value: number, attributes?: Attributes): void }) => unknown;
  readonly instrument: { readonly _metricStorages: Iterable<AsyncStorage> };
}

interface AsyncStorage {
  record(measurements: { entries(): Iterable<Observation> }, time: HrTime): void;
}

interface Storage {
  collect(collector: unknown, time: HrTime): MetricData | undefined;
}

/**
 * The current values of all instruments, collected without a promise: in a process's exit event none is ever
 * resolved, and the SDK's own `collect()` awaits every observable callback. It reads private fields, which is why
 * the SDK is pinned to one version and built into this package. Callbacks that are asynchronous, and batch
 * callbacks, are left out: they keep their last value.
 * @param reader whose temporality they have, as an index into the provider's readers
 */
export function takeMetricSnapshot(provider: MeterProvider, reader = 0): ResourceMetrics {
  const { resource, metricCollectors, meterSharedStates } = (provider as unknown as Internals)._sharedState;
  const now = Date.now();
  const time: HrTime = [Math.floor(now / 1000), (now % 1000) * 1_000_000];
  const collector = metricCollectors[reader];
  const scopeMetrics: ScopeMetrics[] = [];
  for (const meter of meterSharedStates.values()) {
    for (const { callback, instrument } of meter.observableRegistry._callbacks)
      observe(callback, instrument, time);
    const metrics = meter.metricStorageRegistry
      .getStorages(collector)
      .map((storage) => storage.collect(collector, time))
      .filter((data) => data !== undefined);
    if (metrics.length > 0) scopeMetrics.push({ scope: meter._instrumentationScope, metrics });
  }
  return { resource, scopeMetrics };
}

function observe(
  callback: ObservableCallback['callback'],
  instrument: ObservableCallback['instrument'],
  time: HrTime,
): void {
  const observations: Observation[] = [];
  try {
    callback({ observe: (value, attributes = {}) => observations.push([attributes, value]) });
  } catch {
    return;
  }
  for (const storage of instrument._metricStorages) storage.record({ entries: () => observations }, time);
}
