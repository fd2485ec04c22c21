import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chatCompletion, embeddingList, responseObject, textCompletion } from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { json } from './provider-server.ts';

const USER = 'anna@example.com';
const hashed = createHmac('sha256', 'pepper').update(USER).digest('hex').slice(0, 32);

async function callEach(stage: Stage): Promise<void> {
  const client = stage.client();
  stage.script(
    json(chatCompletion()),
    json(chatCompletion()),
    json(responseObject()),
    json(embeddingList()),
    json(textCompletion()),
  );
  await client.chat.completions.create({ ...CHAT, user: USER });
  await client.chat.completions.create({ ...CHAT, safety_identifier: USER, user: 'another' });
  await client.responses.create({ model: 'm', input: 'Hi', safety_identifier: USER });
  await client.embeddings.create({ model: 'm', input: 'Hi', user: USER });
  await client.completions.create({ model: 'm', prompt: 'Hi', user: USER });
}

async function idsWith(env: Record<string, string>): Promise<unknown[]> {
  const stage = await createStage({ env });
  await callEach(stage);
  const ids = stage.spans().map(({ attributes }) => attributes['user.id']);
  expect(stage.events().map(({ attributes }) => attributes['user.id'])).toEqual(ids);
  for (const { attributes } of await stage.points()) expect(Object.keys(attributes)).not.toContain('user.id');
  return ids;
}

describe('the user whom a request names', () => {
  test.each([
    ['nothing is set', {}, undefined],
    [
      'GENVITALS_USER_ID=off, whatever the key',
      { GENVITALS_USER_ID: 'off', GENVITALS_HASH_KEY: 'pepper' },
      undefined,
    ],
    ['there is a key', { GENVITALS_HASH_KEY: 'pepper' }, hashed],
    ['GENVITALS_USER_ID=hmac', { GENVITALS_USER_ID: 'hmac', GENVITALS_HASH_KEY: 'pepper' }, hashed],
    ['GENVITALS_USER_ID=raw', { GENVITALS_USER_ID: 'raw' }, USER],
  ])(
    'is written on spans and events, never as a label, as far as the settings go: %s',
    async (_, env, id) => {
      expect(await idsWith(env)).toEqual([id, id, id, id, id]);
    },
  );

  test('is not written, which is said once, where a hash is asked for and there is no key', async () => {
    const stage = await createStage({
      env: { GENVITALS_USER_ID: 'hmac' },
      diagnostics: [/GENVITALS_USER_ID=hmac needs a key: set GENVITALS_HASH_KEY/],
    });
    await callEach(stage);
    expect(stage.spans().every(({ attributes }) => attributes['user.id'] === undefined)).toBe(true);
    expect(stage.said()).toHaveLength(1);
  });

  test('is none where it is of an odd type, or too long for an id', async () => {
    const stage = await createStage({ env: { GENVITALS_USER_ID: 'raw' } });
    for (const user of [7, '', { id: 'x' }, 'x'.repeat(513)]) {
      stage.script(json(chatCompletion()));
      await stage.client().chat.completions.create({ ...CHAT, user: user as string });
      expect(stage.spans().at(-1)?.attributes).not.toHaveProperty('user.id');
    }
  });
});
