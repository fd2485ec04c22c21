import {
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { describe, expect, test } from 'vitest';
import { ask, clientOf, ratingSchema, startSimulator, weatherTool } from './running-simulator.ts';

const context = `Answer from the context only.

Context:
[1] Products can be returned within 30 days of delivery. The item must be unused.
[2] Express shipping costs 9.90 EUR. It takes one business day.

Question: How long do I have to return a product?`;

describe('the real client', () => {
  test('creates a chat completion', async () => {
    const client = clientOf(await startSimulator());
    const completion = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: ask('Reply with exactly OK.'),
    });
    expect(completion.choices[0]?.message.content).toBe('OK.');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.model).toBe('gpt-4o-mini-2024-07-18');
    expect(completion.id).toMatch(/^chatcmpl-[A-Za-z0-9]{29}$/u);
    expect(completion._request_id).toMatch(/^req_[0-9a-f]{32}$/u);
  });

  test('streams the same words it would get in one piece', async () => {
    const client = clientOf(await startSimulator());
    const whole = await client.chat.completions.create({ model: 'gpt-4o', messages: ask(context) });
    const stream = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask(context),
      stream: true,
    });
    let text = '';
    let chunks = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      chunks += 1;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(chunks).toBe((whole.usage?.completion_tokens ?? 0) + 2);
  });

  test('reads several choices of one stream apart', async () => {
    const client = clientOf(await startSimulator());
    const stream = client.chat.completions.stream({
      model: 'gpt-4o',
      messages: ask('What is your refund policy?'),
      n: 3,
    });
    const completion = await stream.finalChatCompletion();
    const texts = completion.choices.map((choice) => choice.message.content);
    expect(texts).toHaveLength(3);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  test('parses structured output', async () => {
    const client = clientOf(await startSimulator());
    const completion = await client.chat.completions.parse({
      model: 'gpt-4o',
      messages: ask('Rate this answer'),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'rating', strict: true, schema: ratingSchema },
      },
    });
    const parsed = completion.choices[0]?.message.parsed as any;
    expect([1, 2, 3, 4, 5]).toContain(parsed.score);
    expect(typeof parsed.grounded).toBe('boolean');
    expect(parsed.reason.length).toBeGreaterThan(5);
    for (const label of parsed.labels) expect(['good', 'bad']).toContain(label);
    expect(Object.keys(parsed)).toEqual(['score', 'grounded', 'reason', 'labels']);
  });

  test('raises its own error when the budget cuts structured output', async () => {
    const client = clientOf(await startSimulator());
    const parsing = client.chat.completions.parse({
      model: 'gpt-4o',
      max_completion_tokens: 3,
      messages: ask('Rate this answer'),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'rating', strict: true, schema: ratingSchema },
      },
    });
    await expect(parsing).rejects.toThrow(LengthFinishReasonError);
  });

  test('runs tools until there is an answer made of what they said', async () => {
    const client = clientOf(await startSimulator());
    const asked: string[] = [];
    const runner = client.chat.completions.runTools({
      model: 'gpt-4o',
      messages: ask('What is the weather in Paris and Tokyo?'),
      tools: [
        {
          type: 'function',
          function: {
            ...weatherTool.function,
            parse: JSON.parse,
            function: ({ location }: { location: string }) => {
              asked.push(location);
              return { location, temperature: location === 'Paris' ? 11 : 24 };
            },
          },
        } as any,
      ],
    });
    const answer = await runner.finalContent();
    expect(asked).toEqual(['Paris', 'Tokyo']);
    expect(answer).toContain('11');
    expect(answer).toContain('24');
  });

  test('calls several tools in one stream, their arguments interleaved', async () => {
    const client = clientOf(await startSimulator());
    const order: number[] = [];
    const stream = client.chat.completions
      .stream({
        model: 'gpt-4o',
        messages: ask('What is the weather in Paris and Tokyo?'),
        tools: [weatherTool],
      })
      .on('chunk', (chunk) => {
        for (const call of chunk.choices[0]?.delta.tool_calls ?? [])
          if (call.function?.arguments) order.push(call.index);
      });
    const completion = await stream.finalChatCompletion();
    const calls = completion.choices[0]?.message.tool_calls ?? [];
    expect(
      calls.map((call) => (call.type === 'function' ? JSON.parse(call.function.arguments).location : '')),
    ).toEqual(['Paris', 'Tokyo']);
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    expect(order.slice(0, 4)).toEqual([0, 1, 0, 1]);
  });

  test('makes one call at a time where parallel calls are off', async () => {
    const client = clientOf(await startSimulator());
    const completion = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('What is the weather in Paris and Tokyo?'),
      tools: [weatherTool],
      parallel_tool_calls: false,
    });
    expect(completion.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  test('calls no tool that has nothing to do with the question, unless it must', async () => {
    const client = clientOf(await startSimulator());
    const request = { model: 'gpt-4o', messages: ask('Who wrote Hamlet?'), tools: [weatherTool] };
    const free = await client.chat.completions.create(request);
    const forced = await client.chat.completions.create({ ...request, tool_choice: 'required' });
    const never = await client.chat.completions.create({
      ...request,
      messages: ask('Weather in Rome?'),
      tool_choice: 'none',
    });
    expect(free.choices[0]?.message.tool_calls).toBeUndefined();
    expect(forced.choices[0]?.message.tool_calls).toHaveLength(1);
    expect(never.choices[0]?.finish_reason).toBe('stop');
  });

  test('gets a refusal as a refusal, plain, streamed and by Responses', async () => {
    const client = clientOf(await startSimulator());
    const messages = ask('Best ways to make a bomb at home');
    const plain = await client.chat.completions.create({ model: 'gpt-4o', messages });
    const streamed = await client.chat.completions
      .stream({ model: 'gpt-4o', messages })
      .finalChatCompletion();
    const response = await client.responses.stream({ model: 'gpt-4o', input: messages }).finalResponse();
    expect(plain.choices[0]?.message.content).toBeNull();
    expect(plain.choices[0]?.message.refusal).toMatch(/can't help/u);
    expect(streamed.choices[0]?.message.refusal).toBe(plain.choices[0]?.message.refusal);
    const item = response.output.find((one) => one.type === 'message');
    expect(item?.content[0]).toMatchObject({ type: 'refusal', refusal: plain.choices[0]?.message.refusal });
  });

  test('creates, streams and retrieves a response', async () => {
    const client = clientOf(await startSimulator());
    const created = await client.responses.create({ model: 'gpt-5-mini', input: context });
    expect(created.output_text).toContain('within 30 days of delivery');
    expect(created.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
    const retrieved = await client.responses.retrieve(created.id);
    expect(retrieved.output_text).toBe(created.output_text);
    expect(retrieved.usage).toEqual(created.usage);
    const streamed = await client.responses.stream({ model: 'gpt-5-mini', input: context }).finalResponse();
    expect(streamed.output_text).toBe(created.output_text);
    const types: string[] = [];
    for await (const event of await client.responses.retrieve(streamed.id, { stream: true }))
      types.push(event.type);
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
    await client.responses.delete(created.id);
    await expect(client.responses.retrieve(created.id)).rejects.toThrow(NotFoundError);
  });

  test('goes on from an earlier response', async () => {
    const client = clientOf(await startSimulator());
    const first = await client.responses.create({
      model: 'gpt-4o',
      input: context,
      instructions: 'Be brief.',
    });
    const second = await client.responses.create({
      model: 'gpt-4o',
      input: 'And what does express shipping cost?',
      previous_response_id: first.id,
    });
    expect(second.output_text).toContain('9.90 EUR');
    expect(second.usage?.input_tokens).toBeGreaterThan(first.usage?.input_tokens ?? 0);
  });

  test('calls functions by Responses, streamed and plain', async () => {
    const client = clientOf(await startSimulator());
    const { function: facts } = weatherTool;
    const request = {
      model: 'gpt-4o',
      input: 'What is the weather in Paris and Tokyo?',
      tools: [{ type: 'function' as const, ...facts, parameters: { ...facts.parameters }, strict: true }],
    };
    const plain = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    for (const response of [plain, streamed]) {
      const calls = response.output.flatMap((item: any) => (item.type === 'function_call' ? [item] : []));
      expect(calls.map((call) => JSON.parse(call.arguments).location)).toEqual(['Paris', 'Tokyo']);
    }
    const answered = await client.responses.create({
      ...request,
      input: [
        { role: 'user', content: request.input },
        ...(plain.output as any[]),
        ...plain.output.map((item: any) => ({
          type: 'function_call_output',
          call_id: item.call_id,
          output: '{"temperature": 17}',
        })),
      ],
    });
    expect(answered.output_text).toContain('17');
  });

  test('polls a background response from queued to completed', async () => {
    let nowMs = 1_790_000_000_000;
    const simulator = await startSimulator({ latencyScale: 1, now: () => nowMs });
    const client = clientOf(simulator);
    const created = client.responses.create({ model: 'gpt-4o-mini', input: 'Hello there', background: true });
    const queued = await created;
    expect(queued.status).toBe('queued');
    expect(queued.usage ?? null).toBeNull();
    const seen = [queued.status];
    for (let poll = 0; poll < 60; poll += 1) {
      nowMs += 200;
      const { status } = await client.responses.retrieve(queued.id);
      if (status !== seen.at(-1)) seen.push(status);
    }
    expect(seen).toEqual(['queued', 'in_progress', 'completed']);
    const counts = simulator.counts();
    const done = await client.responses.retrieve(queued.id);
    expect(counts.tokensSent.output).toBe(done.usage?.output_tokens);
    expect(counts.tokens).toEqual(counts.tokensSent);
    expect(counts.calls.total).toBe(1);
  });

  test('cancels a background response', async () => {
    const client = clientOf(await startSimulator({ latencyScale: 1 }));
    const queued = await client.responses.create({
      model: 'gpt-5',
      input: 'Write 2000 words',
      background: true,
    });
    expect((await client.responses.cancel(queued.id)).status).toBe('cancelled');
    expect((await client.responses.retrieve(queued.id)).status).toBe('cancelled');
  });

  test('moderates', async () => {
    const client = clientOf(await startSimulator());
    const { results } = await client.moderations.create({ input: ['You are stupid', 'What a nice day'] });
    expect(results.map((result) => result.flagged)).toEqual([true, false]);
    expect(results[0]?.categories.harassment).toBe(true);
  });

  test('completes prompts the old way, plain and streamed', async () => {
    const client = clientOf(await startSimulator());
    const request = { model: 'gpt-3.5-turbo-instruct', prompt: ['Say yes', 'Say no'], max_tokens: 5 };
    const plain = await client.completions.create(request);
    expect(plain.choices.map((choice) => choice.text)).toEqual(['yes', 'no']);
    const stream = await client.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.at(-1)?.usage).toEqual(plain.usage);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  test('lists models', async () => {
    const client = clientOf(await startSimulator());
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    expect(names).toContain('gpt-4o-mini');
    expect((await client.models.retrieve('text-embedding-3-small')).object).toBe('model');
    await expect(client.models.retrieve('gpt-none')).rejects.toThrow(NotFoundError);
  });
});

describe('errors are of the right class', () => {
  const good = { model: 'gpt-4o', messages: ask('Hello') };
  const cases: readonly [string, any, any, Record<string, unknown>][] = [
    ['a missing model', { messages: good.messages }, BadRequestError, { status: 400 }],
    [
      'missing messages',
      { model: 'gpt-4o' },
      BadRequestError,
      { param: 'messages', code: 'missing_required_parameter' },
    ],
    ['an empty conversation', { model: 'gpt-4o', messages: [] }, BadRequestError, { code: 'empty_array' }],
    [
      'a wrong role',
      { model: 'gpt-4o', messages: [{ role: 'boss', content: 'x' }] },
      BadRequestError,
      { code: 'invalid_value' },
    ],
    ['a temperature of 3', { ...good, temperature: 3 }, BadRequestError, { code: 'decimal_above_max_value' }],
    ['a temperature of "hot"', { ...good, temperature: 'hot' }, BadRequestError, { code: 'invalid_type' }],
    [
      'max_tokens for a reasoning model',
      { ...good, model: 'gpt-5-nano', max_tokens: 5 },
      BadRequestError,
      { code: 'unsupported_parameter' },
    ],
    [
      'stream_options without a stream',
      { ...good, stream_options: { include_usage: true } },
      BadRequestError,
      { param: 'stream_options' },
    ],
    [
      'a tool message without a tool call',
      { model: 'gpt-4o', messages: [{ role: 'tool', tool_call_id: 'a', content: 'b' }] },
      BadRequestError,
      { type: 'invalid_request_error' },
    ],
    [
      'a schema without a name',
      { ...good, response_format: { type: 'json_schema', json_schema: { schema: {} } } },
      BadRequestError,
      { param: 'response_format.json_schema.name' },
    ],
    [
      'a prompt over the context window',
      { model: 'gpt-3.5-turbo', messages: ask('word '.repeat(17_000)) },
      BadRequestError,
      { code: 'context_length_exceeded' },
    ],
    [
      'an unknown model',
      { ...good, model: 'gpt-99' },
      NotFoundError,
      { code: 'model_not_found', status: 404 },
    ],
    [
      'an embedding model',
      { ...good, model: 'text-embedding-3-small' },
      PermissionDeniedError,
      { status: 403 },
    ],
  ];
  test.each(cases)('%s', async (_name, body, errorClass, facts) => {
    const client = clientOf(await startSimulator());
    const error: any = await client.chat.completions.create(body).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject(facts);
    expect(error.requestID).toMatch(/^req_/u);
  });

  test('keys: a missing one, a wrong one, one without quota', async () => {
    const simulator = await startSimulator();
    const wrong: any = await clientOf(simulator, { apiKey: 'sk-invalid' })
      .models.list()
      .catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(AuthenticationError);
    expect(wrong).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      type: 'invalid_request_error',
      param: null,
    });
    const none = clientOf(simulator, { apiKey: 'sk-no-quota' });
    const quota: any = await none.embeddings
      .create({ model: 'text-embedding-3-small', input: 'a' })
      .catch((error: unknown) => error);
    expect(quota).toBeInstanceOf(RateLimitError);
    expect(quota.code).toBe('insufficient_quota');
    const response = await fetch(`${simulator.url}/models`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('an unknown previous response is a bad request, an unknown response is not found', async () => {
    const client = clientOf(await startSimulator());
    const previous = client.responses.create({
      model: 'gpt-4o',
      input: 'x',
      previous_response_id: 'resp_none',
    });
    await expect(previous).rejects.toThrow(BadRequestError);
    await expect(client.responses.retrieve('resp_none')).rejects.toThrow(NotFoundError);
  });
});
