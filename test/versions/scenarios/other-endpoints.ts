import { defineFamily, NO_SPANS } from '../scenario.ts';
import { json, text } from '../server/answers.ts';
import type { Answer } from '../server/scripted-server.ts';

function page(ids: readonly string[], hasMore: boolean): Answer {
  const data = ids.map((id) => ({ id, object: 'file', filename: 'SENTINEL', bytes: 1, purpose: 'batch' }));
  return json({ object: 'list', data, has_more: hasMore, first_id: ids[0], last_id: ids.at(-1) });
}

const file = { id: 'file-1', object: 'file', filename: 'SENTINEL', bytes: 8, purpose: 'batch' };

/** Calls that no model answers: they must pass untouched and unseen. */
export const otherEndpoints = defineFamily('Calls that are not traced', [
  {
    name: 'models are listed and looked up',
    everywhere: true,
    async run(t) {
      t.play(
        json({ object: 'list', data: [{ id: 'gpt-4o-mini', object: 'model' }] }),
        json({ id: 'gpt-4o-mini' }),
      );
      const client = t.client();
      const promise = client.models.list();
      t.log(promise);
      t.log(await promise);
      t.log(await client.models.retrieve('gpt-4o-mini').withResponse());
    },
    expect: NO_SPANS,
  },
  {
    name: 'pages are walked by for await, and by hand',
    everywhere: true,
    async run(t) {
      t.play(page(['file-1', 'file-2'], true), page(['file-3'], false), page(['file-1'], false));
      const client = t.client();
      for await (const one of client.files.list({ limit: 2 })) t.log(one.id);
      const first = await client.files.list({ limit: 2 });
      t.log(first.hasNextPage(), first.data, first.getPaginatedItems().length);
    },
    expect: NO_SPANS,
  },
  {
    name: 'a file is uploaded',
    async run(t) {
      t.play(json(file));
      const { toFile } = await t.load('uploads').catch(() => t.openai);
      const upload = await (toFile ?? t.openai.toFile)(Buffer.from('SENTINEL'), 'SENTINEL.txt');
      return t.client().files.create({ file: upload, purpose: 'batch' });
    },
    expect: NO_SPANS,
  },
  {
    name: 'a file is read as binary content',
    async run(t) {
      t.play(text('SENTINEL bytes', { contentType: 'application/octet-stream' }));
      const response = await t.client().files.content('file-1');
      t.log(response);
      return response.text();
    },
    expect: NO_SPANS,
  },
  {
    name: 'an upload in parts',
    since: '4.104',
    async run(t) {
      const upload = { id: 'upload_1', object: 'upload', status: 'pending' };
      t.play(json(upload), json({ id: 'part_1' }), json({ ...upload, status: 'completed', file }));
      const client = t.client();
      const params = { bytes: 8, filename: 'SENTINEL', mime_type: 'text/plain', purpose: 'batch' };
      t.log(await client.uploads.create(params));
      const data = new File(['SENTINEL'], 'part');
      t.log(await client.uploads.parts.create('upload_1', { data }));
      t.log(await client.uploads.complete('upload_1', { part_ids: ['part_1'] }));
    },
    expect: NO_SPANS,
  },
  {
    name: 'a batch is made and listed',
    since: '4.104',
    async run(t) {
      t.play(json({ id: 'batch_1', object: 'batch' }), json({ object: 'list', data: [], has_more: false }));
      const client = t.client();
      const params = {
        endpoint: '/v1/chat/completions',
        input_file_id: 'file-1',
        completion_window: '24h',
      };
      t.log(await client.batches.create(params), await client.batches.list());
    },
    expect: NO_SPANS,
  },
  {
    name: 'stored chat completions are listed, read and deleted',
    since: '5.0',
    async run(t) {
      t.play(json({ object: 'list', data: [], has_more: false }));
      const { completions } = t.client().chat;
      await t.outcome('list', completions.list());
      await t.outcome('retrieve', completions.retrieve('chatcmpl-1'));
      await t.outcome('update', completions.update('chatcmpl-1', { metadata: {} }));
      await t.outcome('delete', completions.delete('chatcmpl-1'));
      await t.outcome('messages', completions.messages.list('chatcmpl-1'));
    },
    expect: { ...NO_SPANS, attempts: 0 },
  },
  {
    name: 'what a response was asked with is listed, and a response deleted',
    since: '4.104',
    async run(t) {
      const item = { id: 'msg_1', type: 'message', role: 'user', content: [{ text: 'SENTINEL' }] };
      t.play(json({ object: 'list', data: [item], has_more: false }), json({}));
      const { responses } = t.client();
      for await (const one of responses.inputItems.list('resp_1')) t.log(one);
      await t.outcome('delete', (responses.delete ?? responses.del).call(responses, 'resp_1'));
    },
    expect: NO_SPANS,
  },
  {
    name: 'the tokens of a request are counted beforehand',
    since: '6.40',
    async run(t) {
      t.play(json({ object: 'response.input_tokens', input_tokens: 21 }));
      return t.client().responses.inputTokens.count({ model: 'gpt-4o-mini', input: 'SENTINEL' });
    },
    expect: NO_SPANS,
  },
  {
    name: 'decisions are made of an input',
    since: '7.57',
    async run(t) {
      const usage = { input_tokens: 21, output_tokens: 0, total_tokens: 21 };
      t.play(json({ model: 'gpt-6-luna', answers: [{ type: 'predicate', probability: 0.5 }], usage }));
      const questions = [{ type: 'predicate', instructions: 'SENTINEL' }];
      return t.client().decisions.create({ model: 'gpt-6-luna', input: 'SENTINEL', questions });
    },
    expect: NO_SPANS,
  },
  {
    name: 'an endpoint that does not exist',
    async run(t) {
      t.play(json({ error: { message: 'SENTINEL' } }, { status: 404 }));
      const client = t.client();
      await t.outcome('get', client.get('/SENTINEL'));
      await t.outcome('post', client.post('/chat/completions/SENTINEL', { body: {} }));
    },
    expect: { ...NO_SPANS, attempts: 0 },
  },
]);
