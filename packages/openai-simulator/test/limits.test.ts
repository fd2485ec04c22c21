import { RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import { ask, clientOf, send, startSimulator } from './running-simulator.ts';

const question = { model: 'gpt-4o', messages: ask('Hello') };

describe('rate limits', () => {
  test('are told with every answer and count down', async () => {
    const simulator = await startSimulator({
      now: () => 1_790_000_000_000,
      rateLimits: { requestsPerMinute: 500, tokensPerMinute: 200_000 },
    });
    const first = await send(simulator, '/chat/completions', question);
    const second = await send(simulator, '/chat/completions', { ...question, max_tokens: 1000 });
    const tokens = first.body.usage.prompt_tokens;
    expect(
      Object.fromEntries([...second.headers].filter(([name]) => name.startsWith('x-ratelimit'))),
    ).toEqual({
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-requests': '498',
      'x-ratelimit-remaining-tokens': String(200_000 - 2 * tokens - 1000),
      'x-ratelimit-reset-requests': '240ms',
      'x-ratelimit-reset-tokens': `${Math.ceil((2 * tokens + 1000) * 0.3)}ms`,
    });
  });

  test('answer 429 with the time to wait, and let pass who has waited', async () => {
    let nowMs = 1_790_000_000_000;
    const simulator = await startSimulator({ now: () => nowMs, rateLimits: { requestsPerMinute: 2 } });
    const client = clientOf(simulator);
    await client.chat.completions.create(question);
    await client.chat.completions.create(question);
    const error: any = await client.chat.completions.create(question).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests', param: null });
    expect(error.message).toContain(
      'requests per min (RPM): Limit 2, Used 2, Requested 1. Please try again in 30s.',
    );
    expect(error.headers.get('retry-after')).toBe('30');
    expect(error.headers.get('retry-after-ms')).toBe('30000');
    expect(error.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(error.headers.get('x-ratelimit-reset-requests')).toBe('1m0s');
    nowMs += 29_999;
    await expect(client.chat.completions.create(question)).rejects.toThrow(RateLimitError);
    nowMs += 1;
    await client.chat.completions.create(question);
    expect(simulator.counts().byStatus).toEqual({ 200: 3, 429: 2 });
  });

  test('count tokens too, and say when a request can never pass', async () => {
    const simulator = await startSimulator({ rateLimits: { tokensPerMinute: 100 } });
    const large = await send(simulator, '/chat/completions', { ...question, max_tokens: 200 });
    expect(large.status).toBe(429);
    expect(large.body.error).toMatchObject({ type: 'tokens', code: 'rate_limit_exceeded' });
    expect(large.body.error.message).toMatch(/^Request too large for gpt-4o .* Limit 100, Requested \d+\./u);
    expect(large.headers.get('retry-after')).toBeNull();
    expect((await send(simulator, '/chat/completions', { ...question, max_tokens: 80 })).status).toBe(200);
    const empty = await send(simulator, '/chat/completions', { ...question, max_tokens: 80 });
    expect(empty.body.error.message).toMatch(/^Rate limit reached for gpt-4o .* tokens per min \(TPM\)/u);
  });

  test("are a model's own, whichever of its names is asked", async () => {
    const simulator = await startSimulator({ rateLimits: { requestsPerMinute: 1 } });
    const statusOf = async (model: string): Promise<number> =>
      (await send(simulator, '/chat/completions', { ...question, model })).status;
    expect(await statusOf('gpt-4o')).toBe(200);
    expect(await statusOf('gpt-4o-2024-11-20')).toBe(429);
    expect(await statusOf('gpt-4o-mini')).toBe(200);
  });

  test('are told with a refusal of the request as well', async () => {
    const { status, headers } = await send(await startSimulator(), '/chat/completions', {
      ...question,
      temperature: 9,
    });
    expect(status).toBe(400);
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('30000');
  });

  test("let the client's own retries through", async () => {
    const simulator = await startSimulator({ rateLimits: { requestsPerMinute: 600 } });
    const client = clientOf(simulator, { maxRetries: 5 });
    simulator.failNext('rate-limit');
    await client.chat.completions.create(question);
    expect(simulator.counts().calls).toMatchObject({ total: 2, errors: 1, retries: 1 });
  });
});
