import { describe, expect, test } from 'vitest';
import {
  attributes,
  isMetricWritten,
  type MetricName,
  type MetricRow,
  metrics,
  type NamesMode,
} from '@genvitals/conventions';
import { ledgerName } from './ledger-name.ts';

const rows = Object.entries(metrics) as [MetricName, MetricRow][];

function labelKeys(name: MetricName): string[] {
  return metrics[name].labels.map((label) => attributes[label].key);
}

function writtenFor(mode: NamesMode, isInference: boolean): string[] {
  return rows
    .filter(
      ([name, { name: wireName }]) =>
        wireName.startsWith('gen_ai.') && isMetricWritten(name, mode, isInference),
    )
    .map(([, { name: wireName }]) => wireName);
}

/** What the contract says call labels and arm labels are. */
const CALL_LABELS = [
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'genvitals.feature.name',
];
const ARM_LABELS = [
  'gen_ai.prompt.name',
  'gen_ai.prompt.version',
  'genvitals.experiment.name',
  'genvitals.experiment.variant',
];
const SERVER_LABELS = ['server.address', 'server.port'];

describe('the ledger of metrics', () => {
  test.each(rows)('%s is named after its wire name', (name, { name: wireName }) => {
    // `tokenUsage` beside `tokenKind` would read as an attribute.
    expect(name).toBe(wireName === 'gen_ai.client.token.usage' ? 'clientTokenUsage' : ledgerName(wireName));
  });

  test('no two metrics have one name', () => {
    const names = rows.map(([, { name }]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every label is of low cardinality, holds no content and comes once', () => {
    for (const [name, { labels }] of rows) {
      expect(new Set(labels).size, name).toBe(labels.length);
      for (const label of labels) {
        expect({ name, label, cardinality: attributes[label].cardinality }).toEqual({
          name,
          label,
          cardinality: 'low',
        });
        expect(attributes[label]).not.toHaveProperty('content');
      }
    }
  });

  test('histograms have rising bounds, and nothing else has bounds', () => {
    for (const [name, { kind, buckets }] of rows) {
      expect(buckets !== undefined, name).toBe(kind === 'histogram');
      if (buckets === undefined) continue;
      expect(
        [...buckets].toSorted((a, b) => a - b),
        name,
      ).toEqual(buckets);
      expect(new Set(buckets).size, name).toBe(buckets.length);
    }
  });

  test('a counter is not named total, and a metric in seconds is not named so', () => {
    expect(rows.filter(([, { name }]) => /\b(?:total|seconds|count)$/.test(name))).toEqual([]);
  });

  test('arm labels come whole or not at all', () => {
    for (const [name] of rows) {
      const arm = labelKeys(name).filter((key) => ARM_LABELS.includes(key));
      expect(arm.length === 0 || arm.length === ARM_LABELS.length, name).toBe(true);
    }
  });

  test('durations have the bounds of the conventions and every threshold of the alerts', () => {
    const conventions = [
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ];
    const wanted = [...conventions, 30, 60, 120, 300, 600].toSorted((a, b) => a - b);
    const durations = rows.filter(([, { name, unit }]) => name.startsWith('gen_ai.') && unit === 's');
    expect(durations).toHaveLength(6);
    for (const [name, { buckets }] of durations) expect(buckets, name).toEqual(wanted);
  });

  test('the labels are those of the contract', () => {
    expect(labelKeys('clientCalls')).toEqual([
      ...CALL_LABELS,
      ...ARM_LABELS,
      'genvitals.outcome',
      'genvitals.error.kind',
      'error.type',
    ]);
    expect(labelKeys('clientAttempts')).toEqual([
      'gen_ai.provider.name',
      'gen_ai.request.model',
      'genvitals.feature.name',
      'http.response.status_code',
      'error.type',
    ]);
    expect(labelKeys('clientTokens')).toEqual([...CALL_LABELS, ...ARM_LABELS, 'genvitals.token.kind']);
    expect(labelKeys('clientCost')).toEqual([
      ...CALL_LABELS,
      ...ARM_LABELS,
      'openai.response.service_tier',
      'genvitals.cost.kind',
    ]);
    expect(labelKeys('clientUsageMissing')).toEqual([
      'gen_ai.provider.name',
      'gen_ai.request.model',
      'gen_ai.operation.name',
    ]);
    expect(labelKeys('operationDuration')).toEqual([
      ...CALL_LABELS,
      ...SERVER_LABELS,
      'genvitals.outcome',
      'error.type',
    ]);
    expect(labelKeys('clientTokenUsage')).toEqual([...CALL_LABELS, ...SERVER_LABELS, 'gen_ai.token.type']);
    expect(labelKeys('instrumentationInfo')).toEqual([
      'genvitals.version',
      'genvitals.openai.version',
      'genvitals.seam',
      'genvitals.semconv',
      'genvitals.capture.mode',
    ]);
  });
});

describe('metrics of the names modes', () => {
  const V1_41 = [
    'gen_ai.client.operation.duration',
    'gen_ai.client.operation.time_to_first_chunk',
    'gen_ai.client.operation.time_per_output_chunk',
    'gen_ai.client.token.usage',
  ];
  const LATEST = [
    'gen_ai.client.inference.duration',
    'gen_ai.client.inference.time_to_first_chunk',
    'gen_ai.client.inference.time_per_output_chunk',
    'gen_ai.client.inference.usage.input_tokens',
    'gen_ai.client.inference.usage.output_tokens',
    'gen_ai.client.inference.usage.cache_read.input_tokens',
    'gen_ai.client.inference.usage.cache_write.input_tokens',
    'gen_ai.client.inference.usage.reasoning.output_tokens',
    'gen_ai.client.inference.operation.input_tokens',
    'gen_ai.client.inference.operation.output_tokens',
  ];

  test('an inference is written under the names of the mode, and under both in dup', () => {
    expect(writtenFor('v1.41', true)).toEqual(V1_41);
    expect(writtenFor('latest', true)).toEqual(LATEST);
    expect(writtenFor('dup', true)).toEqual([...V1_41, ...LATEST]);
  });

  test('what is no inference has the operation duration in every mode, and no inference metric', () => {
    expect(writtenFor('v1.41', false)).toEqual([
      'gen_ai.client.operation.duration',
      'gen_ai.client.token.usage',
    ]);
    expect(writtenFor('latest', false)).toEqual(['gen_ai.client.operation.duration']);
    expect(writtenFor('dup', false)).toEqual([
      'gen_ai.client.operation.duration',
      'gen_ai.client.token.usage',
    ]);
  });

  test('our own metrics are the same in every mode', () => {
    const own = rows.filter(([, { name }]) => name.startsWith('genvitals.'));
    expect(own.length).toBeGreaterThan(30);
    for (const [name] of own) {
      for (const mode of ['v1.41', 'latest', 'dup'] as const) {
        expect(isMetricWritten(name, mode, true) && isMetricWritten(name, mode, false), name).toBe(true);
      }
    }
  });
});
