import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { takeMetricSnapshot } from '../src/sdk/metric-snapshot.ts';

class ManualReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function createProvider(): { provider: MeterProvider; reader: ManualReader } {
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('test', '1');
  meter.createCounter('calls', { unit: '{call}' }).add(3, { model: 'a' });
  meter
    .createHistogram('duration', { advice: { explicitBucketBoundaries: [1, 2] } })
    .record(1.5, { model: 'a' });
  meter.createObservableCounter('tokens').addCallback((result) => {
    result.observe(10, { kind: 'input' });
    result.observe(20, { kind: 'output' });
  });
  meter.createObservableGauge('info').addCallback((result) => {
    result.observe(1);
  });
  provider.getMeter('other').createUpDownCounter('open').add(-1);
  return { provider, reader };
}

/** Times differ from one collection to the next, and the SDK collects its scopes as they come. */
function withoutTimes({ scopeMetrics }: ResourceMetrics): unknown {
  const sorted = scopeMetrics.toSorted((a, b) => a.scope.name.localeCompare(b.scope.name));
  return sorted.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map((metric) => ({
      ...metric,
      dataPoints: metric.dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    })),
  }));
}

describe('what the SDK holds when a process ends', () => {
  test('are the metrics that it would collect itself', async () => {
    const ours = createProvider();
    const theirs = createProvider();
    const { resourceMetrics } = await theirs.reader.collect();
    expect(withoutTimes(takeMetricSnapshot(ours.provider))).toEqual(withoutTimes(resourceMetrics));
  });

  test('are totals that go on where the SDK’s own collection has left them', async () => {
    const { provider, reader } = createProvider();
    await reader.collect();
    provider.getMeter('test', '1').createCounter('calls', { unit: '{call}' }).add(2, { model: 'a' });
    const calls = takeMetricSnapshot(provider).scopeMetrics[0]?.metrics.find(
      ({ descriptor }) => descriptor.name === 'calls',
    );
    expect(calls?.dataPoints.map(({ value }) => value)).toEqual([5]);
  });

  test('lacks only the instrument whose callback throws', () => {
    const { provider } = createProvider();
    provider
      .getMeter('test', '1')
      .createObservableGauge('broken')
      .addCallback(() => {
        throw new Error('on purpose');
      });
    const names = takeMetricSnapshot(provider).scopeMetrics.flatMap(({ metrics }) =>
      metrics.map(({ descriptor }) => descriptor.name),
    );
    expect(names.toSorted()).toEqual(['calls', 'duration', 'info', 'open', 'tokens']);
  });
});
