import { context, type Span, trace, TraceFlags } from '@opentelemetry/api';
import { type DataPoint, DataPointType } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import {
  converted,
  currentCall,
  escalated,
  feedback,
  resumeTask,
  sessionActivity,
  startConversation,
  startTask,
  trackAbandonment,
  withContext,
} from '@genvitals/context';
import { keepLastCalls, type Logger, setContextHost } from '@genvitals/context/host';
import { chatCompletion, chatStream } from './answers.ts';
import { CHAT, createStage, type Stage, type StageOptions } from './app-stage.ts';
import { json, sse } from './provider-server.ts';

const KEY = 'a secret that is long enough';
const WORDS = {
  feature: 'support',
  userId: 'anna',
  sessionId: 's-1',
  conversationId: 'c-1',
  prompt: { name: 'greeting', version: '3' },
  experiment: { name: 'tone', variant: 'candidate', unit: 'anna' },
};
const LABELS = {
  'genvitals.feature.name': 'support',
  'gen_ai.prompt.name': 'greeting',
  'gen_ai.prompt.version': '3',
  'genvitals.experiment.name': 'tone',
  'genvitals.experiment.variant': 'candidate',
};

async function createKeyless(options: StageOptions = {}): Promise<Stage> {
  const stage = await createStage(options);
  // As the package does where it is loaded, and here a stage is a process.
  keepLastCalls();
  return stage;
}

/** A process of its own, as far as this package can tell: nothing of the one before is left. */
function createProcess(options: StageOptions = {}): Promise<Stage> {
  return createKeyless({ ...options, env: { GENVITALS_FEEDBACK_KEY: KEY, ...options.env } });
}

async function call(stage: Stage): Promise<void> {
  stage.script(json(chatCompletion()));
  await stage.client().chat.completions.create(CHAT);
}

/** A call under the words, and its token. */
async function tokenOfCall(stage: Stage, words: object = WORDS): Promise<string> {
  const token = await withContext(words, async () => {
    await call(stage);
    return currentCall();
  });
  expect(token).toBeDefined();
  return token as string;
}

function eventsNamed(stage: Stage, name: string): ReturnType<Stage['events']> {
  return stage.events().filter(({ eventName }) => eventName === name);
}

const votes = (stage: Stage): ReturnType<Stage['events']> => eventsNamed(stage, 'gen_ai.evaluation.result');

/** The points of a counter of what people do. */
async function pointsOf(stage: Stage, name: string): Promise<DataPoint<number>[]> {
  const { scopeMetrics } = await stage.collect();
  return scopeMetrics
    .flatMap((scope) => scope.metrics)
    .flatMap((metric) =>
      metric.descriptor.name === name && metric.dataPointType === DataPointType.SUM ? metric.dataPoints : [],
    );
}

/** What was counted, by the label. */
async function counted(stage: Stage, metric: string, label: string): Promise<Record<string, number>> {
  const points = await pointsOf(stage, metric);
  return Object.fromEntries(points.map(({ attributes, value }) => [String(attributes[label]), value]));
}

const ratings = (stage: Stage): Promise<Record<string, number>> =>
  counted(stage, 'genvitals.feedback.submissions', 'genvitals.feedback.rating');

