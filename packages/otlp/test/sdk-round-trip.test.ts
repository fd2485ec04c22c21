import {
  context,
  ROOT_CONTEXT,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  trace,
  type HrTime,
} from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createOtlpReceiver,
  logRecordsIn,
  metricsIn,
  spanKinds,
  spansIn,
  statusCodes,
  temporalities,
  type LogsData,
  type MetricsData,
  type TracesData,
} from '../src/index.ts';

const encodings = {
  protobuf: { Trace: ProtobufTraceExporter, Metric: ProtobufMetricExporter, Log: ProtobufLogExporter },
  json: { Trace: JsonTraceExporter, Metric: JsonMetricExporter, Log: JsonLogExporter },
};

const resource = resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 42, tags: ['a', 'b'] });
const RESOURCE = { 'service.name': 'shop', 'process.pid': 42, tags: ['a', 'b'] };
const nanos = ([seconds, rest]: HrTime): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(rest);

async function receive() {
  const traces: TracesData[] = [];
  const metrics: MetricsData[] = [];
  const logs: LogsData[] = [];
  const receiver = await createOtlpReceiver({
    onTraces: (data) => void traces.push(data),
    onMetrics: (data) => void metrics.push(data),
    onLogs: (data) => void logs.push(data),
  });
  onTestFinished(() => receiver.close());
  return { url: receiver.url, traces, metrics, logs };
}

