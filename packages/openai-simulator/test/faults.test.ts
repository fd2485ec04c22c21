import { type FaultName, type Simulator, faultNames } from '@genvitals/openai-simulator';
import { APIConnectionError, APIConnectionTimeoutError, InternalServerError, RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, clientOf, send, startSimulator } from './running-simulator.ts';

const question = { model: 'gpt-4o', messages: ask('What is your refund policy?') };

interface Outcome {
  readonly text: string;
  readonly error: any;
  readonly finish: string | null | undefined;
  readonly usage: unknown;
}

async function plain(simulator: Simulator, timeout = 10_000): Promise<Outcome> {
  try {
    const body = await clientOf(simulator, { timeout }).chat.completions.create(question);
    return {
      text: body.choices[0]?.message.content ?? '',
      error: undefined,
      finish: body.choices[0]?.finish_reason,
      usage: body.usage,
    };
  } catch (error) {
    return { text: '', error, finish: undefined, usage: undefined };
  }
}

async function streamed(simulator: Simulator, timeout = 10_000): Promise<Outcome> {
  let text = '';
  let finish: string | null | undefined;
  let usage: unknown;
  try {
    const stream = await clientOf(simulator, { timeout }).chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    return { text, error: undefined, finish, usage };
  } catch (error) {
    return { text, error, finish, usage };
  }
}

type Check = (outcome: Outcome, whole: Outcome) => void;

function failsWith(errorClass: new (...args: any[]) => unknown, facts: object = {}): Check {
  return ({ error, text }) => {
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject(facts);
    expect(text).toBe('');
  };
}

const breaksHalfway: Check = ({ error, text, usage }, whole) => {
  expect(error).toBeInstanceOf(Error);
  expect(text.length).toBeGreaterThan(0);
  expect(whole.text.startsWith(text)).toBe(true);
  expect(text.length).toBeLessThan(whole.text.length);
  expect(usage).toBeUndefined();
};

const hasNoUsage: Check = ({ text, usage, error }, whole) => {
  expect(error).toBeUndefined();
  expect(text).toBe(whole.text);
  expect(usage).toBeUndefined();
};

const isFiltered: Check = ({ text, finish, usage }, whole) => {
  expect(finish).toBe('content_filter');
  expect(whole.text.startsWith(text)).toBe(true);
  expect(text.length).toBeLessThan(whole.text.length);
  expect(usage).toBeDefined();
};

interface FaultCheck {
  readonly plain: Check;
  readonly stream: Check;
  readonly counted: 'answered' | 'errors' | 'aborted';
  readonly timeoutMs?: number;
}

/** What the client sees of each fault, plain and streamed, and how it is counted. */
const expected: Record<FaultName, FaultCheck> = {
  'server-error': {
    plain: failsWith(InternalServerError, { status: 500, type: 'server_error' }),
    stream: failsWith(InternalServerError),
    counted: 'errors',
  },
  overloaded: {
    plain: failsWith(InternalServerError, { status: 503 }),
    stream: failsWith(InternalServerError, { status: 503 }),
    counted: 'errors',
  },
  'rate-limit': {
    plain: failsWith(RateLimitError, { code: 'rate_limit_exceeded' }),
    stream: failsWith(RateLimitError),
    counted: 'errors',
  },
  'no-quota': {
    plain: failsWith(RateLimitError, { code: 'insufficient_quota' }),
    stream: failsWith(RateLimitError),
    counted: 'errors',
  },
  'cut-connection': {
    plain: failsWith(APIConnectionError),
    stream: failsWith(APIConnectionError),
    counted: 'errors',
  },
  'cut-stream': { plain: failsWith(Error), stream: breaksHalfway, counted: 'errors' },
  'error-event': { plain: failsWith(InternalServerError), stream: breaksHalfway, counted: 'errors' },
  'response-failed': {
    plain: failsWith(InternalServerError),
    stream: breaksHalfway,
    counted: 'errors',
  },
  hang: {
    plain: failsWith(APIConnectionTimeoutError),
    stream: failsWith(APIConnectionTimeoutError),
    counted: 'aborted',
    timeoutMs: 500,
  },
  'invalid-json': { plain: failsWith(SyntaxError), stream: breaksHalfway, counted: 'errors' },
  'no-usage': { plain: hasNoUsage, stream: hasNoUsage, counted: 'answered' },
  'content-filter': { plain: isFiltered, stream: isFiltered, counted: 'answered' },
};