describe('the token of a call', () => {
  test('is there after the await, under nested words, and is that of the newest call', async () => {
    const stage = await createProcess();
    await withContext({ feature: 'outer' }, async () => {
      expect(currentCall()).toBeUndefined();
      await withContext({ feature: 'inner' }, () => call(stage));
      feedback({ call: currentCall(), rating: 'positive' });
      await call(stage);
      feedback({ call: currentCall(), rating: 'negative' });
    });
    expect(currentCall()).toBeUndefined();
    const spans = stage.spans().map((span) => span.spanContext().spanId);
    expect(votes(stage).map(({ spanContext }) => spanContext?.spanId)).toEqual(spans);
    expect(votes(stage).map(({ attributes }) => attributes['genvitals.feature.name'])).toEqual([
      'inner',
      'outer',
    ]);
  });

  test('is there while a stream is read', async () => {
    const stage = await createProcess();
    stage.script(sse(chatStream()));
    const tokens = await withContext(WORDS, async () => {
      const found: (string | undefined)[] = [];
      const stream = await stage.client().chat.completions.create({ ...CHAT, stream: true });
      for await (const _ of stream) found.push(currentCall());
      found.push(currentCall());
      return found;
    });
    expect(tokens.length).toBeGreaterThan(2);
    // The first was given before the answer's id was known, the last after: it is one call all the same.
    expect(feedback({ call: tokens[0], rating: 'positive' }).status).toBe('counted');
    expect(feedback({ call: tokens.at(-1), rating: 'negative' }).status).toBe('revised');
  });

  test('is there under the bare span of a request, without words', async () => {
    const stage = await createProcess();
    const tracer = trace.getTracer('app');
    await tracer.startActiveSpan('GET /ask', async (span: Span) => {
      await call(stage);
      expect(feedback({ call: currentCall(), score: 1 }).status).toBe('counted');
      span.end();
    });
    expect(votes(stage)[0]?.attributes['genvitals.feature.name']).toBe('unset');
  });

  test('counts under a route that is told only while the call runs, as the call does', async () => {
    const stage = await createProcess();
    const span = trace.getTracer('app').startSpan('GET');
    const request: { span: Span; route?: string } = { span };
    const inner = trace.getTracer('app').startSpan('inner');
    const around = context
      .active()
      .setValue(Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA'), request);
    await context.with(trace.setSpan(around, inner), async () => {
      const answer = call(stage);
      request.route = '/ask';
      await answer;
    });
    // Asked under the request's own span, beside the one that the call was made in.
    const token = context.with(trace.setSpan(around, span), currentCall);
    feedback({ call: token, rating: 'positive' });
    expect(stage.span().attributes['genvitals.feature.name']).toBe('/ask');
    expect(votes(stage)[0]?.attributes['genvitals.feature.name']).toBe('/ask');
  });

  test('is shorter than 400 characters, safe in addresses, and names no user', async () => {
    const stage = await createProcess({
      env: { GENVITALS_USER_ID: 'raw' },
      diagnostics: ['too long for a token'],
    });
    const token = await tokenOfCall(stage);
    expect(token).toMatch(/^[\w.-]{100,399}$/);
    expect(Buffer.from(token.slice(4), 'base64url').toString('latin1')).not.toContain('anna');
    const long = (letter: string): string => letter.repeat(200);
    const longToken = await tokenOfCall(stage, {
      feature: long('f'),
      conversationId: long('c'),
      prompt: { name: long('p'), version: long('v') },
      experiment: { name: long('e'), variant: 'candidate' },
    });
    expect(longToken.length).toBeLessThan(400);
    expect(feedback({ call: longToken, rating: 'neutral' }).status).toBe('counted');
    expect(votes(stage)[0]?.attributes['genvitals.feature.name']).toBe(long('f'));
  });

  test('counts in another process under the labels of its call, beside the span of its call', async () => {
    const first = await createProcess();
    const token = await tokenOfCall(first);
    const span = first.span().spanContext();
    const second = await createProcess();
    expect(feedback({ call: token, rating: 'positive' })).toMatchObject({
      status: 'counted',
      rating: 'positive',
    });
    const [vote] = votes(second);
    expect(vote?.spanContext).toMatchObject({
      traceId: span.traceId,
      spanId: span.spanId,
      traceFlags: TraceFlags.SAMPLED,
    });
    expect(vote?.attributes).toEqual({
      ...LABELS,
      'gen_ai.conversation.id': 'c-1',
      'gen_ai.evaluation.name': 'user_feedback',
      'gen_ai.evaluation.score.value': 1,
      'gen_ai.evaluation.score.label': 'positive',
      'gen_ai.response.id': 'chatcmpl-1',
      'genvitals.evaluation.evaluator.type': 'human',
      'genvitals.evaluation.id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'genvitals.feedback.revision': false,
    });
    const points = await pointsOf(second, 'genvitals.feedback.submissions');
    expect(points.map(({ attributes, value }) => [attributes, value])).toEqual(
      ['positive', 'negative', 'neutral'].map((rating) => [
        { ...LABELS, 'genvitals.feedback.rating': rating },
        rating === 'positive' ? 1 : 0,
      ]),
    );
  });

  test('is good in its own process alone where no key is set, and says so elsewhere', async () => {
    const first = await createKeyless();
    const token = await tokenOfCall(first);
    expect(feedback({ call: token, rating: 'positive' }).status).toBe('counted');
    await createKeyless();
    expect(feedback({ call: token, rating: 'positive' })).toMatchObject({
      status: 'refused',
      code: 'TOKEN_UNSIGNED',
      reason: expect.stringContaining('GENVITALS_FEEDBACK_KEY'),
    });
    const third = await createProcess();
    const signed = await tokenOfCall(third);
    const fourth = await createKeyless({ env: { GENVITALS_FEEDBACK_KEY: 'off' } });
    expect(feedback({ call: signed, rating: 'positive' })).toMatchObject({ code: 'TOKEN_UNCHECKED' });
    expect(votes(fourth)).toEqual([]);
  });

  test('has what a call is found by where nobody traces, once the answer is there', async () => {
    const stage = await createProcess({ without: ['trace', 'context'] });
    const token = await tokenOfCall(stage);
    feedback({ call: token, rating: 'positive' });
    expect(votes(stage)[0]?.attributes).toMatchObject({ ...LABELS, 'gen_ai.response.id': 'chatcmpl-1' });
    expect(votes(stage)[0]?.spanContext).toBeUndefined();
  });
});

describe('feedback', () => {
  test('that changes is an event that says so, under one id, and no second count', async () => {
    const stage = await createProcess();
    const token = await tokenOfCall(stage);
    expect(feedback({ call: token, rating: 'positive' }).status).toBe('counted');
    expect(feedback({ call: token, rating: 'negative' }).status).toBe('revised');
    expect(feedback({ call: token, rating: 'negative' })).toMatchObject({ code: 'FEEDBACK_REPEATED' });
    expect(feedback({ responseId: 'chatcmpl-1', rating: 'neutral' }).status).toBe('revised');
    expect(await ratings(stage)).toEqual({ positive: 1, negative: 0, neutral: 0 });
    const said = votes(stage).map(({ attributes }) => attributes);
    expect(said.map((each) => each['genvitals.feedback.revision'])).toEqual([false, true, true]);
    expect(new Set(said.map((each) => each['genvitals.evaluation.id'])).size).toBe(1);
  });

  test.each([
    [1, 'positive'],
    [0.6, 'positive'],
    [0.5, 'neutral'],
    [0.4, 'negative'],
    [0, 'negative'],
  ])('of a score of %d is %s', async (score, rating) => {
    const stage = await createProcess();
    expect(feedback({ call: await tokenOfCall(stage), score })).toMatchObject({ rating });
    expect(votes(stage)[0]?.attributes).toMatchObject({
      'gen_ai.evaluation.score.value': score,
      'gen_ai.evaluation.score.label': rating,
    });
  });

  test.each([
    {},
    { rating: 'good' },
    { score: 5 },
    { score: Number.NaN },
    { rating: 'positive', score: '1' },
  ] as object[])('of %j is refused, counts nothing and throws nothing', async (words) => {
    const stage = await createProcess();
    const token = await tokenOfCall(stage);
    expect(feedback({ call: token, ...words })).toMatchObject({
      status: 'refused',
      code: 'FEEDBACK_INVALID',
    });
    expect(votes(stage)).toEqual([]);
    expect(await pointsOf(stage, 'genvitals.feedback.submissions')).toEqual([]);
  });

  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a number', 7],
    ['an object', {}],
    ['a prefix', 'gv1.'],
    ['other characters', 'gv1.!!!'],
    ['a long text', `gv1.${'A'.repeat(5000)}`],
    ['a NUL', '\u0000'],
  ])('on %s in place of a token is refused and throws nothing', async (_name, token) => {
    const stage = await createProcess();
    expect(feedback({ call: token as string, rating: 'positive' })).toMatchObject({ status: 'refused' });
    expect(feedback(token as never)).toMatchObject({ status: 'refused' });
    expect(votes(stage)).toEqual([]);
  });

  test('on a token of which any character was changed is refused', async () => {
    const stage = await createProcess();
    const token = await tokenOfCall(stage);
    for (let at = 4; at < token.length; at++) {
      const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(feedback({ call: forged, rating: 'positive' }), `${at}`).toMatchObject({ code: 'TOKEN_FORGED' });
    }
    for (const more of ['A', 'x', 'AAAA', '=', ' '])
      expect(feedback({ call: token + more, rating: 'positive' }), more).toMatchObject({
        code: 'TOKEN_FORGED',
      });
    expect(votes(stage)).toEqual([]);
  });

  test('on a token that has expired is refused', async () => {
    const stage = await createProcess({ env: { GENVITALS_FEEDBACK_EXPIRY_DAYS: '0.000001' } });
    const token = await tokenOfCall(stage);
    await expect
      .poll(() => feedback({ call: token, rating: 'positive' }), { timeout: 5000 })
      .toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  test('writes no user id without a key, hashed or raw, unless raw ids are asked for', async () => {
    const quiet = await createProcess();
    const token = await tokenOfCall(quiet);
    withContext({ userId: 'anna' }, () => feedback({ call: token, rating: 'positive', userId: 'berta' }));
    const written = [
      votes(quiet).map(({ attributes }) => attributes),
      await pointsOf(quiet, 'genvitals.feedback.submissions'),
    ];
    expect(JSON.stringify(written)).not.toMatch(/anna|berta/);
    expect(votes(quiet)[0]?.attributes).not.toHaveProperty('user.id');
    const raw = await createProcess({ env: { GENVITALS_USER_ID: 'raw' } });
    feedback({ call: token, rating: 'positive', userId: 'berta' });
    expect(votes(raw)[0]?.attributes['user.id']).toBe('berta');
    const hashed = await createProcess({ env: { GENVITALS_HASH_KEY: 'pepper', GENVITALS_USER_ID: 'auto' } });
    feedback({ call: token, rating: 'positive', userId: 'berta' });
    expect(votes(hashed)[0]?.attributes['user.id']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('has its comment only where content is asked for, masked', async () => {
    const comment = 'Wrong, write to anna@example.com';
    const closed = await createProcess();
    feedback({ call: await tokenOfCall(closed), rating: 'negative', comment });
    expect(votes(closed)[0]?.attributes).not.toHaveProperty('gen_ai.evaluation.explanation');
    const open = await createProcess({
      env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'EVENT_ONLY' },
    });
    feedback({ call: await tokenOfCall(open), rating: 'negative', comment });
    const written = votes(open)[0]?.attributes['gen_ai.evaluation.explanation'];
    expect(written).toContain('Wrong, write to');
    expect(written).not.toContain('anna@');
  });
});

test('a judge gets each vote, and the comment that others do not', async () => {
  const judged: Parameters<Logger['emit']>[0][] = [];
  const judge: Logger = { emit: (record) => void judged.push(record) };
  const stage = await createProcess({ host: { judge } });
  // As @genvitals/node does where a judge is set.
  setContextHost({ judge });
  feedback({ call: await tokenOfCall(stage), rating: 'negative', comment: 'Wrong' });
  const [said] = judged.filter(({ eventName }) => eventName === 'gen_ai.evaluation.result');
  expect(said?.attributes).toMatchObject({ ...LABELS, 'gen_ai.evaluation.explanation': 'Wrong' });
  expect(votes(stage)).toHaveLength(1);
  expect(votes(stage)[0]?.attributes).not.toHaveProperty('gen_ai.evaluation.explanation');
});

describe('outcomes', () => {
  test('of a task are counted once, beside what was started, in any process', async () => {
    const first = await createProcess({ diagnostics: ['the end of the task refund is left out'] });
    const task = withContext(WORDS, () => startTask('refund'));
    expect(task.complete()).toEqual({ status: 'counted' });
    expect(task.fail('late')).toMatchObject({ status: 'refused', code: 'OUTCOME_REPEATED' });
    expect(resumeTask(String(task.token))?.complete()).toMatchObject({ code: 'OUTCOME_REPEATED' });
    const statuses = await counted(first, 'genvitals.task.outcomes', 'genvitals.task.status');
    expect(statuses).toEqual({ completed: 1, failed: 0, abandoned: 0, escalated: 0 });
    expect(await counted(first, 'genvitals.task.started', 'genvitals.task.name')).toEqual({ refund: 1 });
    expect(eventsNamed(first, 'genvitals.task.outcome')).toHaveLength(1);

    const other = withContext(WORDS, () => startTask('refund'));
    const second = await createProcess({ diagnostics: ['resumeTask() has no task'] });
    resumeTask(String(other.token))?.escalate({ reason: 'angry', target: 'tier2' });
    expect(eventsNamed(second, 'genvitals.task.outcome')[0]?.attributes).toMatchObject({
      ...LABELS,
      'genvitals.task.name': 'refund',
      'genvitals.task.status': 'escalated',
      'genvitals.escalation.reason': 'angry',
      'genvitals.escalation.target': 'tier2',
      'gen_ai.conversation.id': 'c-1',
    });
    expect(await pointsOf(second, 'genvitals.task.started')).toEqual([]);
    expect(resumeTask('gv1.nonsense')).toBeUndefined();
  });

  test('of a call are told later by its token, each once', async () => {
    const stage = await createProcess({ diagnostics: [/an escalation|a conversion is left out/] });
    const token = await tokenOfCall(stage);
    const sale = { name: 'sale', value: { amount: 12.5, currency: 'EUR' }, of: token };
    expect(converted(sale).status).toBe('counted');
    expect(converted(sale)).toMatchObject({ code: 'OUTCOME_REPEATED' });
    expect(converted({ name: 'sale', value: { amount: 1, currency: 'euro' } })).toMatchObject({
      code: 'OUTCOME_INVALID',
    });
    expect(withContext(WORDS, () => escalated({ reason: 'angry' })).status).toBe('counted');
    expect(escalated({ of: token })).toMatchObject({ code: 'OUTCOME_REPEATED' });
    expect(await counted(stage, 'genvitals.conversions', 'genvitals.conversion.name')).toEqual({ sale: 1 });
    expect(eventsNamed(stage, 'genvitals.conversion')[0]?.attributes).toMatchObject({
      ...LABELS,
      'genvitals.conversion.value.amount': 12.5,
      'genvitals.conversion.value.currency': 'EUR',
    });
    expect(await counted(stage, 'genvitals.conversation.escalations', 'genvitals.feature.name')).toEqual({
      support: 1,
    });
  });

  test('of a conversation begin with its start, and its activity is an event', async () => {
    const stage = await createProcess({
      diagnostics: ['a conversation is left out', 'an activity is left out'],
    });
    withContext(WORDS, () => {
      expect(startConversation().status).toBe('counted');
      expect(startConversation()).toMatchObject({ code: 'OUTCOME_REPEATED' });
      expect(sessionActivity({ kind: 'answer' }).status).toBe('counted');
    });
    expect(sessionActivity()).toMatchObject({ code: 'OUTCOME_INVALID' });
    expect(await counted(stage, 'genvitals.conversation.started', 'genvitals.feature.name')).toEqual({
      support: 1,
    });
    expect(eventsNamed(stage, 'genvitals.session.activity')[0]?.attributes).toMatchObject({
      'genvitals.session.activity.kind': 'answer',
      'gen_ai.conversation.id': 'c-1',
      'session.id': 's-1',
    });
  });
});

describe('abandonment in one process', () => {
  test('is told of conversations that end unanswered or disliked, once, and of no others', async () => {
    const stage = await createProcess();
    const tracking = trackAbandonment({ idleMs: 200 });
    const failed = withContext({ conversationId: 'failed' }, async () => {
      stage.script(json({ error: { message: 'no' } }, 500));
      await stage
        .client()
        .chat.completions.create(CHAT)
        .catch(() => undefined);
    });
    await failed;
    const disliked = await tokenOfCall(stage, { conversationId: 'disliked' });
    feedback({ call: disliked, rating: 'negative' });
    await tokenOfCall(stage, { conversationId: 'answered' });
    withContext({ sessionId: 'asked' }, () => sessionActivity());
    withContext({ conversationId: 'done' }, () => {
      sessionActivity();
      sessionActivity({ kind: 'resolved' });
    });
    const given = (): unknown[] =>
      eventsNamed(stage, 'genvitals.conversation.abandoned').map(
        ({ attributes }) => attributes['gen_ai.conversation.id'] ?? attributes['session.id'],
      );
    await expect.poll(given, { timeout: 10_000 }).toEqual(['failed', 'disliked', 'asked']);
    tracking.stop();
    expect(await counted(stage, 'genvitals.conversation.abandonments', 'genvitals.feature.name')).toEqual({
      unset: 3,
    });
  });
});
