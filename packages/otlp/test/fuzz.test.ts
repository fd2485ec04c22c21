import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLogs, decodeMetrics, decodeTraces, OtlpError } from '../src/index.ts';
import { json, jsonBody, protobuf, tag, varint } from './wire-writer.ts';

const decoders = [decodeTraces, decodeMetrics, decodeLogs];

/** Decodes as each signal: gives 'decoded' or a code for each, and throws if anything else was thrown. */
function outcomes(bytes: Uint8Array, options: { contentType: string; contentEncoding?: string }): string[] {
  return decoders.map((decode) => {
    try {
      decode(bytes, options);
      return 'decoded';
    } catch (error) {
      if (error instanceof OtlpError) return error.code;
      throw error;
    }
  });
}

const ALLOWED = new Set(['decoded', 'OTLP_MALFORMED', 'OTLP_TOO_LARGE']);
const areAllowed = (found: string[]): boolean => found.every((outcome) => ALLOWED.has(outcome));

const RUNS = { numRuns: 3_000 };

test('random bytes decode or are refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const options of [protobuf, json, { ...json, contentEncoding: 'gzip' }]) {
        expect(outcomes(bytes, options)).toSatisfy(areAllowed);
      }
    }),
    RUNS,
  );
});

/** Bytes that are a valid wire format, with the small field numbers and the nesting that OTLP has. */
const wire: fc.Arbitrary<number[]> = fc.letrec<{ fields: number[]; field: number[] }>((tie) => ({
  fields: fc.array(tie('field'), { maxLength: 6 }).map((fields) => fields.flat()),
  field: fc.oneof(
    { depthSize: 'large', maxDepth: 12 },
    fc
      .tuple(fc.integer({ min: 1, max: 18 }), fc.bigInt(0n, 2n ** 64n - 1n))
      .map(([number, value]) => [...tag(number, 0), ...varint(value)]),
    fc
      .tuple(fc.integer({ min: 1, max: 18 }), fc.uint8Array({ minLength: 8, maxLength: 8 }))
      .map(([number, bytes]) => [...tag(number, 1), ...bytes]),
    fc
      .tuple(fc.integer({ min: 1, max: 18 }), fc.uint8Array({ minLength: 4, maxLength: 4 }))
      .map(([number, bytes]) => [...tag(number, 5), ...bytes]),
    fc
      .tuple(fc.integer({ min: 1, max: 18 }), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([number, text]) => {
        const bytes = Buffer.from(text);
        return [...tag(number, 2), ...varint(bytes.length), ...bytes];
      }),
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), tie('fields'))
      .map(([number, bytes]) => [...tag(number, 2), ...varint(bytes.length), ...bytes]),
  ),
})).fields;

test('well-formed protobuf of any fields decodes or is refused with a code', () => {
  let decoded = 0;
  fc.assert(
    fc.property(wire, (bytes) => {
      const found = outcomes(Uint8Array.from(bytes), protobuf);
      expect(found).toSatisfy(areAllowed);
      if (found.includes('decoded')) decoded++;
    }),
    RUNS,
  );
  expect(decoded).toBeGreaterThan(RUNS.numRuns / 10);
});

test('JSON of any shape under the names that OTLP has decodes or is refused with a code', () => {
  const names = [
    'resourceSpans',
    'scopeSpans',
    'spans',
    'attributes',
    'key',
    'value',
    'arrayValue',
    'kvlistValue',
    'values',
    'resourceMetrics',
    'scopeMetrics',
    'metrics',
    'histogram',
    'dataPoints',
    'bucketCounts',
    'asInt',
    'asDouble',
    'resourceLogs',
    'scopeLogs',
    'logRecords',
    'body',
    'traceId',
    'startTimeUnixNano',
    'kind',
    'status',
    '__proto__',
  ];
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'large', maxDepth: 14 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, (any) => {
      const found = outcomes(jsonBody(any), json);
      expect(found).toSatisfy(areAllowed);
      expect(outcomes(gzipSync(jsonBody(any)), { ...json, contentEncoding: 'gzip' })).toEqual(found);
    }),
    RUNS,
  );
  expect(({} as Record<string, unknown>)['spans']).toBeUndefined();
});

test('a real request with any byte changed or cut decodes or is refused with a code', () => {
  const span = [
    ...tag(5, 2),
    4,
    ...Buffer.from('chat'),
    ...tag(9, 2),
    7,
    10,
    1,
    97,
    18,
    2,
    24,
    5,
    ...tag(7, 1),
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
  ];
  const scope = [...tag(2, 2), span.length, ...span];
  const resource = [...tag(2, 2), scope.length, ...scope];
  const request = Uint8Array.from([...tag(1, 2), resource.length, ...resource]);
  expect(decodeTraces(request, protobuf).resourceSpans[0]!.scopeSpans[0]!.spans[0]).toMatchObject({
    name: 'chat',
    attributes: { a: 5 },
  });
  for (let index = 0; index < request.length; index++) {
    expect(outcomes(request.subarray(0, index), protobuf)).toSatisfy(areAllowed);
    for (let byte = 0; byte < 256; byte++) {
      const changed = request.slice();
      changed[index] = byte;
      expect(outcomes(changed, protobuf)).toSatisfy(areAllowed);
    }
  }
});
