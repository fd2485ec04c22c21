import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeLogs, decodeMetrics, decodeTraces, OtlpError, spansIn } from '../src/index.ts';
import { json, jsonBody, protobuf } from './wire-writer.ts';

const decodeSpan = (span: unknown) =>
  [...spansIn(decodeTraces(jsonBody({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }), json))][0]!
    .span;

const attributesOf = (values: Record<string, unknown>) =>
  decodeSpan({ attributes: Object.entries(values).map(([key, value]) => ({ key, value })) }).attributes;

describe('JSON', () => {
  test('ids are hex in any case, times and integers are decimal strings or numbers', () => {
    const span = decodeSpan({
      traceId: '5B8EFFF798038103D269B633813FC60C',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: '',
      startTimeUnixNano: '1544712660000000001',
      endTimeUnixNano: 1544712661000,
      kind: 3,
      droppedAttributesCount: '4',
      status: { code: 2 },
    });
    expect(span).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: '',
      startTimeUnixNano: 1544712660000000001n,
      endTimeUnixNano: 1544712661000n,
      kind: 3,
      droppedAttributesCount: 4,
      status: { code: 2, message: '' },
    });
  });

  test('attribute values have the types that were sent', () => {
    const attributes = attributesOf({
      string: { stringValue: 'x' },
      int: { intValue: '42' },
      number: { intValue: -3 },
      large: { intValue: '9007199254740993' },
      double: { doubleValue: 0.5 },
      nan: { doubleValue: 'NaN' },
      infinite: { doubleValue: '-Infinity' },
      bool: { boolValue: false },
      list: { arrayValue: { values: [{ stringValue: 'a' }, {}, { intValue: '2' }] } },
      map: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } },
      bytes: { bytesValue: 'AP8=' },
      urlSafe: { bytesValue: '-_8' },
      nothing: {},
      absent: null,
    });
    expect(attributes).toEqual({
      string: 'x',
      int: 42,
      number: -3,
      large: 9007199254740993n,
      double: 0.5,
      nan: Number.NaN,
      infinite: -Infinity,
      bool: false,
      list: ['a', null, 2],
      map: { k: true },
      bytes: new Uint8Array([0, 255]),
      urlSafe: new Uint8Array([251, 255]),
      nothing: null,
      absent: null,
    });
  });

  test('unknown fields and nulls are ignored', () => {
    const span = decodeSpan({
      name: 'chat',
      laterField: { a: [1] },
      attributes: null,
      status: null,
      trace_id: 'x',
    });
    expect(span).toMatchObject({ name: 'chat', attributes: {}, traceId: '', status: { code: 0 } });
  });

  test('metrics and logs of the examples in the specification are read', () => {
    const metrics = decodeMetrics(
      jsonBody({
        resourceMetrics: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'my.service' } }] },
            scopeMetrics: [
              {
                scope: { name: 'my.library', version: '1.0.0' },
                metrics: [
                  {
                    name: 'my.counter',
                    unit: '1',
                    sum: {
                      aggregationTemporality: 1,
                      isMonotonic: true,
                      dataPoints: [
                        { asDouble: 5, startTimeUnixNano: '1', timeUnixNano: '2', attributes: [] },
                      ],
                    },
                  },
                  {
                    name: 'my.histogram',
                    histogram: {
                      aggregationTemporality: 2,
                      dataPoints: [
                        { count: '2', sum: 2, bucketCounts: ['1', 1], explicitBounds: [1], min: 0, max: 2 },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
      json,
    );
    const [resource] = metrics.resourceMetrics;
    expect(resource!.resource.attributes).toEqual({ 'service.name': 'my.service' });
    const [counter, histogram] = resource!.scopeMetrics[0]!.metrics;
    expect(counter!.sum).toMatchObject({
      aggregationTemporality: 1,
      isMonotonic: true,
      dataPoints: [{ value: 5 }],
    });
    expect(histogram!.histogram!.dataPoints[0]).toMatchObject({
      count: 2,
      sum: 2,
      min: 0,
      max: 2,
      bucketCounts: [1, 1],
      explicitBounds: [1],
    });
    const logs = decodeLogs(
      jsonBody({
        resourceLogs: [
          {
            scopeLogs: [
              { logRecords: [{ eventName: 'e', severityNumber: 9, body: { stringValue: 'hello' } }] },
            ],
          },
        ],
      }),
      json,
    );
    expect(logs.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]).toMatchObject({
      eventName: 'e',
      severityNumber: 9,
      body: 'hello',
      timeUnixNano: 0n,
    });
  });

  test.each([
    ['a list', [], 'the body to be an object, got an array'],
    ['spans that are an object', { resourceSpans: {} }, 'resourceSpans to be an array, got an object'],
    [
      'a name that is a number',
      { resourceSpans: [{ scopeSpans: [{ spans: [{}, { name: 5 }] }] }] },
      'resourceSpans.0.scopeSpans.0.spans.1.name to be a string, got 5 (number)',
    ],
    [
      'a base64 id',
      { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'W47/95gDgQPSabYzgT/GDA==' }] }] }] },
      'traceId to be hex of 16 bytes or empty',
    ],
    [
      'an enum by its name',
      { resourceSpans: [{ scopeSpans: [{ spans: [{ kind: 'SPAN_KIND_CLIENT' }] }] }] },
      'kind to be an integer',
    ],
    [
      'a time before 1970',
      { resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: '-1' }] }] }] },
      'startTimeUnixNano to be an integer from 0',
    ],
    [
      'a time that is a fraction',
      { resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: 1.5 }] }] }] },
      'startTimeUnixNano to be an integer',
    ],
  ])('%s is malformed, and the error names the place', (_, value, sentence) => {
    const decode = () => decodeTraces(jsonBody(value), json);
    expect(decode).toThrow(OtlpError);
    expect(decode).toThrow(sentence);
    expect(decode).toThrow(expect.objectContaining({ code: 'OTLP_MALFORMED', status: 400 }));
  });

  test('an error never quotes what was sent, because it may be a prompt', () => {
    const secret = 'my secret prompt';
    for (const bytes of [
      Buffer.from(`{"resourceSpans": "${secret}"`),
      jsonBody({ resourceSpans: secret }),
      jsonBody({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: secret }] }] }] }),
    ]) {
      let message = '';
      try {
        decodeTraces(bytes, json);
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('not valid OTLP');
      expect(message).not.toContain('secret');
    }
  });

  test('nesting without end is refused before the stack is', () => {
    const open = '{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":';
    const levels = 100_000;
    const text = `${open}${'{"arrayValue":{"values":['.repeat(levels)}${']}}'.repeat(levels)}}]}}]}`;
    expect(() => decodeTraces(Buffer.from(text), json)).toThrow('nested at most 100 deep');
  });
});

