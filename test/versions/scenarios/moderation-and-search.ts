import { defineFamily, type ExpectedSpan, oneSpan } from '../scenario.ts';
import { apiError, json } from '../server/answers.ts';
import { responseUsage } from '../server/bodies.ts';

const moderation = {
  id: 'modr-1',
  model: 'omni-moderation-latest',
  results: [{ flagged: true, note: 'SENTINEL' }],
};
const found = [{ file_id: 'SENTINEL', filename: 'SENTINEL', score: 1, content: [{ text: 'SENTINEL' }] }];
const results = { object: 'list', data: found, has_more: false, search_query: ['SENTINEL'] };
const retrieval: ExpectedSpan = { name: 'retrieval', outcome: 'success', tokens: {} };

function fetchBatch(status: string): ExpectedSpan {
  return {
    name: 'fetch_batch',
    outcome: 'success',
    tokens: {},
    attributes: { 'gen_ai.response.status': status },
  };
}

export const moderationAndSearch = defineFamily('Moderations, searches, compactions and batches', [
  {
    name: 'a moderation',
    everywhere: true,
    async run(t) {
      t.play(json(moderation));
      const promise = t.client().moderations.create({ input: 'SENTINEL' });
      t.log(promise);
      return promise;
    },
    expect: oneSpan({ name: 'moderation', outcome: 'success', tokens: {}, responseId: 'modr-1' }),
  },
  {
    name: 'a moderation by a model that is named, with its response',
    async run(t) {
      t.play(json(moderation));
      const params = { input: ['SENTINEL'], model: 'omni-moderation-latest' };
      return t.client().moderations.create(params).withResponse();
    },
    expect: oneSpan({ name: 'moderation omni-moderation-latest', outcome: 'success', tokens: {} }),
  },
  {
    name: 'a page that is asked for by POST',
    since: '5.0',
    async run(t) {
      t.play(json(results));
      const promise = t
        .client()
        .vectorStores.search('vs_SENTINEL', { query: 'SENTINEL', max_num_results: 3 });
      t.log(promise);
      t.log((await promise).data);
      for await (const one of t.client().vectorStores.search('vs_SENTINEL', { query: 'SENTINEL' }))
        t.log(one);
    },
    expect: {
      spans: [{ ...retrieval, attributes: { 'gen_ai.retrieval.top_k': 3 } }, retrieval],
    },
  },
  {
    name: 'a vector store that is not there',
    since: '5.0',
    async run(t) {
      t.play(apiError(404, { message: 'No vector store vs_SENTINEL' }));
      const search = t.client().vectorStores.search('vs_SENTINEL', { query: 'SENTINEL' });
      await t.outcome('call', search);
    },
    expect: oneSpan({ ...retrieval, outcome: 'error', errorType: '404', errorKind: 'request' }),
  },
  {
    name: 'a batch is looked after until it is done',
    since: '4.104',
    async run(t) {
      const batch = {
        id: 'batch_looked_after',
        object: 'batch',
        model: 'gpt-4o-mini',
        output_file_id: 'SENTINEL',
      };
      t.play(
        json({ ...batch, status: 'in_progress' }),
        json({ ...batch, status: 'completed', usage: responseUsage }),
      );
      const client = t.client();
      t.log(await client.batches.retrieve('batch_looked_after'));
      t.log(await client.batches.retrieve('batch_looked_after'));
      return client.batches.retrieve('batch_looked_after');
    },
    expect: {
      spans: [fetchBatch('in_progress'), fetchBatch('completed'), fetchBatch('completed')],
      tokensMadeLater: 30,
    },
  },
  {
    name: 'a conversation is compacted',
    since: '6.40',
    async run(t) {
      const output = [{ id: 'cmp_1', type: 'compaction', encrypted_content: 'SENTINEL' }];
      t.play(json({ id: 'resp_1', object: 'response.compaction', output, usage: responseUsage }));
      return t.client().responses.compact({ model: 'gpt-4o-mini', input: 'SENTINEL' });
    },
    expect: oneSpan({
      name: 'compaction gpt-4o-mini',
      outcome: 'success',
      tokens: { input: 21, output: 9, cached: 8, reasoning: 3 },
      responseId: 'resp_1',
    }),
  },
]);
