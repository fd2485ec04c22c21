import { createHmac } from 'node:crypto';
import { context } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { withContext } from '@genvitals/context';
import { keepLastCalls, lastCall } from '@genvitals/context/host';
import { chatCompletion } from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { json } from './provider-server.ts';

const WORDS = {
  feature: 'support',
  userId: 'anna',
  sessionId: 's-1',
  conversationId: 'c-1',
  prompt: { name: 'greeting', version: '3', template: 'Be kind to {name}.' },
  experiment: { name: 'tone', variant: 'candidate', unit: 'anna' },
  tags: { plan: 'pro' },
};

const ARM = {
  'gen_ai.prompt.name': 'greeting',
  'gen_ai.prompt.version': '3',
  'genvitals.experiment.name': 'tone',
  'genvitals.experiment.variant': 'candidate',
};

const hashed = createHmac('sha256', 'pepper').update('anna').digest('hex').slice(0, 32);

async function callUnder(stage: Stage, words: object): Promise<void> {
  stage.script(json(chatCompletion()));
  await withContext(words, () => stage.client().chat.completions.create(CHAT));
}

describe('what the app says of its calls', () => {
  test('is on the span and the event', async () => {
    const stage = await createStage({ env: { GENVITALS_HASH_KEY: 'pepper' } });
    await callUnder(stage, WORDS);
    const said = {
      ...ARM,
      'genvitals.feature.name': 'support',
      'genvitals.feature.source': 'app',
      'user.id': hashed,
      'session.id': 's-1',
      'gen_ai.conversation.id': 'c-1',
      'genvitals.prompt.hash_source': 'template',
      'genvitals.experiment.unit': hashed,
      'genvitals.tag.plan': 'pro',
    };
    expect(stage.span().attributes).toMatchObject(said);
    expect(stage.event().attributes).toMatchObject(said);
  });

  test('labels our own counters by feature, prompt and arm, and never by an id', async () => {
    const stage = await createStage({ env: { GENVITALS_USER_ID: 'raw' } });
    await callUnder(stage, WORDS);
    for (const metric of ['genvitals.client.calls', 'genvitals.client.tokens', 'genvitals.client.cost']) {
      const points = await stage.points(metric);
      expect(points.length, metric).toBeGreaterThan(0);
      for (const { attributes } of points)
        expect(attributes).toMatchObject({ ...ARM, 'genvitals.feature.name': 'support' });
    }
    const everywhere = JSON.stringify(await stage.points());
    for (const id of ['anna', 's-1', 'c-1', 'pro"']) expect(everywhere).not.toContain(id);
  });

  test('without a version the prompt is on the span alone, and pairs of labels stay whole', async () => {
    const stage = await createStage();
    await callUnder(stage, { feature: 'support', prompt: { name: 'greeting' } });
    expect(stage.span().attributes).toMatchObject({ 'gen_ai.prompt.name': 'greeting' });
    for (const { attributes } of await stage.points('genvitals.client.calls'))
      expect(attributes).not.toHaveProperty('gen_ai.prompt.name');
  });

  test('without a key neither user nor unit leaves, hashed or raw', async () => {
    const stage = await createStage();
    await callUnder(stage, WORDS);
    const { attributes } = stage.span();
    expect(attributes).not.toHaveProperty('user.id');
    expect(attributes).not.toHaveProperty('genvitals.experiment.unit');
    expect(JSON.stringify([attributes, stage.event().attributes])).not.toContain('anna');
  });

  test('a feature that metrics may not name is `other` there, and keeps its name on spans', async () => {
    const stage = await createStage({ env: { GENVITALS_FEATURES: 'search' } });
    await callUnder(stage, WORDS);
    expect(stage.span().attributes['genvitals.feature.name']).toBe('support');
    for (const { attributes } of await stage.points('genvitals.client.calls'))
      expect(attributes['genvitals.feature.name']).toBe('other');
  });

  test('of any shape is survived', async () => {
    const stage = await createStage();
    const odd = {
      feature: 7,
      userId: {},
      prompt: 'x',
      experiment: [],
      tags: { a: Symbol('a'), b: { c: 1 } },
    };
    await callUnder(stage, odd);
    expect(stage.span().attributes).toMatchObject({ 'genvitals.feature.name': '7' });
    await callUnder(stage, null as never);
    expect(stage.spans()).toHaveLength(2);
  });

  test('finds the newest call in its own context, with the id of its answer', async () => {
    const stage = await createStage();
    keepLastCalls();
    stage.script(json(chatCompletion()), json(chatCompletion()));
    await withContext({ feature: 'outer' }, async () => {
      expect(lastCall()).toBeUndefined();
      await withContext({ feature: 'inner' }, async () => {
        await stage.client().chat.completions.create(CHAT);
        expect(lastCall()).toMatchObject({ feature: 'inner', responseId: chatCompletion()['id'] });
      });
      expect(lastCall()?.feature).toBe('inner');
      await stage.client().chat.completions.create(CHAT);
      expect(lastCall()?.feature).toBe('outer');
    });
    expect(lastCall()).toBeUndefined();
    expect(context.active()).toBeDefined();
  });

  test('carries without a context manager too', async () => {
    const stage = await createStage({ without: ['context'] });
    stage.script(json(chatCompletion()));
    await withContext({ feature: 'alone' }, async () => {
      await Promise.resolve();
      await stage.client().chat.completions.create(CHAT);
    });
    expect(stage.span().attributes['genvitals.feature.name']).toBe('alone');
  });
});
