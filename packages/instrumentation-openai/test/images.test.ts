import { describe, expect, test } from 'vitest';
import { createStage, type Stage } from './app-stage.ts';
import { costAttributes } from './hand-arithmetic.ts';
import { apiError, json, sse } from './provider-server.ts';

const PROMPT = { model: 'gpt-image-1', prompt: 'A lighthouse' };
const USAGE = {
  input_tokens: 250,
  input_tokens_details: { text_tokens: 50, image_tokens: 200 },
  output_tokens: 1056,
  total_tokens: 1306,
};
const ANSWER = { created: 1_700_000_000, data: [{ b64_json: 'AAAA' }], usage: USAGE };
/** gpt-image-1: 5 USD a million tokens of text, 10 of pictures sent, 40 of pictures answered. */
const COST = costAttributes({ input: 50 * 5, image: 200 * 10 + 1056 * 40 });

function picture(): File {
  return new File(['bytes'], 'lighthouse.png', { type: 'image/png' });
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const event of stream) void event;
}

async function tokenKinds(stage: Stage): Promise<Record<string, number>> {
  const points = await stage.points('genvitals.client.tokens');
  return Object.fromEntries(
    points
      .filter(({ value }) => value > 0)
      .map(({ attributes, value }) => [attributes['genvitals.token.kind'], value]),
  );
}

