import {
  chatSpan,
  defineFamily,
  failedChatSpan,
  oneSpan,
  responseSpan,
  type ExpectedSpan,
} from '../scenario.ts';
import { apiError, events, json, text } from '../server/answers.ts';
import { chatBody, chatChunksWithUsage, embeddingsBody, responseBody } from '../server/bodies.ts';
import type { Client, Stage } from '../child/stage.ts';
import { chatParams } from './chat.ts';
import { readAll, usageParams } from './streams.ts';

function azureClient(t: Stage, options: Record<string, unknown> = {}): Client {
  const { AzureOpenAI } = t.openai;
  return new AzureOpenAI({
    apiKey: 'SENTINEL',
    endpoint: t.unnamedOrigin,
    apiVersion: '2024-10-21',
    ...options,
  });
}

/** Attributes of the `openai` namespace are not expected on another provider. */
const azure = {
  'gen_ai.provider.name': 'azure.ai.openai',
  'openai.api.type': undefined,
  'openai.response.service_tier': undefined,
};

function azureSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return chatSpan({ attributes: azure, ...changes });
}

export const azureFamily = defineFamily('Azure', [
  {
    name: 'AzureOpenAI, whose path names the deployment',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      return azureClient(t).chat.completions.create(chatParams).withResponse();
    },
    expect: oneSpan(azureSpan()),
  },
  {
    name: 'AzureOpenAI with a fixed deployment',
    since: '4.104',
    async run(t) {
      t.play(json(chatBody()));
      return azureClient(t, { deployment: 'gpt-4o-mini' }).chat.completions.create(chatParams);
    },
    expect: oneSpan(azureSpan()),
  },
  {
    name: 'AzureOpenAI with a token provider',
    since: '4.104',
    async run(t) {
      t.play(json(chatBody()));
      const azureADTokenProvider = async (): Promise<string> => 'SENTINEL-token';
      const client = azureClient(t, { apiKey: undefined, azureADTokenProvider });
      return client.chat.completions.create(chatParams);
    },
    expect: oneSpan(azureSpan()),
  },
  {
    name: 'AzureOpenAI streams',
    since: '4.104',
    async run(t) {
      // Azure begins a stream with a chunk of filter results that has no choice.
      const first = { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] };
      t.play(events([first, ...chatChunksWithUsage]));
      return readAll(await azureClient(t).chat.completions.create(usageParams));
    },
    expect: oneSpan(azureSpan()),
  },
  {
    name: 'AzureOpenAI is retried, with a path already rewritten',
    since: '4.104',
    everywhere: true,
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(429, { code: '429' }, { 'retry-after': '1' }), json(chatBody()));
      return azureClient(t).chat.completions.create(chatParams);
    },
    expect: oneSpan(azureSpan({ retries: 1 })),
  },
  {
    name: 'AzureOpenAI without that deployment',
    since: '4.104',
    async run(t) {
      t.play(apiError(404, { code: 'DeploymentNotFound', message: 'SENTINEL' }));
      await t.outcome('call', azureClient(t).chat.completions.create(chatParams));
    },
    expect: oneSpan(failedChatSpan('DeploymentNotFound', 'request', { attributes: azure })),
  },
  {
    name: 'AzureOpenAI embeddings and responses',
    since: '4.104',
    async run(t) {
      t.play(json(embeddingsBody()), json(responseBody()));
      const client = azureClient(t);
      const params = { model: 'text-embedding-3-small', input: 'SENTINEL', encoding_format: 'float' };
      t.log(await client.embeddings.create(params));
      t.log(await client.responses.create({ model: 'gpt-4o-mini', input: 'SENTINEL' }));
    },
    expect: {
      spans: [
        {
          name: 'embeddings text-embedding-3-small',
          outcome: 'success',
          tokens: { input: 5 },
          attributes: azure,
        },
        responseSpan({ attributes: azure }),
      ],
    },
  },
  {
    name: 'AzureOpenAI images and audio',
    since: '5.0',
    async run(t) {
      const usage = { input_tokens: 5, output_tokens: 9, total_tokens: 14 };
      t.play(
        json({ created: 1, data: [], usage }),
        json({ text: 'SENTINEL', usage: { type: 'tokens', ...usage } }),
        text('SENTINEL sound', { contentType: 'audio/mpeg' }),
      );
      const client = azureClient(t);
      const file = new File(['SENTINEL'], 'SENTINEL.mp3');
      t.log(await client.images.generate({ model: 'images', prompt: 'SENTINEL' }));
      t.log(await client.audio.transcriptions.create({ model: 'whisper', file }));
      t.log(await client.audio.speech.create({ model: 'voice', input: 'SENTINEL', voice: 'alloy' }));
    },
    expect: {
      spans: [
        {
          name: 'image_generation images',
          outcome: 'success',
          tokens: { input: 5, output: 9 },
          attributes: azure,
        },
        {
          name: 'transcription whisper',
          outcome: 'success',
          tokens: { input: 5, output: 9 },
          attributes: azure,
        },
        { name: 'speech voice', outcome: 'success', tokens: {}, attributes: azure },
      ],
    },
  },
  {
    name: 'the plain client on a compatible server below another path',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client({ baseURL: `${t.origin}/openai/deployments/gpt-4o-mini/` });
      return client.chat.completions.create(chatParams, { query: { 'api-version': '2024-10-21' } });
    },
    expect: oneSpan(chatSpan()),
  },
]);