describe.each(['protobuf', 'json'] as const)('what the SDK sends as %s', (encoding) => {
  describe.each([CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])(
    'with compression %s',
    (compression) => {
      const { Trace, Metric, Log } = encodings[encoding];

      test('decodes to the spans that were recorded', async () => {
        const { url, traces } = await receive();
        const memory = new InMemorySpanExporter();
        const provider = new TracerProvider({
          resource,
          spanProcessors: [
            new SimpleSpanProcessor({ exporter: memory }),
            new BatchSpanProcessor({ exporter: new Trace({ url: `${url}/v1/traces`, compression }) }),
          ],
        });
        const tracer = provider.getTracer('a-library', '1.2.3');
        const parent = tracer.startSpan('GET /ask', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
        const child = tracer.startSpan(
          'chat gpt-4o-mini',
          {
            kind: SpanKind.CLIENT,
            attributes: {
              text: 'grüße 🌍',
              zero: 0,
              integer: 123_456_789_012,
              negative: -5,
              fraction: 0.7,
              yes: true,
              no: false,
              list: ['stop', 'length'],
              numbers: [1, 2.5],
              long: 'x'.repeat(100_000),
            },
            links: [{ context: parent.spanContext(), attributes: { why: 'link' } }],
          },
          trace.setSpan(context.active(), parent),
        );
        child.addEvent('first chunk', { index: 0 });
        child.setStatus({ code: SpanStatusCode.ERROR, message: 'rate limited' });
        child.end();
        parent.end();
        await provider.forceFlush();
        const received = traces.flatMap((data) => [...spansIn(data)]);
        expect(received.map(({ span }) => span.name)).toEqual(['chat gpt-4o-mini', 'GET /ask']);
        for (const [index, recorded] of memory.getFinishedSpans().entries()) {
          const { span, scope, resource: from } = received[index]!;
          expect(from.attributes).toEqual(RESOURCE);
          expect(scope).toMatchObject({ name: 'a-library', version: '1.2.3' });
          expect(span).toMatchObject({
            traceId: recorded.spanContext().traceId,
            spanId: recorded.spanContext().spanId,
            parentSpanId: recorded.parentSpanContext?.spanId ?? '',
            name: recorded.name,
            startTimeUnixNano: nanos(recorded.startTime),
            endTimeUnixNano: nanos(recorded.endTime),
            attributes: recorded.attributes,
            status: { code: recorded.status.code, message: recorded.status.message ?? '' },
          });
          expect(span.events.map((event) => [event.name, event.timeUnixNano, event.attributes])).toEqual(
            recorded.events.map((event) => [event.name, nanos(event.time), event.attributes]),
          );
          expect(span.links.map((link) => [link.traceId, link.spanId, link.attributes])).toEqual(
            recorded.links.map((link) => [link.context.traceId, link.context.spanId, link.attributes]),
          );
        }
        const [{ span: decodedChild }, { span: decodedParent }] = received as [any, any];
        expect([decodedChild.kind, decodedParent.kind]).toEqual([spanKinds.client, spanKinds.server]);
        expect([decodedChild.status.code, decodedParent.status.code]).toEqual([
          statusCodes.error,
          statusCodes.unset,
        ]);
        expect(decodedChild.links).toHaveLength(1);
        await provider.shutdown();
      });

      test('decodes to the metrics that were recorded', async () => {
        const { url, metrics } = await receive();
        const provider = new MeterProvider({
          resource,
          views: [
            {
              instrumentName: 'exponential',
              aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20 } },
            },
          ],
          readers: [
            new PeriodicExportingMetricReader({
              exporter: new Metric({ url: `${url}/v1/metrics`, compression }),
              exportIntervalMillis: 3_600_000,
            }),
          ],
        });
        const meter = provider.getMeter('a-meter', '2.0');
        const calls = meter.createCounter('calls', { unit: '{call}', description: 'How many.' });
        calls.add(2, { model: 'a' });
        calls.add(3, { model: 'b' });
        meter.createUpDownCounter('open').add(-4);
        meter.createGauge('share').record(0.25, { kind: 'tokens' });
        const duration = meter.createHistogram('duration', {
          unit: 's',
          advice: { explicitBucketBoundaries: [0.1, 1, 10] },
        });
        for (const value of [0.05, 0.1, 0.5, 30]) duration.record(value, { model: 'a' });
        const exponential = meter.createHistogram('exponential');
        for (const value of [0, 1, 2, 4, 1000]) exponential.record(value);
        await provider.forceFlush();
        const received = metrics.flatMap((data) => [...metricsIn(data)]);
        const byName = Object.fromEntries(received.map(({ metric }) => [metric.name, metric]));
        expect(received[0]!.resource.attributes).toEqual(RESOURCE);
        expect(received[0]!.scope).toMatchObject({ name: 'a-meter', version: '2.0' });
        expect(byName['calls']).toMatchObject({ unit: '{call}', description: 'How many.' });
        expect(byName['calls']!.sum).toMatchObject({
          aggregationTemporality: temporalities.cumulative,
          isMonotonic: true,
        });
        expect(byName['calls']!.sum!.dataPoints.map(({ attributes, value }) => [attributes, value])).toEqual([
          [{ model: 'a' }, 2],
          [{ model: 'b' }, 3],
        ]);
        const [point] = byName['calls']!.sum!.dataPoints;
        expect(point!.timeUnixNano).toBeGreaterThanOrEqual(point!.startTimeUnixNano);
        expect(Number(point!.startTimeUnixNano / 1_000_000n)).toBeGreaterThan(Date.now() - 60_000);
        expect(byName['open']!.sum).toMatchObject({ isMonotonic: false, dataPoints: [{ value: -4 }] });
        expect(byName['share']!.gauge!.dataPoints).toMatchObject([
          { value: 0.25, attributes: { kind: 'tokens' } },
        ]);
        expect(byName['duration']!.histogram!.dataPoints).toMatchObject([
          {
            attributes: { model: 'a' },
            count: 4,
            sum: 30.65,
            min: 0.05,
            max: 30,
            explicitBounds: [0.1, 1, 10],
            bucketCounts: [2, 1, 0, 1],
          },
        ]);
        const [decoded] = byName['exponential']!.exponentialHistogram!.dataPoints;
        expect(decoded).toMatchObject({ count: 5, sum: 1007, min: 0, max: 1000, zeroCount: 1 });
        const { offset, bucketCounts } = decoded!.positive;
        const base = 2 ** (2 ** -decoded!.scale);
        const counted = bucketCounts.flatMap((count, index) =>
          count > 0 ? [[base ** (offset + index), base ** (offset + index + 1)]] : [],
        );
        expect(bucketCounts.reduce((sum, count) => sum + count, 0)).toBe(4);
        for (const value of [1, 2, 4, 1000]) {
          expect(
            counted.some(([low, high]) => value > low! * (1 - 1e-9) && value <= high! * (1 + 1e-9)),
          ).toBe(true);
        }
        await provider.shutdown();
      });

      test('decodes to the log records that were emitted', async () => {
        const { url, logs } = await receive();
        const provider = new LoggerProvider({
          resource,
          processors: [
            new BatchLogRecordProcessor({ exporter: new Log({ url: `${url}/v1/logs`, compression }) }),
          ],
        });
        const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
        provider.getLogger('a-logger', '3').emit({
          eventName: 'an.event',
          severityNumber: SeverityNumber.INFO,
          severityText: 'INFO',
          body: { nested: { list: [1, 'two', null], yes: true } },
          attributes: { tokens: 12, empty: '', messages: [{ role: 'user', parts: [{ type: 'text' }] }] },
          timestamp: [1_700_000_000, 123_456_789],
          context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
        });
        provider.getLogger('a-logger', '3').emit({ body: 'plain' });
        await provider.forceFlush();
        const [event, line] = logs.flatMap((data) => [...logRecordsIn(data)]);
        expect(event!.resource.attributes).toEqual(RESOURCE);
        expect(event!.scope).toMatchObject({ name: 'a-logger', version: '3' });
        expect(event!.logRecord).toMatchObject({
          eventName: 'an.event',
          severityNumber: SeverityNumber.INFO,
          severityText: 'INFO',
          body: { nested: { list: [1, 'two', null], yes: true } },
          attributes: { tokens: 12, empty: '', messages: [{ role: 'user', parts: [{ type: 'text' }] }] },
          timeUnixNano: 1_700_000_000_123_456_789n,
          traceId: spanContext.traceId,
          spanId: spanContext.spanId,
          flags: 1,
        });
        expect(line!.logRecord).toMatchObject({ eventName: '', body: 'plain', traceId: '', spanId: '' });
        await provider.shutdown();
      });
    },
  );
});
