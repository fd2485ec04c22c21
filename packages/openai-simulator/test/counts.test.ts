import { type Simulator, createSimulator } from '@genvitals/openai-simulator';
import { APIConnectionError, APIUserAbortError } from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, clientOf, eventsOf, send, startSimulator } from './running-simulator.ts';

const question = { model: 'gpt-4o', messages: ask('What is your refund policy?') };

interface Sum {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

/** Usage of any endpoint as it came over the wire. */
function add(to: Sum, usage: any): void {
  to.input += usage.prompt_tokens ?? usage.input_tokens;
  to.output += usage.completion_tokens ?? usage.output_tokens ?? 0;
  to.cached += (usage.prompt_tokens_details ?? usage.input_tokens_details)?.cached_tokens ?? 0;
  to.reasoning += (usage.completion_tokens_details ?? usage.output_tokens_details)?.reasoning_tokens ?? 0;
}

async function allOver(simulator: Simulator): Promise<void> {
  await expect.poll(() => simulator.counts().calls.inFlight).toBe(0);
}

describe('counts', () => {
  test('equal what the client got, over all endpoints, plain and streamed, at the same time', async () => {
    const simulator = await startSimulator();
    const got: Sum = { input: 0, cached: 0, output: 0, reasoning: 0 };
    const long = 'Once upon a time there was a very long story. '.repeat(120);
    const requests: [string, any][] = [];
    for (let round = 0; round < 12; round += 1) {
      requests.push(
        ['/chat/completions', { ...question, n: 1 + (round % 3) }],
        [
          '/chat/completions',
          { ...question, model: 'gpt-5', stream: true, stream_options: { include_usage: true } },
        ],
        ['/chat/completions', { ...question, messages: ask(`${long} ${round}?`) }],
        ['/responses', { model: 'gpt-5-mini', input: `Hello ${round}` }],
        ['/responses', { model: 'gpt-4o', input: long, stream: true }],
        ['/embeddings', { model: 'text-embedding-3-small', input: ['a', `b ${round}`] }],
        ['/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'Once' }],
      );
    }
    await Promise.all(
      requests.map(async ([path, body]) => {
        const { text, body: parsed } = await send(simulator, path, body);
        if (parsed !== undefined) add(got, parsed.usage);
        else
          for (const event of eventsOf(text))
            if (event.usage ?? event.response?.usage) add(got, event.usage ?? event.response.usage);
      }),
    );
    const counts = simulator.counts();
    expect(counts.tokensSent).toEqual(got);
    expect(counts.tokens).toEqual(got);
    expect(got.cached).toBeGreaterThan(0);
    expect(got.reasoning).toBeGreaterThan(0);
    expect(counts.calls).toEqual({ total: 84, answered: 84, errors: 0, aborted: 0, retries: 0, inFlight: 0 });
    expect(counts.byPath).toEqual({
      '/v1/chat/completions': 36,
      '/v1/responses': 24,
      '/v1/embeddings': 12,
      '/v1/completions': 12,
    });
    expect(counts.byStatus).toEqual({ 200: 84 });
    for (const table of [counts.models, counts.endpoints]) {
      const rows = Object.values(table);
      for (const key of ['input', 'cached', 'output', 'reasoning'] as const) {
        expect(rows.reduce((sum, row) => sum + row.tokens[key], 0)).toBe(got[key]);
      }
      expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(84);
    }
  });

  test('keep what was generated apart from what was told', async () => {
    const simulator = await startSimulator();
    const { body } = await send(simulator, '/chat/completions', question);
    const told = simulator.counts().tokensSent;
    await send(simulator, '/chat/completions', { ...question, stream: true });
    const { tokens, tokensSent } = simulator.counts();
    expect(tokensSent).toEqual(told);
    expect(tokens.output).toBe(2 * body.usage.completion_tokens);
    expect(tokens.input).toBe(2 * body.usage.prompt_tokens);
  });

  test('have an answer in them before the client has read it', async () => {
    const simulator = await startSimulator();
    for (let call = 1; call <= 50; call += 1) {
      await send(simulator, '/chat/completions', { ...question, stream: call % 2 === 0 });
      expect(simulator.counts().calls.answered).toBe(call);
    }
  });

  test('name errors by status, and leave nothing out', async () => {
    const simulator = await startSimulator();
    await send(simulator, '/chat/completions', '{"model": ');
    await send(simulator, '/chat/completions', { ...question, model: 'gpt-99' });
    await send(simulator, '/chat/completions', question, { authorization: 'Bearer sk-invalid' });
    await send(simulator, '/nothing/here', {});
    await send(simulator, '/chat/completions');
    await send(simulator, '/models');
    const counts = simulator.counts();
    expect(counts.requests).toBe(6);
    expect(counts.byStatus).toEqual({ 200: 1, 400: 1, 401: 1, 404: 2, 405: 1 });
    expect(counts.byPath).toEqual({ '/v1/chat/completions': 4, '/v1/models': 1, '(unknown)': 1 });
    expect(counts.calls).toMatchObject({ total: 3, errors: 3, answered: 0 });
    expect(counts.tokens).toEqual({ input: 0, cached: 0, output: 0, reasoning: 0 });
  });

  test('tell a stream the client left from one that was answered', async () => {
    const simulator = await startSimulator({ latencyScale: 0.1 });
    const client = clientOf(simulator);
    const stream = await client.chat.completions.create({
      ...question,
      messages: ask('Write 5000 words'),
      stream: true,
    });
    let chunks = 0;
    for await (const chunk of stream) {
      chunks += chunk.choices.length;
      if (chunks === 20) break;
    }
    await allOver(simulator);
    const { calls, tokens, tokensSent, models } = simulator.counts();
    expect(calls).toMatchObject({ total: 1, aborted: 1, answered: 0, errors: 0 });
    expect(tokens.output).toBeGreaterThanOrEqual(19);
    expect(tokens.output).toBeLessThan(200);
    expect(tokens.input).toBeGreaterThan(0);
    expect(tokensSent.output).toBe(0);
    expect(models['gpt-4o']?.aborted).toBe(1);
  });

  test('tell a plain call the client gave up while it waited', async () => {
    const simulator = await startSimulator({ latencyScale: 20 });
    const leaving = new AbortController();
    const given = clientOf(simulator).chat.completions.create(question, { signal: leaving.signal });
    const error = given.catch((caught: unknown) => caught);
    await expect.poll(() => simulator.counts().calls.inFlight).toBe(1);
    leaving.abort();
    expect(await error).toBeInstanceOf(APIUserAbortError);
    await allOver(simulator);
    expect(simulator.counts()).toMatchObject({ calls: { total: 1, aborted: 1 }, byStatus: {} });
  });

  test('count what was out of a stream that broke', async () => {
    const simulator = await startSimulator();
    const { body } = await send(simulator, '/chat/completions', question);
    const whole = simulator.counts().tokens.output;
    simulator.failNext('error-event');
    const { text } = await send(simulator, '/chat/completions', { ...question, stream: true });
    const shown = eventsOf(text).filter((chunk) => chunk.choices?.[0]?.delta.content).length;
    const { tokens, tokensSent, calls } = simulator.counts();
    expect(tokens.output - whole).toBe(shown);
    expect(shown).toBe(Math.ceil(body.usage.completion_tokens / 2));
    expect(tokensSent.output).toBe(whole);
    expect(calls.errors).toBe(1);
  });

  test.each(['/chat/completions', '/responses'])(
    'count a tool call that broke by its arguments: %s',
    async (path) => {
      const simulator = await startSimulator();
      const text =
        'Search the handbook for everything it says about returning a product that was bought abroad.';
      const search = {
        name: 'search_handbook',
        parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
      };
      const request =
        path === '/responses'
          ? {
              model: 'gpt-4o',
              input: text,
              tools: [{ ...search, type: 'function' }],
              stream: true,
            }
          : {
              model: 'gpt-4o',
              messages: ask(text),
              tools: [{ type: 'function', function: search }],
              stream: true,
            };
      const argumentsShown = (stream: string): number =>
        eventsOf(stream).filter(
          (event) =>
            event.type === 'response.function_call_arguments.delta' ||
            event.choices?.[0]?.delta.tool_calls?.[0].function.arguments,
        ).length;
      const whole = argumentsShown((await send(simulator, path, request)).text);
      const around = simulator.counts().tokens.output - whole;
      simulator.failNext('cut-stream');
      const response = await fetch(`${simulator.url}${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer a' },
        body: JSON.stringify(request),
      });
      let broken = '';
      const reading = (async () => {
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) broken += chunk;
      })();
      await expect(reading).rejects.toThrow(/terminated/u);
      expect(argumentsShown(broken)).toBeGreaterThan(0);
      expect(simulator.counts().tokens.output).toBe(whole + around + around + argumentsShown(broken));
    },
  );

  test('can be read over HTTP, without a key and without being counted', async () => {
    const simulator = await startSimulator({ seed: 5 });
    await send(simulator, '/chat/completions', question);
    const response = await fetch(simulator.url.replace('/v1', '/simulator/counts'));
    expect(await response.json()).toEqual({ ...simulator.counts(), seed: 5, incident: null });
    expect(simulator.counts().requests).toBe(1);
  });

  test('are a copy that nobody changes', async () => {
    const simulator = await startSimulator();
    const before = simulator.counts();
    await send(simulator, '/chat/completions', question);
    expect(before.requests).toBe(0);
    expect(before.models).toEqual({});
  });
});

describe('an end', () => {
  test('is quick with streams open, frees the port, and may be asked for twice', async () => {
    const simulator = await createSimulator({ latencyScale: 50 });
    const open = clientOf(simulator).chat.completions.create({ ...question, stream: true });
    const ended = open.catch((error: unknown) => error);
    await expect.poll(() => simulator.counts().calls.inFlight).toBe(1);
    const begun = performance.now();
    await Promise.all([simulator.close(), simulator.close()]);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(await ended).toBeInstanceOf(APIConnectionError);
    const again = await createSimulator({ port: simulator.port });
    expect(again.port).toBe(simulator.port);
    await again.close();
  });

  test.each([
    [{ seed: 1.5 }, 'seed'],
    [{ port: 70_000 }, 'port'],
    [{ latencyScale: -1 }, 'latencyScale'],
    [{ incident: 'fire' }, 'incident'],
    [{ incidentAfterCalls: -1 }, 'incidentAfterCalls'],
    [{ rateLimits: { requestsPerMinute: 0 } }, 'rateLimits.requestsPerMinute'],
  ])('options that are wrong are refused by name: %j', async (options, name) => {
    await expect(createSimulator(options as any)).rejects.toMatchObject({
      code: 'SIMULATOR_WRONG_OPTION',
      option: name,
    });
  });
});
