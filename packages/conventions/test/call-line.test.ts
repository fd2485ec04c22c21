import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type AttributeRow,
  attributes,
  type CallLine,
  type CallLineField,
  callLine,
  type CallLineRow,
  toBigQuerySchema,
  toJsonSchema,
} from '@genvitals/conventions';

const rows = Object.entries(callLine) as [CallLineField, CallLineRow][];

const LINE = {
  timestamp: '2026-11-23T10:00:00.123Z',
  level: 'info',
  service: 'shop',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  provider: 'openai',
  operation: 'chat',
  model: 'gpt-4o-mini',
  outcome: 'success',
  input_tokens: 12,
  latency_ms: 431.2,
} satisfies CallLine;

function validate(line: unknown): string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  ajv.addFormat('date-time', fullFormats['date-time']);
  const check = ajv.compile(toJsonSchema());
  check(line);
  return (check.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

describe('the line per call', () => {
  test('has the fields of the contract in their order', () => {
    const fields =
      'timestamp level service env version trace_id span_id provider operation model response_model feature ' +
      'user_id session_id outcome error_type error input_tokens output_tokens cached_tokens reasoning_tokens ' +
      'latency_ms ttft_ms retries finish_reason prompt_hash cost_usd cost_status';
    expect(rows.map(([field]) => field)).toEqual(fields.split(' '));
  });

  test('takes no field from content, and each from an attribute of its type', () => {
    for (const [field, { from, type }] of rows) {
      if (from === undefined) continue;
      expect(attributes[from], field).not.toHaveProperty('content');
      expect(attributes[from].type, field).toBe(type);
    }
  });

  test('has the closed lists of the attributes it takes its fields from', () => {
    expect(callLine.outcome.values).toEqual(attributes.outcome.values);
    for (const [field, { from, values }] of rows.filter(([, row]) => row.from !== undefined)) {
      const row: AttributeRow | undefined = from && attributes[from];
      expect(values, field).toEqual(row?.values);
    }
  });

  test('the type of a line has its required fields and their types', () => {
    expectTypeOf<CallLine['outcome']>().toEqualTypeOf<
      'success' | 'error' | 'cancelled' | 'incomplete' | 'refused'
    >();
    expectTypeOf<CallLine['latency_ms']>().toEqualTypeOf<number>();
    expectTypeOf<CallLine['model']>().toEqualTypeOf<string | undefined>();
  });
});

describe('the JSON Schema of the line', () => {
  test('accepts a line', () => {
    expect(validate(LINE)).toEqual([]);
  });

  test('refuses a field that is not in the ledger', () => {
    expect(validate({ ...LINE, prompt: 'What is my balance?' })).toEqual([' additionalProperties']);
  });

  test('refuses a value of another type, another outcome, and a missing one', () => {
    expect(validate({ ...LINE, input_tokens: 1.5 })).toEqual(['/input_tokens type']);
    expect(validate({ ...LINE, outcome: 'fine' })).toEqual(['/outcome enum']);
    expect(validate({ ...LINE, timestamp: 'today' })).toEqual(['/timestamp format']);
    expect(validate({ timestamp: LINE.timestamp })).toContain(' required');
  });
});

describe('the BigQuery schema of the line', () => {
  test('has every field with a type that BigQuery knows', () => {
    const schema = toBigQuerySchema();
    expect(schema.map(({ name }) => name)).toEqual(rows.map(([field]) => field));
    expect(schema[0]).toEqual({
      name: 'timestamp',
      type: 'TIMESTAMP',
      mode: 'REQUIRED',
      description: callLine.timestamp.brief,
    });
    const types = Object.fromEntries(schema.map(({ name, type, mode }) => [name, `${type} ${mode}`]));
    expect(types).toMatchObject({
      model: 'STRING NULLABLE',
      outcome: 'STRING REQUIRED',
      input_tokens: 'INTEGER NULLABLE',
      latency_ms: 'FLOAT REQUIRED',
    });
  });

  test('names every column as BigQuery allows', () => {
    for (const { name } of toBigQuerySchema()) expect(name).toMatch(/^[a-z_][a-z0-9_]{0,299}$/);
  });
});
