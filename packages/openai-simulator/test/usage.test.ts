import { describe, expect, test } from 'vitest';
import { ask, clientOf, eventsOf, send, startSimulator } from './running-simulator.ts';

const long = 'All the rules of the house are written down in this long preamble. ';

describe('usage', () => {
  test('is told in a stream only where it is asked for, and then in a last chunk of its own', async () => {
    const simulator = await startSimulator();
    const request = { model: 'gpt-4o', messages: ask('Hello'), stream: true };
    const silent = eventsOf((await send(simulator, '/chat/completions', request)).text);
    const told = eventsOf(
      (await send(simulator, '/chat/completions', { ...request, stream_options: { include_usage: true } }))
        .text,
    );
    expect(silent.every((chunk) => !('usage' in chunk) && chunk.choices.length === 1)).toBe(true);
    expect(told.slice(0, -1).every((chunk) => chunk.usage === null && chunk.choices.length === 1)).toBe(true);
    expect(told.at(-1).choices).toEqual([]);
    expect(told.at(-1).usage.completion_tokens).toBe(told.length - 3);
    expect(silent).toHaveLength(told.length - 1);
  });

  test('ends every chat stream with [DONE]', async () => {
    const { text } = await send(await startSimulator(), '/chat/completions', {
      model: 'gpt-4o',
      messages: ask('Hello'),
      stream: true,
    });
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('counts cached tokens in steps of 128 from 1,024 on, and more as the known beginning grows', async () => {
    const client = clientOf(await startSimulator());
    const cachedOf = async (system: string, question: string): Promise<[number, number]> => {
      const { usage } = await client.chat.completions.create({
        model: 'gpt-4o',
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: question },
        ],
      });
      return [usage?.prompt_tokens ?? 0, usage?.prompt_tokens_details?.cached_tokens ?? -1];
    };
    expect((await cachedOf(long.repeat(20), 'First?'))[1]).toBe(0);
    expect((await cachedOf(long.repeat(20), 'Second?'))[1]).toBe(0);
    expect((await cachedOf(long.repeat(120), 'First?'))[1]).toBe(0);
    const [prompt, cached] = await cachedOf(long.repeat(120), 'Second?');
    expect(cached).toBeGreaterThanOrEqual(1024);
    expect(cached % 128).toBe(0);
    expect(prompt - cached).toBeLessThan(128 + 20);
    const [, grown] = await cachedOf(long.repeat(240), 'Third?');
    expect(grown).toBe(cached);
    expect((await cachedOf(long.repeat(240), 'Fourth?'))[1]).toBeGreaterThan(grown);
  });

  test('another model has not seen the prompt, and a cache forgets after ten minutes', async () => {
    let nowMs = 1_790_000_000_000;
    const client = clientOf(await startSimulator({ now: () => nowMs }));
    const cachedOf = async (model: string): Promise<number | undefined> =>
      (await client.responses.create({ model, input: long.repeat(120) })).usage?.input_tokens_details
        .cached_tokens;
    expect(await cachedOf('gpt-4o')).toBe(0);
    expect(await cachedOf('gpt-4o-mini')).toBe(0);
    expect(await cachedOf('gpt-4o')).toBeGreaterThan(1000);
    nowMs += 11 * 60_000;
    expect(await cachedOf('gpt-4o')).toBe(0);
  });

  test('has reasoning tokens only for models that reason, and more for more effort', async () => {
    const client = clientOf(await startSimulator());
    const reasoningOf = async (model: string, effort?: 'low' | 'high'): Promise<number> => {
      let sum = 0;
      for (let call = 0; call < 10; call += 1) {
        const { usage } = await client.chat.completions.create({
          model,
          messages: ask('Hello'),
          ...(effort === undefined ? {} : { reasoning_effort: effort }),
        });
        const tokens = usage?.completion_tokens_details?.reasoning_tokens ?? -1;
        expect(tokens % 64).toBe(0);
        expect(tokens).toBeLessThan(usage?.completion_tokens ?? 0);
        sum += tokens;
      }
      return sum;
    };
    expect(await reasoningOf('gpt-4o')).toBe(0);
    const low = await reasoningOf('gpt-5', 'low');
    expect(low).toBeGreaterThan(0);
    expect(await reasoningOf('gpt-5', 'high')).toBeGreaterThan(2 * low);
  });

  test('stops at the budget, and reasoning comes out of it first', async () => {
    const client = clientOf(await startSimulator());
    const short = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('Tell me a lot'),
      max_tokens: 5,
    });
    expect(short.choices[0]?.finish_reason).toBe('length');
    expect(short.usage?.completion_tokens).toBe(5);
    const thought = await client.chat.completions.create({
      model: 'gpt-5',
      messages: ask('Hello'),
      max_completion_tokens: 20,
    });
    expect(thought.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } });
    expect(thought.usage?.completion_tokens_details?.reasoning_tokens).toBe(20);
    const response = await client.responses.create({
      model: 'gpt-4o',
      input: 'Write 300 words',
      max_output_tokens: 16,
    });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    const events = await client.responses.create({
      model: 'gpt-5',
      input: 'Hello',
      max_output_tokens: 16,
      stream: true,
    });
    const types: string[] = [];
    for await (const event of events) types.push(event.type);
    expect(types.at(-1)).toBe('response.incomplete');
    expect(types).not.toContain('response.output_text.delta');
  });

  test('names the tier that served, which is never auto', async () => {
    const client = clientOf(await startSimulator());
    const tierOf = async (service_tier?: 'auto' | 'flex' | 'priority'): Promise<unknown> =>
      (
        await client.chat.completions.create({
          model: 'gpt-5',
          messages: ask('Hi'),
          ...(service_tier ? { service_tier } : {}),
        })
      ).service_tier;
    expect(await tierOf()).toBe('default');
    expect(await tierOf('auto')).toBe('default');
    expect(await tierOf('flex')).toBe('flex');
    expect(await tierOf('priority')).toBe('priority');
  });

  test('grows with what is asked for: words, choices, stop sequences', async () => {
    const client = clientOf(await startSimulator());
    const create = (more: object): Promise<any> =>
      client.chat.completions.create({
        model: 'gpt-4o',
        messages: ask('Write 400 words about tea'),
        ...more,
      });
    const one = await create({});
    const three = await create({ n: 3 });
    expect(one.choices[0].message.content.split(/\s+/u).length).toBeGreaterThan(350);
    expect(three.usage.completion_tokens).toBeGreaterThan(2.5 * one.usage.completion_tokens);
    expect(three.usage.prompt_tokens).toBe(one.usage.prompt_tokens);
    const stopped = await create({ stop: '.' });
    expect(stopped.choices[0].message.content).not.toContain('.');
    expect(stopped.usage.completion_tokens).toBeLessThan(one.usage.completion_tokens);
  });
});

