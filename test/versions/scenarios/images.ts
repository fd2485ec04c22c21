import type { Stage } from '../child/stage.ts';
import { defineFamily, type ExpectedSpan, oneSpan } from '../scenario.ts';
import { apiError, events, json } from '../server/answers.ts';
import { readAll } from './streams.ts';

const params = { model: 'gpt-image-1', prompt: 'SENTINEL prompt' };
const usage = {
  input_tokens: 50,
  input_tokens_details: { text_tokens: 10, image_tokens: 40 },
  output_tokens: 272,
  total_tokens: 322,
};
const answer = { created: 1_770_000_000, data: [{ b64_json: 'SENTINEL' }], usage };

function imageSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return {
    name: 'image_generation gpt-image-1',
    outcome: 'success',
    tokens: { input: 50, output: 272 },
    ...changes,
  };
}

/** Forms of openai 4 are bytes already when the request is made, and nothing is noted beside them. */
function formSpan(t: { readonly major: number }): ExpectedSpan {
  return t.major === 4 ? imageSpan({ name: 'image_generation' }) : imageSpan();
}

function streamEvents(kind: string): Record<string, unknown>[] {
  const part = { created_at: 1_770_000_000, size: '1024x1024', quality: 'high', output_format: 'png' };
  return [
    { type: `${kind}.partial_image`, ...part, partial_image_index: 0, b64_json: 'SENTINEL' },
    { type: `${kind}.partial_image`, ...part, partial_image_index: 1, b64_json: 'SENTINEL' },
    { type: `${kind}.completed`, ...part, b64_json: 'SENTINEL', usage },
  ];
}

async function picture(t: Stage): Promise<unknown> {
  const { toFile } = await t.load('uploads').catch(() => t.openai);
  return (toFile ?? t.openai.toFile)(Buffer.from('SENTINEL'), 'SENTINEL.png', { type: 'image/png' });
}

export const images = defineFamily('Images', [
  {
    name: 'an image is generated',
    everywhere: true,
    async run(t) {
      t.play(json(answer));
      const promise = t.client().images.generate({ ...params, n: 2, user: 'SENTINEL' });
      t.log(promise);
      return promise;
    },
    expect: oneSpan(imageSpan({ attributes: { 'gen_ai.request.choice.count': 2 } })),
  },
  {
    name: 'an image whose answer says no usage, with its response',
    async run(t) {
      t.play(json({ created: 1, data: [{ url: 'SENTINEL' }] }));
      return t.client().images.generate({ prompt: 'SENTINEL', model: 'dall-e-3' }).withResponse();
    },
    expect: oneSpan(imageSpan({ name: 'image_generation dall-e-3', tokens: {}, usageMissing: true })),
  },
  {
    name: 'an image that is refused',
    async run(t) {
      t.play(apiError(400, { code: 'moderation_blocked' }));
      await t.outcome('call', t.client().images.generate(params));
    },
    expect: oneSpan(
      imageSpan({ outcome: 'error', errorType: 'moderation_blocked', errorKind: 'request', tokens: {} }),
    ),
  },
  {
    name: 'an image that is retried',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, { code: 'server_error' }), json(answer));
      return t.client().images.generate(params);
    },
    expect: oneSpan(imageSpan({ retries: 1 })),
  },
  {
    name: 'an image is edited, by a form with its file',
    everywhere: true,
    async run(t) {
      t.play(json(answer));
      const edit = { ...params, image: await picture(t), user: 'SENTINEL' };
      const promise = t.client().images.edit(edit);
      t.log(promise);
      return promise;
    },
    expect: (version) => oneSpan(formSpan(version)),
  },
  {
    name: 'a form is sent again after a failure',
    since: '5.0',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, { code: 'server_error' }), json(answer));
      return t.client().images.edit({ ...params, image: await picture(t) });
    },
    expect: (version) => oneSpan({ ...formSpan(version), retries: 1 }),
  },
  {
    name: 'a variation of an image',
    async run(t) {
      t.play(json(answer));
      return t.client().images.createVariation({ model: 'gpt-image-1', image: await picture(t) });
    },
    expect: (version) => oneSpan(formSpan(version)),
  },
  {
    name: 'a streamed image',
    since: '5.12',
    async run(t) {
      t.play(events(streamEvents('image_generation'), { named: true, done: null }));
      return readAll(await t.client().images.generate({ ...params, stream: true, partial_images: 2 }));
    },
    expect: oneSpan(imageSpan({ attributes: { 'gen_ai.request.stream': true } })),
  },
  {
    name: 'a streamed image, left early',
    since: '5.12',
    async run(t) {
      t.play(events(streamEvents('image_generation'), { holdAfter: 1 }));
      for await (const event of await t.client().images.generate({ ...params, stream: true })) {
        t.log(event);
        break;
      }
    },
    expect: oneSpan(imageSpan({ outcome: 'cancelled', tokens: {}, usageMissing: true })),
  },
  {
    name: 'a streamed edit',
    since: '5.12',
    async run(t) {
      t.play(events(streamEvents('image_edit')));
      const edit = { ...params, image: await picture(t), stream: true };
      return readAll(await t.client().images.edit(edit));
    },
    expect: oneSpan(imageSpan({ attributes: { 'gen_ai.request.stream': true } })),
  },
]);
