import { expect, test } from 'vitest';
import {
  attributes,
  type LabelName,
  type MetricRow,
  metrics,
  prometheusLabel,
  prometheusName,
} from '@genvitals/conventions';
import reference from './fixtures/prometheus-names.json' with { type: 'json' };

test.each(reference.metrics)(
  "$name has the name that Prometheus' own translator gives it",
  ({ prometheus, ...metric }) => {
    expect(prometheusName(metric as Pick<MetricRow, 'name' | 'unit' | 'kind'>)).toBe(prometheus);
  },
);

test.each(reference.labels)(
  "$key has the name that Prometheus' own translator gives it",
  ({ key, prometheus }) => {
    expect(prometheusLabel({ key })).toBe(prometheus);
  },
);

test('no two metrics share a name in Prometheus', () => {
  const names = Object.values(metrics).map((row) => prometheusName(row));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('no two labels of a metric share a name in Prometheus', () => {
  for (const [name, { labels }] of Object.entries(metrics)) {
    const names = labels.map((label: LabelName) => prometheusLabel(attributes[label]));
    expect(new Set(names).size, name).toBe(names.length);
  }
});

test('no metric gets a ratio in its name but the one that is a ratio', () => {
  const names = Object.values(metrics).map((row) => prometheusName(row));
  expect(names.filter((name) => name.endsWith('_ratio'))).toEqual(['genvitals_rate_limit_utilization_ratio']);
});