describe('chance', () => {
  const run = async (seed: number): Promise<unknown[]> => {
    const simulator = await startSimulator({ seed, now: () => 1_790_000_000_000 });
    const bodies: unknown[] = [];
    for (const model of ['gpt-4o', 'gpt-5']) {
      const { body, headers } = await send(simulator, '/chat/completions', {
        model,
        messages: ask('What is your refund policy?'),
      });
      bodies.push(body, headers.get('x-request-id'));
    }
    bodies.push((await send(simulator, '/responses', { model: 'gpt-5', input: 'Hi', stream: true })).text);
    return bodies;
  };

  test('is the same for the same seed and another for another', async () => {
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    const other = await run(8);
    expect(other[1]).not.toBe(first[1]);
    expect(other[4]).not.toBe(first[4]);
  });
});

describe('time', () => {
  test("a scaled call takes its model's time, a stream begins long before its end", async () => {
    const simulator = await startSimulator({ latencyScale: 0.2 });
    const client = clientOf(simulator);
    const begun = performance.now();
    const stream = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('Write 60 words'),
      stream: true,
    });
    let firstMs = 0;
    for await (const chunk of stream) {
      if (firstMs === 0 && chunk.choices[0]?.delta.content === '') firstMs = performance.now() - begun;
    }
    const totalMs = performance.now() - begun;
    expect(firstMs).toBeGreaterThan(20);
    expect(totalMs).toBeGreaterThan(firstMs + 100);
  });

  test('tells in a header how long it took', async () => {
    const simulator = await startSimulator({ latencyScale: 0.1 });
    const { headers } = await send(simulator, '/embeddings', { model: 'text-embedding-3-small', input: 'a' });
    expect(Number(headers.get('openai-processing-ms'))).toBeGreaterThan(1);
  });
});
