import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type AnyValue,
  attributePrefixes,
  type AttributeName,
  type AttributeRow,
  attributes,
  type AttributeValue,
  type LabelName,
  type NamesMode,
  wireKeys,
} from '@genvitals/conventions';
import { ledgerName } from './ledger-name.ts';

const rows: readonly (readonly [AttributeName, AttributeRow])[] = Object.entries(attributes) as [
  AttributeName,
  AttributeRow,
][];
const MODES: readonly NamesMode[] = ['v1.41', 'latest', 'dup'];

describe('the ledger of attributes', () => {
  test.each(rows)('%s is named after its key', (name, { key, modes, source }) => {
    expect(name).toBe(ledgerName(modes?.latest ?? key, { proposal: source === 'proposal' }));
  });

  test.each(MODES)('no two attributes write the same key in %s', (mode) => {
    const keys = rows.flatMap(([name]) => wireKeys(name, mode));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('keys are lower-case words with dots between', () => {
    const odd = rows.flatMap(([, row]) => [row.key, ...Object.values(row.modes ?? {})]);
    expect(odd.filter((key) => !/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(key))).toEqual([]);
  });

  test("an own name stands in the own namespace, and a standard's name does not", () => {
    const own = rows.filter(([, row]) => row.source === 'genvitals').map(([, row]) => row.key);
    expect(own.filter((key) => !key.startsWith('genvitals.'))).toEqual(['event_name']);
    const standard = rows.filter(([, row]) => row.source !== 'genvitals').map(([, row]) => row.key);
    expect(standard.filter((key) => key.startsWith('genvitals.'))).toEqual([]);
  });

  test('content is marked, and only what is free text or structure can be content', () => {
    const content = rows.filter(([, row]) => row.content === true);
    expect(content.map(([name]) => name).toSorted()).toEqual([
      'evaluationExplanation',
      'evaluationIssues',
      'inputMessages',
      'outputMessages',
      'retrievalDocuments',
      'retrievalQueryText',
      'systemInstructions',
      'toolCallArguments',
      'toolCallResult',
      'toolDefinitions',
    ]);
    expect(content.filter(([, row]) => row.cardinality === 'low')).toEqual([]);
    // A structure can hold anything that people wrote.
    expect(rows.filter(([, row]) => row.type === 'any' && row.content !== true)).toEqual([]);
  });

  test('a closed list has low cardinality and no value twice', () => {
    for (const [name, { values, cardinality, type }] of rows) {
      if (values === undefined) continue;
      expect({ name, cardinality, type }).toEqual({ name, cardinality: 'low', type: 'string' });
      expect(new Set(values).size, name).toBe(values.length);
    }
  });

  test('every brief is a sentence', () => {
    const briefs = [...rows, ...Object.entries(attributePrefixes)].map(([, { brief }]) => brief);
    expect(briefs.filter((brief) => !/^[A-Z].*\.$/.test(brief))).toEqual([]);
  });

  test('a prefix ends with a dot and no attribute stands below it', () => {
    for (const { prefix } of Object.values(attributePrefixes)) {
      expect(prefix).toMatch(/\.$/);
      expect(rows.filter(([, { key }]) => key.startsWith(prefix))).toEqual([]);
    }
  });
});

describe('names modes', () => {
  test('cache writes have their own key in each set of names, and both in dup', () => {
    const name = 'usageCacheWriteInputTokens';
    expect(wireKeys(name, 'v1.41')).toEqual(['gen_ai.usage.cache_creation.input_tokens']);
    expect(wireKeys(name, 'latest')).toEqual(['gen_ai.usage.cache_write.input_tokens']);
    expect(wireKeys(name, 'dup')).toEqual([
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_write.input_tokens',
    ]);
  });

  test('usage by modality is unknown to the v1.41 names', () => {
    expect(wireKeys('usageAudioInputTokens', 'v1.41')).toEqual([]);
    expect(wireKeys('usageAudioInputTokens', 'latest')).toEqual(['gen_ai.usage.audio.input_tokens']);
    expect(wireKeys('usageAudioInputTokens', 'dup')).toEqual(['gen_ai.usage.audio.input_tokens']);
  });

  test.each(MODES)('all other attributes have one key in %s, their own', (mode) => {
    const others = rows.filter(([, row]) => row.modes === undefined);
    expect(others.flatMap(([name]) => wireKeys(name, mode))).toEqual(others.map(([, row]) => row.key));
  });

  test('the key of a row is the one of the default mode where that knows it', () => {
    for (const [name, row] of rows) {
      expect([row.modes?.['v1.41'] ?? row.modes?.latest ?? row.key, name]).toEqual([row.key, name]);
    }
  });
});

describe('the types of attributes', () => {
  test('a value has the type of its row', () => {
    expectTypeOf<AttributeValue<'requestModel'>>().toEqualTypeOf<string>();
    expectTypeOf<AttributeValue<'requestTemperature'>>().toEqualTypeOf<number>();
    expectTypeOf<AttributeValue<'requestStream'>>().toEqualTypeOf<boolean>();
    expectTypeOf<AttributeValue<'responseFinishReasons'>>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<AttributeValue<'inputMessages'>>().toEqualTypeOf<AnyValue>();
    expectTypeOf<AttributeValue<'featureSource'>>().toEqualTypeOf<'app' | 'route' | 'function' | 'unset'>();
  });

  test('only attributes of low cardinality are labels', () => {
    expectTypeOf<'requestModel'>().toExtend<LabelName>();
    expectTypeOf<'responseId'>().not.toExtend<LabelName>();
    expectTypeOf<'userId'>().not.toExtend<LabelName>();
    expectTypeOf<'inputMessages'>().not.toExtend<LabelName>();
  });
});
