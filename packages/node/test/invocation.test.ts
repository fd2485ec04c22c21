import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { beginInvocation } from '../src/invocation.ts';

const exporter = new InMemorySpanExporter();
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:ask';

function lambda(invokedFunctionArn: string): NonNullable<Parameters<typeof beginInvocation>[0]['context']> {
  return { getRemainingTimeInMillis: () => 3000, awsRequestId: 'a-1', invokedFunctionArn };
}

describe('an invocation', () => {
  beforeEach(() => {
    exporter.reset();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'ask');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_VERSION', '7');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    for (const api of [context, propagation, trace]) api.disable();
  });

  test('is a server span of the function, in the trace of the request', () => {
    const invocation = beginInvocation({ event: { headers: { TraceParent: PARENT } }, context: lambda(ARN) });
    const inner = invocation?.run(() => trace.getActiveSpan());
    invocation?.end();
    invocation?.end();
    const [span, ...others] = exporter.getFinishedSpans();
    expect(others).toEqual([]);
    expect(inner?.spanContext().spanId).toBe(span?.spanContext().spanId);
    expect(span).toMatchObject({
      name: 'ask',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(span?.attributes).toEqual({
      'faas.coldstart': true,
      'faas.invocation_id': 'a-1',
      'cloud.account.id': '123456789012',
      'cloud.resource_id': ARN,
    });
  });

  test.each([`${ARN}:live`, `${ARN}:7`])('by %s is one of the version', (invoked) => {
    beginInvocation({ event: null, context: lambda(invoked) })?.end();
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes).toMatchObject({ 'faas.coldstart': false, 'cloud.resource_id': `${ARN}:7` });
  });

  test('that fails says with what, and no word of it', () => {
    const invocation = beginInvocation({ event: undefined, context: undefined });
    invocation?.end(new RangeError('a secret'));
    const [span] = exporter.getFinishedSpans();
    expect(span?.attributes['error.type']).toBe('RangeError');
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(JSON.stringify(span?.events)).not.toContain('secret');
  });

  test('that somebody has made a span of gets no second one', () => {
    trace.getTracer('app').startActiveSpan('theirs', (theirs) => {
      const invocation = beginInvocation({ event: {}, context: undefined });
      expect(invocation?.run(() => trace.getActiveSpan())).toBe(theirs);
      invocation?.end();
      theirs.end();
    });
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['theirs']);
  });

  test('of no named function, or with nothing registered, is none', () => {
    context.disable();
    expect(beginInvocation({ event: {}, context: undefined })).toBeUndefined();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', '');
    expect(beginInvocation({ event: {}, context: undefined })).toBeUndefined();
  });
});