describe('content type, encoding and size', () => {
  const empty = jsonBody({});

  test('parameters and case of the headers do not matter', () => {
    const options = { contentType: 'Application/JSON; charset=utf-8', contentEncoding: 'GZIP' };
    expect(decodeTraces(gzipSync(empty), options)).toEqual({ resourceSpans: [] });
    expect(decodeTraces(empty, { contentType: 'application/json', contentEncoding: 'identity' })).toEqual({
      resourceSpans: [],
    });
  });

  test.each([
    ['OTLP_UNSUPPORTED_TYPE', empty, { contentType: 'text/plain' }],
    ['OTLP_UNSUPPORTED_TYPE', empty, { contentType: undefined }],
    ['OTLP_UNSUPPORTED_TYPE', empty, { contentType: 'constructor' }],
    ['OTLP_UNSUPPORTED_ENCODING', empty, { ...json, contentEncoding: 'br' }],
    ['OTLP_MALFORMED', empty, { ...json, contentEncoding: 'gzip' }],
    ['OTLP_MALFORMED', gzipSync(empty).subarray(0, -6), { ...json, contentEncoding: 'gzip' }],
    ['OTLP_TOO_LARGE', Buffer.alloc(65), { ...protobuf, maxBodyBytes: 64 }],
    [
      'OTLP_TOO_LARGE',
      gzipSync(Buffer.alloc(1000)),
      { ...protobuf, contentEncoding: 'gzip', maxBodyBytes: 64 },
    ],
    ['OTLP_TOO_LARGE', gzipSync(Buffer.alloc(65 * 1024 * 1024)), { ...protobuf, contentEncoding: 'gzip' }],
  ])('%s', (code, bytes, options) => {
    expect(() => decodeTraces(bytes, options)).toThrow(expect.objectContaining({ name: 'OtlpError', code }));
  });
});
