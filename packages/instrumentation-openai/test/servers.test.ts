import { describe, expect, test } from 'vitest';
import { chatCompletion, responseObject } from './answers.ts';
import { CHAT, createStage } from './app-stage.ts';
import { CHAT_COST } from './hand-arithmetic.ts';

const answer = (body: unknown) => (): Promise<Response> => Promise.resolve(Response.json(body));

describe('whose API it is', () => {
  test.each([
    ['https://api.openai.com/v1', 'openai', 'api.openai.com', 443],
    ['https://eu.api.openai.com/v1', 'openai', 'eu.api.openai.com', 443],
    ['https://res.openai.azure.com/openai/v1', 'azure.ai.openai', 'res.openai.azure.com', 443],
    [
      'https://res.cognitiveservices.azure.com/openai/v1',
      'azure.ai.openai',
      'res.cognitiveservices.azure.com',
      443,
    ],
    ['https://api.groq.com/openai/v1', 'groq', 'api.groq.com', 443],
    ['https://api.deepseek.com', 'deepseek', 'api.deepseek.com', 443],
    ['https://api.x.ai/v1', 'x_ai', 'api.x.ai', 443],
    ['https://api.mistral.ai/v1', 'mistral_ai', 'api.mistral.ai', 443],
    ['https://api.perplexity.ai', 'perplexity', 'api.perplexity.ai', 443],
    [
      'https://generativelanguage.googleapis.com/v1beta/openai',
      'gcp.gemini',
      'generativelanguage.googleapis.com',
      443,
    ],
    [
      'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi',
      'gcp.vertex_ai',
      'us-central1-aiplatform.googleapis.com',
      443,
    ],
    ['https://api.moonshot.ai/v1', 'moonshot_ai', 'api.moonshot.ai', 443],
    ['https://api.moonshot.cn/v1', 'moonshot_ai', 'api.moonshot.cn', 443],
    ['http://localhost:11434/v1', 'openai', 'localhost', 11434],
    ['http://gateway.internal/v1', 'openai', 'gateway.internal', 80],
    ['http://[::1]:8080/v1', 'openai', '::1', 8080],
    // No host of theirs, only one that looks like it.
    ['https://api.groq.com.example.org/v1', 'openai', 'api.groq.com.example.org', 443],
    ['https://notapi.groq.com.internal/v1', 'openai', 'notapi.groq.com.internal', 443],
    ['https://fakeapi.x.ai/v1', 'openai', 'fakeapi.x.ai', 443],
  ])('%s is %s', async (baseURL, provider, address, port) => {
    const stage = await createStage();
    const client = stage.client({ baseURL, fetch: answer(chatCompletion()) });
    await client.chat.completions.create(CHAT);
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.provider.name': provider,
      'server.address': address,
      'server.port': port,
    });
  });

  test('attributes of `openai.*` are for the provider openai alone', async () => {
    const stage = await createStage();
    const fetch = answer(chatCompletion());
    for (const baseURL of ['https://api.openai.com/v1', 'https://api.groq.com/openai/v1']) {
      await stage.client({ baseURL, fetch }).chat.completions.create({ ...CHAT, service_tier: 'flex' });
    }
    const keys = stage
      .spans()
      .map(({ attributes }) => Object.keys(attributes).filter((key) => key.startsWith('openai.')));
    expect(keys).toEqual([
      [
        'openai.request.service_tier',
        'openai.api.type',
        'openai.response.service_tier',
        'openai.response.system_fingerprint',
      ],
      [],
    ]);
  });

  test('an Azure client is Azure whatever its host, and has no attribute of `openai.*`', async () => {
    const stage = await createStage();
    const urls: string[] = [];
    const client = new stage.openai.AzureOpenAI({
      apiKey: 'k',
      apiVersion: '2024-10-21',
      endpoint: 'https://gateway.example.com',
      maxRetries: 0,
      fetch: (url) => {
        urls.push(url as string);
        return Promise.resolve(Response.json(chatCompletion()));
      },
    });
    await client.chat.completions.create({ ...CHAT, model: 'my-deployment' });
    expect(urls).toEqual([
      'https://gateway.example.com/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21',
    ]);
    const span = stage.span();
    expect(span.name).toBe('chat my-deployment');
    expect(span.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'azure.ai.openai',
      'gen_ai.request.model': 'my-deployment',
      'server.address': 'gateway.example.com',
      'server.port': 443,
      'genvitals.feature.name': 'unset',
      'genvitals.feature.source': 'unset',
      'genvitals.outcome': 'success',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 11,
      'gen_ai.usage.output_tokens': 7,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.usage.reasoning.output_tokens': 2,
      // By the model that answered: Azure's prices of gpt-4o-mini are those of OpenAI.
      ...CHAT_COST,
    });
  });

  test('an Azure client with a deployment of its own: each of its endpoints is seen', async () => {
    const stage = await createStage();
    const client = new stage.openai.AzureOpenAI({
      apiKey: 'k',
      apiVersion: '2025-04-01-preview',
      endpoint: 'https://res.openai.azure.com',
      deployment: 'dep',
      maxRetries: 0,
      fetch: (url) =>
        Promise.resolve(
          Response.json((url as string).includes('/responses') ? responseObject() : chatCompletion()),
        ),
    });
    await client.chat.completions.create(CHAT);
    await client.responses.create({ model: 'dep', input: 'Hi' });
    await client.responses.retrieve('resp_1');
    expect(stage.spans().map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'chat dep', 'fetch_response']);
    expect(new Set(stage.spans().map(({ attributes }) => attributes['gen_ai.provider.name']))).toEqual(
      new Set(['azure.ai.openai']),
    );
  });

  test('a client whose base URL changes is followed to its new server', async () => {
    const stage = await createStage();
    const client = stage.client({ baseURL: 'https://api.openai.com/v1', fetch: answer(chatCompletion()) });
    await client.chat.completions.create(CHAT);
    client.baseURL = 'https://api.groq.com/openai/v1';
    await client.chat.completions.create(CHAT);
    await client.withOptions({ baseURL: 'https://api.x.ai/v1' }).chat.completions.create(CHAT);
    expect(stage.spans().map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual([
      'openai',
      'groq',
      'x_ai',
    ]);
  });

  test('without an address that can be read there is none, nor a port', async () => {
    const stage = await createStage();
    const client = stage.client({ fetch: answer(chatCompletion()) });
    client.baseURL = 'nowhere';
    // With an absolute path the client does not need its base URL.
    await client.post('https://api.openai.com/v1/chat/completions', { body: CHAT });
    const { attributes } = stage.span();
    expect(attributes['gen_ai.provider.name']).toBe('openai');
    expect(attributes).not.toHaveProperty('server.address');
    expect(attributes).not.toHaveProperty('server.port');
  });
});