describe('pictures', () => {
  test('are one span with the usage by modality, and the cost of text and pictures apart', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'latest' } });
    stage.script(json(ANSWER));
    await stage.client().images.generate({ ...PROMPT, n: 2 });
    const span = stage.span();
    expect(span.name).toBe('image_generation gpt-image-1');
    expect(span.attributes).toMatchObject({
      'gen_ai.operation.name': 'image_generation',
      'gen_ai.request.model': 'gpt-image-1',
      'gen_ai.request.choice.count': 2,
      'gen_ai.output.type': 'image',
      'gen_ai.usage.input_tokens': 250,
      'gen_ai.usage.image.input_tokens': 200,
      'gen_ai.usage.output_tokens': 1056,
      'gen_ai.usage.image.output_tokens': 1056,
      'genvitals.outcome': 'success',
      ...COST,
    });
    expect(span.attributes).not.toHaveProperty('gen_ai.response.model');
    expect(await tokenKinds(stage)).toEqual({ input: 50, image_input: 200, image_output: 1056 });
  });

  test('have no metrics of inference, and the duration of an operation', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'dup' } });
    stage.script(json(ANSWER));
    await stage.client().images.generate(PROMPT);
    const metrics = new Set((await stage.points()).map(({ metric }) => metric));
    expect([...metrics].filter((name) => name.startsWith('gen_ai.client.inference.'))).toEqual([]);
    expect(metrics).toContain('gen_ai.client.operation.duration');
  });

  test('that the answer breaks down cost what text and pictures do', async () => {
    const stage = await createStage();
    const usage = {
      ...USAGE,
      input_tokens_details: { text_tokens: 50, image_tokens: 200, cached_tokens: 40 },
      output_tokens: 1100,
      output_tokens_details: { text_tokens: 100, image_tokens: 1000 },
    };
    stage.script(json({ ...ANSWER, usage }));
    await stage.client().images.generate({ ...PROMPT, model: 'gpt-image-1.5' });
    // gpt-image-1.5: 5 and 10 USD a million tokens of text, 1.25 from the cache, 8 and 32 of pictures.
    expect(stage.span().attributes).toMatchObject(
      costAttributes({ input: 10 * 5, cache_read: 40 * 1.25, output: 100 * 10, image: 200 * 8 + 1000 * 32 }),
    );
  });

  test.each([
    ['generate', 'image_generation.completed'],
    ['edit', 'image_edit.completed'],
  ] as const)('that are streamed by `%s` have the usage of their last event', async (method, type) => {
    const stage = await createStage();
    const partial = type.replace('completed', 'partial_image');
    stage.script(
      sse([
        { type: partial, partial_image_index: 0, b64_json: 'AA' },
        { type: partial, partial_image_index: 1, b64_json: 'AAA' },
        { type, b64_json: 'AAAA', usage: USAGE },
      ]),
    );
    const { images } = stage.client();
    if (method === 'generate') await drain(await images.generate({ ...PROMPT, stream: true }));
    else await drain(await images.edit({ ...PROMPT, image: picture(), stream: true }));
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-image-1',
      'gen_ai.request.stream': true,
      'gen_ai.usage.input_tokens': 250,
      'genvitals.outcome': 'success',
      ...COST,
    });
    expect(stage.span().attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
  });

  test('whose stream ends without its last event are incomplete, and their usage is missing', async () => {
    const stage = await createStage();
    stage.script(sse([{ type: 'image_generation.partial_image', b64_json: 'AA' }]));
    await drain(await stage.client().images.generate({ ...PROMPT, stream: true }));
    expect(stage.span().attributes).toMatchObject({
      'genvitals.outcome': 'incomplete',
      'genvitals.usage.missing': true,
      'genvitals.cost.status': 'none',
    });
  });

  test('whose stream has an error for an event fail with its code', async () => {
    const stage = await createStage();
    stage.script(sse([{ type: 'error', code: 'moderation_blocked', message: 'No.' }]));
    await drain(await stage.client().images.generate({ ...PROMPT, stream: true })).catch(() => undefined);
    expect(stage.span().attributes).toMatchObject({
      'genvitals.outcome': 'error',
      'error.type': 'moderation_blocked',
    });
  });

  test('that are sent in a form are read by its texts alone, and the file arrives whole', async () => {
    const stage = await createStage({ env: { GENVITALS_USER_ID: 'raw' } });
    stage.script(json(ANSWER));
    const { images } = stage.client();
    await images.edit({ ...PROMPT, image: picture(), n: 3, user: 'user-1' });
    expect(stage.server.requests[0]?.body).toContain('bytes');
    expect(stage.span().name).toBe('image_generation gpt-image-1');
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.request.choice.count': 3,
      'user.id': 'user-1',
      ...COST,
    });
    await images.createVariation({ image: picture(), model: 'dall-e-2' });
    expect(stage.server.requests[1]?.path).toBe('/v1/images/variations');
    expect(stage.spans()[1]?.name).toBe('image_generation dall-e-2');
  });

  test('that are drawn as text by another model cost more than is known', async () => {
    const stage = await createStage();
    const svg_usage = {
      model: 'gpt-6',
      input_tokens: 9,
      output_tokens: 9,
      reasoning_tokens: 0,
      total_tokens: 18,
    };
    stage.script(json({ ...ANSWER, svg_usage }));
    await stage.client().images.generate(PROMPT);
    expect(stage.span().attributes).toMatchObject({
      ...COST,
      'genvitals.cost.status': 'partial',
      'genvitals.cost.reason': 'tool_unpriced',
    });
  });

  test('without usage are unpriced, and never free', async () => {
    const stage = await createStage();
    stage.script(json({ created: 1, data: [{ url: 'https://example.com' }] }));
    await stage.client().images.generate({ model: 'dall-e-3', prompt: 'A lighthouse' });
    const { attributes } = stage.span();
    expect(attributes).toMatchObject({
      'genvitals.usage.missing': true,
      'genvitals.cost.status': 'none',
      'genvitals.cost.reason': 'usage_missing',
    });
    expect(attributes).not.toHaveProperty('genvitals.cost.amount');
  });

  test('that fail first open the row of those that succeed at 0', async () => {
    const stage = await createStage();
    stage.script(apiError(400, { code: 'moderation_blocked' }));
    await expect(stage.client().images.generate(PROMPT)).rejects.toThrow('400');
    const calls = await stage.points('genvitals.client.calls');
    expect(
      calls.map(({ attributes, value }) => [
        attributes['genvitals.outcome'],
        attributes['error.type'],
        value,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['success', undefined, 0],
        ['error', 'moderation_blocked', 1],
      ]),
    );
  });
});
