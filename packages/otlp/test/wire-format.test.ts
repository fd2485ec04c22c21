import { describe, expect, test } from 'vitest';
import { decodeLogs, decodeMetrics, decodeTraces, OtlpError, spansIn } from '../src/index.ts';
import {
  body,
  doubleField,
  fixed64Field,
  lengthField,
  protobuf,
  tag,
  varint,
  varintField,
} from './wire-writer.ts';

const TRACE_ID = Array.from({ length: 16 }, (_, index) => index + 1);
const SPAN_ID = Array.from({ length: 8 }, (_, index) => 0xf0 + index);

/** A request with one span of these fields. */
const spanBody = (...fields: number[][]): Uint8Array =>
  body(lengthField(1, lengthField(2, lengthField(2, fields.flat()))));

function decodeSpan(...fields: number[][]) {
  const [found] = [...spansIn(decodeTraces(spanBody(...fields), protobuf))];
  return found!.span;
}

const keyValue = (key: string, ...value: number[][]): number[] =>
  lengthField(9, lengthField(1, key), lengthField(2, value.flat()));

function errorOf(run: () => unknown): OtlpError {
  try {
    run();
  } catch (error) {
    if (error instanceof OtlpError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('protobuf', () => {
  test('an empty body is an empty request', () => {
    expect(decodeTraces(body(), protobuf)).toEqual({ resourceSpans: [] });
    expect(decodeMetrics(body(), protobuf)).toEqual({ resourceMetrics: [] });
    expect(decodeLogs(body(), protobuf)).toEqual({ resourceLogs: [] });
  });

  test('what a span does not say is empty', () => {
    expect(decodeSpan()).toEqual({
      traceId: '',
      spanId: '',
      traceState: '',
      parentSpanId: '',
      name: '',
      kind: 0,
      startTimeUnixNano: 0n,
      endTimeUnixNano: 0n,
      attributes: {},
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: { message: '', code: 0 },
      flags: 0,
    });
  });

  test('fields that no table knows are ignored, of every wire type', () => {
    const unknown = [
      varintField(500, -1),
      fixed64Field(501, 7n),
      lengthField(502, 'later'),
      [...tag(503, 5), 1, 2, 3, 4],
      // A group with a group inside: obsolete, still to be passed over.
      [...tag(504, 3), ...varintField(1, 5), ...tag(2, 3), ...tag(2, 4), ...tag(504, 4)],
    ];
    const span = decodeSpan(...unknown, lengthField(1, TRACE_ID), ...unknown, lengthField(5, 'chat'));
    expect(span).toMatchObject({ traceId: '0102030405060708090a0b0c0d0e0f10', name: 'chat' });
  });

  test('a known field of another wire type is passed over as unknown', () => {
    expect(decodeSpan(varintField(5, 3), lengthField(6, 'x'))).toMatchObject({ name: '', kind: 0 });
  });

  test('the last of a repeated single field stays, and messages that come twice are merged', () => {
    const span = decodeSpan(
      lengthField(5, 'first'),
      lengthField(15, lengthField(2, 'why')),
      lengthField(5, 'second'),
      lengthField(15, varintField(3, 2)),
    );
    expect(span).toMatchObject({ name: 'second', status: { message: 'why', code: 2 } });
  });

  test('attributes keep their types, and integers that a number cannot hold are bigints', () => {
    const span = decodeSpan(
      keyValue('string', lengthField(1, 'é✓𝄞')),
      keyValue('false', varintField(2, 0)),
      keyValue('true', varintField(2, 1)),
      keyValue('int', varintField(3, 42)),
      keyValue('negative', varintField(3, -7)),
      keyValue('safe', varintField(3, 2n ** 53n - 1n)),
      keyValue('large', varintField(3, 2n ** 53n)),
      keyValue('lowest', varintField(3, -(2n ** 63n))),
      keyValue('double', doubleField(4, -0.25)),
      keyValue(
        'list',
        lengthField(5, lengthField(1, lengthField(1, 'a')), lengthField(1, varintField(3, 2))),
      ),
      keyValue('map', lengthField(6, lengthField(1, lengthField(1, 'k'), lengthField(2, varintField(2, 1))))),
      keyValue('bytes', lengthField(7, [0, 255])),
      keyValue('empty list', lengthField(5)),
      keyValue('nothing'),
      keyValue('zero', varintField(3, 0)),
      keyValue('empty', lengthField(1)),
    );
    expect(span.attributes).toEqual({
      string: 'é✓𝄞',
      false: false,
      true: true,
      int: 42,
      negative: -7,
      safe: Number.MAX_SAFE_INTEGER,
      large: 2n ** 53n,
      lowest: -(2n ** 63n),
      double: -0.25,
      list: ['a', 2],
      map: { k: true },
      bytes: new Uint8Array([0, 255]),
      'empty list': [],
      nothing: null,
      zero: 0,
      empty: '',
    });
  });

  test('keys of the same length and other letters stay apart, whatever was decoded before', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `key.${String(index).padStart(5, '0')}.é`);
    for (const round of [1, 2]) {
      const span = decodeSpan(...names.map((name, index) => keyValue(name, varintField(3, index * round))));
      expect(Object.keys(span.attributes)).toEqual(names);
    }
  });

  test('a key named __proto__ is a key like others', () => {
    const { attributes } = decodeSpan(
      keyValue(
        '__proto__',
        lengthField(6, lengthField(1, lengthField(1, 'admin'), lengthField(2, varintField(2, 1)))),
      ),
    );
    expect(Object.keys(attributes)).toEqual(['__proto__']);
    expect(attributes['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
  });

  test('repeated numbers come packed or one by one', () => {
    const packed = lengthField(6, fixed64Field(1, 3n).slice(1), fixed64Field(1, 4n).slice(1));
    const single = [...fixed64Field(6, 5n)];
    const point = lengthField(1, [
      ...packed,
      ...single,
      ...doubleField(7, 0.5),
      ...lengthField(7, doubleField(1, 1.5).slice(1)),
    ]);
    const data = decodeMetrics(
      body(lengthField(1, lengthField(2, lengthField(2, lengthField(1, 'm'), lengthField(9, point))))),
      protobuf,
    );
    const [decoded] = data.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!.histogram!.dataPoints;
    expect(decoded).toMatchObject({ bucketCounts: [3, 4, 5], explicitBounds: [0.5, 1.5] });
    expect(decoded).not.toHaveProperty('sum');
  });

  test('summaries, exemplars, integer points and points without a value are read', () => {
    const exemplar = lengthField(
      5,
      fixed64Field(2, 9n),
      doubleField(3, 0.75),
      lengthField(4, SPAN_ID),
      lengthField(5, TRACE_ID),
      lengthField(7, lengthField(1, 'k'), lengthField(2, lengthField(1, 'v'))),
    );
    const points = [
      lengthField(1, fixed64Field(6, -5n), exemplar),
      lengthField(1, doubleField(4, 1.25)),
      lengthField(1, varintField(8, 1)),
    ];
    const summary = lengthField(
      1,
      fixed64Field(4, 2n),
      doubleField(5, 3.5),
      lengthField(6, doubleField(1, 0.99), doubleField(2, 3)),
    );
    const metrics = [
      lengthField(2, lengthField(1, 'g'), lengthField(5, points.flat())),
      lengthField(2, lengthField(1, 's'), lengthField(11, summary)),
    ];
    const data = decodeMetrics(body(lengthField(1, lengthField(2, metrics.flat()))), protobuf);
    const [gauge, summed] = data.resourceMetrics[0]!.scopeMetrics[0]!.metrics;
    expect(gauge!.gauge!.dataPoints.map((point) => point.value)).toEqual([-5, 1.25, undefined]);
    expect(gauge!.gauge!.dataPoints[2]).toMatchObject({ flags: 1 });
    expect(gauge!.gauge!.dataPoints[0]!.exemplars).toEqual([
      {
        filteredAttributes: { k: 'v' },
        timeUnixNano: 9n,
        value: 0.75,
        spanId: 'f0f1f2f3f4f5f6f7',
        traceId: '0102030405060708090a0b0c0d0e0f10',
      },
    ]);
    expect(summed!.summary!.dataPoints[0]).toMatchObject({
      count: 2,
      sum: 3.5,
      quantileValues: [{ quantile: 0.99, value: 3 }],
    });
  });

  test.each([
    ['a body cut inside a field', spanBody(lengthField(5, 'chat')).slice(0, -2)],
    ['a child longer than its parent', body(lengthField(1, [...tag(2, 2), 50]))],
    ['a varint without an end', body(Array.from({ length: 11 }, () => 0xff))],
    ['a length of more than 32 bits', body([...tag(1, 2), ...varint(2n ** 40n)])],
    ['field number 0', body([0x02, 0x00])],
    ['a wire type that does not exist', body([(1 << 3) | 7])],
    ['a group without an end', body([...tag(9, 3), ...varintField(1, 1)])],
    ['the end of a group that never began', body([...tag(9, 4)])],
    ['a trace id of 3 bytes', spanBody(lengthField(1, [1, 2, 3]))],
    ['text', Buffer.from('{"resourceSpans":[]}')],
  ])('%s is malformed', (_, bytes) => {
    const error = errorOf(() => decodeTraces(bytes, protobuf));
    expect(error).toMatchObject({ code: 'OTLP_MALFORMED', status: 400, retry: false });
    expect(error.message).toMatch(/at byte \d+|an id of/);
  });

  test('nesting without end is refused before the stack is', () => {
    let value = lengthField(1, 'x');
    for (let depth = 0; depth < 60; depth++) value = lengthField(5, lengthField(1, value));
    const error = errorOf(() => decodeSpan(keyValue('deep', value)));
    expect(error.message).toContain('nested deeper than 100');
  });

  test('a small body of very many messages is refused before the heap is', () => {
    const spans = Buffer.alloc(2_100_000, Buffer.from([0x12, 0x00]));
    const length = varint(spans.length);
    const scope = Buffer.concat([Buffer.from([0x12, ...length]), spans]);
    const bytes = Buffer.concat([Buffer.from([0x0a, ...varint(scope.length)]), scope]);
    expect(errorOf(() => decodeTraces(bytes, protobuf))).toMatchObject({
      code: 'OTLP_TOO_LARGE',
      status: 413,
    });
  });
});