async function settled(simulator: Simulator, calls: number): Promise<void> {
  await expect.poll(() => simulator.counts().calls.total).toBe(calls);
}

describe('faults', () => {
  test.each(faultNames)('%s is what the client sees, once', async (name) => {
    const simulator = await startSimulator();
    const whole = { plain: await plain(simulator), stream: await streamed(simulator) };
    expect(whole.stream.text).toBe(whole.plain.text);
    simulator.failNext(name, 2);
    const { timeoutMs } = expected[name];
    expected[name].plain(await plain(simulator, timeoutMs), whole.plain);
    expected[name].stream(await streamed(simulator, timeoutMs), whole.stream);
    await settled(simulator, 4);
    const { calls } = simulator.counts();
    expect(calls[expected[name].counted]).toBe(expected[name].counted === 'answered' ? 4 : 2);
    expect(await plain(simulator)).toEqual(whole.plain);
  });

  test('are asked for by header, for some attempts of a call that retries', async () => {
    const simulator = await startSimulator();
    const headers = { 'x-simulator-fault': 'server-error*2' };
    const patient = await clientOf(simulator, { maxRetries: 2 }).chat.completions.create(question, {
      headers,
    });
    expect(patient.choices).toHaveLength(1);
    expect(simulator.counts().calls).toMatchObject({ total: 3, errors: 2, answered: 1, retries: 2 });
    const impatient = clientOf(simulator, { maxRetries: 1 }).chat.completions.create(question, { headers });
    await expect(impatient).rejects.toThrow(InternalServerError);
    const unknown = await send(simulator, '/chat/completions', question, { 'x-simulator-fault': 'fire' });
    expect(unknown.status).toBe(400);
    for (const name of faultNames) expect(unknown.body.error.message).toContain(name);
  });

  test('are asked for by HTTP', async () => {
    const simulator = await startSimulator();
    const url = simulator.url.replace('/v1', '/simulator/fault');
    const set = await fetch(url, { method: 'POST', body: JSON.stringify({ name: 'overloaded', times: 1 }) });
    expect(set.status).toBe(200);
    expect((await plain(simulator)).error.status).toBe(503);
    expect((await plain(simulator)).error).toBeUndefined();
    expect((await fetch(url, { method: 'POST', body: '{"name":"fire"}' })).status).toBe(400);
    expect((await fetch(url, { method: 'POST', body: '{"name":"hang","times":-1}' })).status).toBe(400);
  });

  test('end a Responses stream as failed or with an error event, and a plain one as failed with 200', async () => {
    const simulator = await startSimulator();
    const client = clientOf(simulator);
    const request = { model: 'gpt-4o', input: 'What is your refund policy?' };
    simulator.failNext('response-failed');
    const failed = await client.responses.create(request);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'server_error' }, output: [] });
    simulator.failNext('response-failed');
    const types: string[] = [];
    for await (const event of await client.responses.create({ ...request, stream: true }))
      types.push(event.type);
    expect(types).toContain('response.output_text.delta');
    expect(types.at(-1)).toBe('response.failed');
    simulator.failNext('error-event');
    const broken = async (): Promise<void> => {
      for await (const event of await client.responses.create({ ...request, stream: true }))
        types.push(event.type);
    };
    await expect(broken()).rejects.toMatchObject({ code: 'server_error' });
    expect(simulator.counts().calls).toMatchObject({ total: 3, errors: 3 });
  });
});
