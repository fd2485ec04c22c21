import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chatCompletion } from './answers.ts';
import { CHAT, createStage, type Stage, type StageOptions } from './app-stage.ts';
import { json } from './provider-server.ts';

const OFFICIAL = '@opentelemetry/instrumentation-openai';
const TOLD = / makes (?:a )?spans? of OpenAI calls/;

interface Seen {
  readonly stage: Stage;
  readonly spans: number;
  /** By our own counter. */
  readonly counted: number;
  readonly told: readonly string[];
}

/** Two calls in a span, which `make` gives once there is a provider. */
async function callIn(make: () => Span, options: StageOptions = {}): Promise<Seen> {
  const stage = await createStage({ diagnostics: [TOLD], ...options });
  stage.script(json(chatCompletion()));
  await context.with(trace.setSpan(context.active(), make()), async () => {
    await stage.client().chat.completions.create(CHAT);
    await stage.client().chat.completions.create(CHAT);
  });
  const counted = (await stage.points('genvitals.client.calls')).reduce((sum, { value }) => sum + value, 0);
  return { stage, spans: stage.spans().length, counted, told: stage.said() };
}

function startSpan(scope: string, attributes: Record<string, string>, kind = SpanKind.CLIENT): Span {
  return trace.getTracer(scope).startSpan('chat gpt-4o-mini', { kind, attributes });
}

const CHAT_SPAN = { 'gen_ai.operation.name': 'chat' };

/** A span that only its maker knows, with a context that is real. */
function foreign(shape: PropertyDescriptorMap): Span {
  const real = trace.getTracer('other').startSpan('around');
  return Object.create({ spanContext: () => real.spanContext(), isRecording: () => true }, shape) as Span;
}

function fields(values: Record<string, unknown>): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
}

describe('a call that another instrumentation has a span of', () => {
  test('is counted and told, without a second span; who it is and what to do is said once', async () => {
    let other: Span | undefined;
    const { stage, spans, counted, told } = await callIn(() => (other = startSpan(OFFICIAL, CHAT_SPAN)));
    expect([spans, counted]).toEqual([0, 2]);
    expect(stage.events().map(({ spanContext }) => spanContext?.spanId)).toEqual(
      Array(2).fill(other?.spanContext().spanId),
    );
    expect(told).toEqual([
      'genvitals: @opentelemetry/instrumentation-openai makes spans of OpenAI calls, so genvitals makes none beside them and only counts; metrics and events of both have some names in common, so take those of one scope. For spans with cost and feature, switch it off: leave it out of your `instrumentations`, or set OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai with the auto-instrumentations.',
    ]);
  });

  test.each([
    ['@traceloop/instrumentation-openai', /leave it out of `instrumentModules`/],
    ['app', /^genvitals: the tracer "app" makes spans of OpenAI calls, .*leave out what makes them\.$/],
  ])('is said to be that of %s', async (scope, words) => {
    const { spans, told } = await callIn(() => startSpan(scope, CHAT_SPAN));
    expect(spans).toBe(0);
    expect(told).toEqual([expect.stringMatching(words)]);
  });

  test.each([
    ['without a wrapper', (span: Span) => span],
    ['in a wrapper of its maker', (span: Span) => foreign(fields({ span }))],
  ])('has two where the other is of other names, as OpenInference’s, %s', async (_how, wrap) => {
    const { spans, told } = await callIn(() =>
      wrap(
        startSpan(
          '@arizeai/openinference-instrumentation-openai',
          { 'openinference.span.kind': 'LLM' },
          SpanKind.INTERNAL,
        ),
      ),
    );
    expect(spans).toBe(2);
    expect(told).toEqual([
      expect.stringMatching(
        /^genvitals: @arizeai\/openinference-instrumentation-openai makes spans of OpenAI calls, in other names, beside those of genvitals: each call has two\./,
      ),
    ]);
  });

  test('where metrics have no way out, it is said how they get one', async () => {
    const { told } = await callIn(() => startSpan(OFFICIAL, CHAT_SPAN), { without: ['metrics', 'logs'] });
    expect(told).toEqual([expect.stringMatching(/ nothing is counted either, .*GENVITALS_SDK=on/)]);
  });

  test('is said to be somebody’s once, whatever the number of tracers that nobody knows', async () => {
    const stage = await createStage({ diagnostics: [TOLD] });
    stage.script(json(chatCompletion()));
    for (const scope of ['one', 'two']) {
      await context.with(trace.setSpan(context.active(), startSpan(scope, CHAT_SPAN)), () =>
        stage.client().chat.completions.create(CHAT),
      );
    }
    expect(stage.said()).toEqual([expect.stringMatching(/the tracer "one"/)]);
  });

  test.each([
    ['that instrumentations of OpenTelemetry have wrapped', { __wrapped: true }, 1],
    ['that are the client’s own', {}, 0],
  ])('may have two where no context is kept, which methods tell %s', async (_whose, marks, lines) => {
    const stage = await createStage({ without: ['context'], diagnostics: ['has wrapped methods of openai'] });
    stage.script(json(chatCompletion()));
    const { prototype } = stage.OpenAI.Chat.Completions;
    const create = prototype.create;
    prototype.create = Object.assign(
      function (this: unknown, ...args: unknown[]) {
        return Reflect.apply(create, this, args);
      } as typeof create,
      marks,
    );
    onTestFinished(() => {
      prototype.create = create;
    });
    await stage.client().chat.completions.create(CHAT);
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);
    expect(stage.said()).toHaveLength(lines);
  });

  test('is of no concern to an app that has no tracer here', async () => {
    const { told } = await callIn(() => startSpan(OFFICIAL, CHAT_SPAN), { without: ['trace'] });
    expect(told).toEqual([]);
  });
});

describe('a span of other making around a call', () => {
  test.each([
    ['Sentry’s', fields({ _attributes: CHAT_SPAN }), 0, /^genvitals: Sentry makes .*name !== 'OpenAI'/],
    [
      'Sentry’s, on OpenTelemetry',
      fields({ kind: 0, attributes: { 'sentry.op': 'gen_ai.chat', ...CHAT_SPAN } }),
      0,
      /^genvitals: Sentry makes /,
    ],
    [
      'Datadog’s',
      fields({ _ddSpan: { context: () => ({ _name: 'openai.request' }) } }),
      0,
      /^genvitals: dd-trace makes .*DD_TRACE_OPENAI_ENABLED=false/,
    ],
    [
      'Datadog’s of something else',
      fields({ _ddSpan: { context: () => ({ _name: 'web.request' }) } }),
      2,
      undefined,
    ],
    ['the app’s own, around several calls', fields({ kind: 0, attributes: CHAT_SPAN }), 2, undefined],
    ['an agent’s', fields({ attributes: { 'gen_ai.operation.name': 'invoke_agent' } }), 2, undefined],
    [
      'a chain’s of OpenInference',
      fields({ attributes: { 'openinference.span.kind': 'CHAIN' } }),
      2,
      undefined,
    ],
    ['one that throws when it is read', { attributes: { get: () => expect.fail() } }, 2, undefined],
  ])('%s', async (_whose, shape, ours, words) => {
    const { stage, spans, counted, told } = await callIn(() => foreign(shape));
    expect(spans).toBe(ours);
    expect(stage.events()).toHaveLength(2);
    expect(told).toHaveLength(words === undefined ? 0 : 1);
    expect(told.join('')).toMatch(words ?? /^$/);
    expect(counted).toBe(2);
  });
});
