import { defineFamily, oneSpan, type ExpectedSpan } from '../scenario.ts';
import { apiError, events, json } from '../server/answers.ts';
import { base64Embedding, completionBody, embeddingsBody } from '../server/bodies.ts';
import { readAll } from './streams.ts';

const embeddingParams = { model: 'text-embedding-3-small', input: 'SENTINEL text' };
const completionParams = { model: 'gpt-3.5-turbo-instruct', prompt: 'SENTINEL prompt' };

function embeddingSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return {
    name: 'embeddings text-embedding-3-small',
    outcome: 'success',
    tokens: { input: 5 },
    ...changes,
  };
}

function completionSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return {
    name: 'text_completion gpt-3.5-turbo-instruct',
    outcome: 'success',
    tokens: { input: 6, output: 3 },
    finishReasons: ['stop'],
    responseId: 'cmpl-1',
    ...changes,
  };
}

const completionChunks = ['SENTINEL', ' answer'].map((text) =>
  completionBody({ choices: [{ text, index: 0, logprobs: null, finish_reason: null }], usage: undefined }),
);
const completionEnd = completionBody({
  choices: [{ text: '', index: 0, logprobs: null, finish_reason: 'stop' }],
  usage: undefined,
});

export const otherInference = defineFamily('Embeddings and legacy completions', [
  {
    name: 'embeddings as the client asks for them by itself',
    everywhere: true,
    async run(t) {
      // Newer clients ask for base64 and decode it; 4.19 asks for numbers.
      const answer = t.version.text === '4.19.0' ? [0.25, -0.5, 1] : base64Embedding;
      t.play(json(embeddingsBody(answer)));
      const promise = t.client().embeddings.create(embeddingParams);
      t.log(promise);
      return promise;
    },
    expect: oneSpan(embeddingSpan()),
  },
  {
    name: 'a promise that the app unwraps by steps of its own',
    async run(t) {
      t.play(json(embeddingsBody()));
      const client = t.client();
      const path = '/embeddings';
      const request = () => client.post(path, { body: { ...embeddingParams, encoding_format: 'float' } });
      t.log(await request()._thenUnwrap((answer: object) => Object.keys(answer)));
      t.log(
        await request()
          ._thenUnwrap((answer: object) => Object.keys(answer))
          ._thenUnwrap((keys: string[]) => keys.length),
      );
      const twice = request();
      const unwrapped = twice._thenUnwrap(() => {
        throw new TypeError('SENTINEL');
      });
      t.log(await twice);
      await t.outcome('a step of its own', unwrapped);
      await t.outcome(
        'an earlier step',
        request()
          ._thenUnwrap(() => {
            throw new SyntaxError('SENTINEL');
          })
          ._thenUnwrap((answer: unknown) => answer),
      );
      await t.outcome(
        'a later step',
        request()
          ._thenUnwrap((answer: unknown) => answer)
          ._thenUnwrap(() => {
            throw new RangeError('SENTINEL');
          }),
      );
    },
    expect: {
      spans: [
        embeddingSpan(),
        embeddingSpan(),
        embeddingSpan(),
        embeddingSpan({ outcome: 'error', errorType: 'SyntaxError', errorKind: 'client' }),
        embeddingSpan({ outcome: 'error', errorType: 'RangeError', errorKind: 'client' }),
      ],
    },
  },
  {
    name: 'embeddings as numbers',
    async run(t) {
      t.play(json(embeddingsBody()));
      return t.client().embeddings.create({ ...embeddingParams, encoding_format: 'float', dimensions: 3 });
    },
    expect: oneSpan(
      embeddingSpan({
        attributes: {
          'gen_ai.request.encoding_formats': ['float'],
          'gen_ai.embeddings.dimension.count': 3,
        },
      }),
    ),
  },
  {
    name: 'embeddings as base64',
    async run(t) {
      t.play(json(embeddingsBody(base64Embedding)));
      const params = { ...embeddingParams, encoding_format: 'base64' };
      return t.client().embeddings.create(params).withResponse();
    },
    expect: oneSpan(embeddingSpan()),
  },
  {
    name: 'embeddings of many texts',
    async run(t) {
      const data = Array.from({ length: 50 }, (_, index) => ({
        object: 'embedding',
        index,
        embedding: [index, 0.5],
      }));
      t.play(json({ ...embeddingsBody(), data }));
      const input = Array.from({ length: 50 }, (_, at) => `SENTINEL ${at}`);
      return t.client().embeddings.create({ ...embeddingParams, input, encoding_format: 'float' });
    },
    expect: oneSpan(embeddingSpan()),
  },
  {
    name: 'embeddings that the API refuses',
    async run(t) {
      t.play(apiError(403, { code: 'model_not_allowed' }));
      await t.outcome('call', t.client().embeddings.create(embeddingParams));
    },
    expect: oneSpan({
      name: 'embeddings text-embedding-3-small',
      outcome: 'error',
      errorType: 'model_not_allowed',
      errorKind: 'request',
    }),
  },
  {
    name: 'a legacy completion',
    everywhere: true,
    async run(t) {
      t.play(json(completionBody()));
      return t
        .client()
        .completions.create({ ...completionParams, temperature: 0, max_tokens: 9, stop: ['\n'] });
    },
    expect: oneSpan(
      completionSpan({
        attributes: {
          'gen_ai.request.temperature': 0,
          'gen_ai.request.max_tokens': 9,
          'gen_ai.request.stop_sequences': ['\n'],
        },
      }),
    ),
  },
  {
    name: 'a streamed legacy completion',
    async run(t) {
      const usage = { prompt_tokens: 6, completion_tokens: 3, total_tokens: 9 };
      const last = completionBody({ choices: [], usage });
      t.play(events([...completionChunks, completionEnd, last]));
      const params = { ...completionParams, stream: true, stream_options: { include_usage: true } };
      return readAll(await t.client().completions.create(params));
    },
    expect: oneSpan(completionSpan({ attributes: { 'gen_ai.request.stream': true } })),
  },
  {
    name: 'a streamed legacy completion without usage, left early',
    async run(t) {
      t.play(events([...completionChunks, completionEnd], { holdAfter: 2 }));
      for await (const chunk of await t.client().completions.create({ ...completionParams, stream: true })) {
        t.log(chunk);
        break;
      }
    },
    expect: oneSpan(
      completionSpan({ outcome: 'cancelled', tokens: {}, finishReasons: ['error'], usageMissing: true }),
    ),
  },
]);
