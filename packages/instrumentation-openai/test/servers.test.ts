import { type ProviderRow, providers } from '@genvitals/conventions';
import { describe, expect, test } from 'vitest';
import { chatCompletion, responseObject } from './answers.ts';
import { CHAT, createStage } from './app-stage.ts';
import { CHAT_COST } from './hand-arithmetic.ts';
import { ServerTable } from '../src/server.ts';

const answer = (body: unknown) => (): Promise<Response> => Promise.resolve(Response.json(body));

/** Every host of the table, with a region or a resource where it has a place for one. */
const known = Object.entries(providers).flatMap(([provider, { hosts }]: [string, ProviderRow]) =>
  hosts.flatMap((host) => {
    const full = host.replaceAll('*', 'eu-west-1');
    return [full, `my-resource.${full}`].map((each) => [`https://${each}/v1`, provider, each, 443] as const);
  }),
);
const local = Object.entries(providers).flatMap(([provider, { localPort }]: [string, ProviderRow]) =>
  localPort === undefined
    ? []
    : [[`http://localhost:${localPort}/v1`, provider, 'localhost', localPort] as const],
);

describe('whose API it is', () => {
  const unmapped = { GENVITALS_PROVIDERS: '' };

  test('the table has hosts and ports to tell providers by, none of them twice', () => {
    expect(known.length).toBeGreaterThan(50);
    expect(local.map(([, provider]) => provider)).toEqual(['ollama', 'vllm', 'llama_cpp', 'lm_studio']);
    for (const urls of [known, local]) expect(new Set(urls.map(([url]) => url)).size).toBe(urls.length);
  });

  test.each([
    ...known,
    ...local,
    ['https://eu.api.openai.com/v1', 'openai', 'eu.api.openai.com', 443],
    ['https://API.OpenAI.com./v1', 'openai', 'api.openai.com', 443],
    ['https://res.openai.azure.com/openai/v1', 'azure.ai.openai', 'res.openai.azure.com', 443],
    [
      'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi',
      'gcp.vertex_ai',
      'us-central1-aiplatform.googleapis.com',
      443,
    ],
    [
      'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1',
      'aws.bedrock',
      'bedrock-runtime.us-west-2.amazonaws.com',
      443,
    ],
    ['https://openrouter.ai/api/v1', 'openrouter', 'openrouter.ai', 443],
    ['http://127.0.0.1:11434/v1', 'ollama', '127.0.0.1', 11_434],
    ['http://[::1]:8000/v1', 'vllm', '::1', 8000],
    ['http://host.docker.internal:1234/v1', 'lm_studio', 'host.docker.internal', 1234],
    // On the own machine, at no port that tells anything.
    ['http://localhost:4000/v1', 'localhost', 'localhost', 4000],
    ['http://127.0.0.2/v1', 'localhost', '127.0.0.2', 80],
    // A port tells nothing of another machine.
    ['http://gpu-7.internal:11434/v1', 'gpu-7.internal', 'gpu-7.internal', 11_434],
    ['http://ollama:11434/v1', 'ollama', 'ollama', 11_434],
    ['http://10.0.0.0:8000/v1', '10.0.0.0', '10.0.0.0', 8000],
    ['http://gateway.internal/v1', 'gateway.internal', 'gateway.internal', 80],
    // No host of theirs, only one that looks like it.
    ['https://api.groq.com.example.org/v1', 'api.groq.com.example.org', 'api.groq.com.example.org', 443],
    ['https://fakeapi.x.ai/v1', 'fakeapi.x.ai', 'fakeapi.x.ai', 443],
    ['https://my-api.openai.com/v1', 'my-api.openai.com', 'my-api.openai.com', 443],
    ['https://apixopenai.com/v1', 'apixopenai.com', 'apixopenai.com', 443],
    ['https://openai.example.com/v1', 'openai.example.com', 'openai.example.com', 443],
  ] as const)('%s is %s', async (baseURL, provider, address, port) => {
    const stage = await createStage({ env: unmapped });
    const client = stage.client({ baseURL, fetch: answer(chatCompletion()) });
    await client.chat.completions.create(CHAT);
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.provider.name': provider,
      'server.address': address,
      'server.port': port,
    });
  });

  test('clients of the package that know their region are known by their hosts', async () => {
    const stage = await createStage({ env: unmapped });
    const fetch = answer(responseObject());
    const { BedrockOpenAI } = stage.openai as unknown as { BedrockOpenAI: typeof stage.openai.OpenAI };
    const options = { apiKey: 'k', awsRegion: 'us-east-1', maxRetries: 0, fetch };
    await new BedrockOpenAI(options).responses.create({ model: 'm', input: 'Hi' });
    const residency = { apiKey: 'k', dataResidency: 'jp' as const, maxRetries: 0, fetch };
    await new stage.openai.OpenAI(residency).responses.create({ model: 'm', input: 'Hi' });
    expect(
      stage
        .spans()
        .map(({ attributes }) => [attributes['gen_ai.provider.name'], attributes['server.address']]),
    ).toEqual([
      ['aws.bedrock', 'bedrock-mantle.us-east-1.api.aws'],
      ['openai', 'jp.api.openai.com'],
    ]);
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
    expect(attributes['gen_ai.provider.name']).toBe('unknown');
    expect(attributes).not.toHaveProperty('server.address');
    expect(attributes).not.toHaveProperty('server.port');
  });
});

describe('what the user says of providers', () => {
  const named = async (
    list: string,
    baseURLs: readonly string[],
    diagnostics: readonly RegExp[] = [],
  ): Promise<{ names: unknown[]; said: readonly string[] }> => {
    const stage = await createStage({ env: { GENVITALS_PROVIDERS: list }, diagnostics });
    for (const baseURL of baseURLs)
      await stage.client({ baseURL, fetch: answer(chatCompletion()) }).chat.completions.create(CHAT);
    return {
      names: stage.spans().map(({ attributes }) => attributes['gen_ai.provider.name']),
      said: stage.said(),
    };
  };

  test('holds for a host and the names below it, at each port or at one', async () => {
    const { names } = await named(
      'llm.example.com=openai, localhost:8001 = vLLM ,[::1]:9=tgi,gpu-*.lan=sglang',
      [
        'https://llm.example.com/v1',
        'https://eu.llm.example.com:8443/v1',
        'https://notllm.example.com/v1',
        'http://localhost:8001/v1',
        'http://localhost:8002/v1',
        'http://[::1]:9/v1',
        'http://gpu-17.lan:8000/v1',
        'http://cpu-17.lan:8000/v1',
      ],
    );
    expect(names).toEqual([
      'openai',
      'openai',
      'notllm.example.com',
      'vllm',
      'localhost',
      'tgi',
      'sglang',
      'cpu-17.lan',
    ]);
  });

  test('stands above what is known of hosts, the more particular entry first', async () => {
    const { names } = await named('api.groq.com=mine,example.com=a,x.example.com=b,example.com:81=c', [
      'https://api.groq.com/openai/v1',
      'https://example.com/v1',
      'https://x.example.com/v1',
      'http://x.example.com:81/v1',
      'https://api.openai.com/v1',
    ]);
    expect(names).toEqual(['mine', 'a', 'b', 'c', 'openai']);
  });

  test('makes an Azure client what it says', async () => {
    const stage = await createStage({ env: { GENVITALS_PROVIDERS: 'gateway.example.com=my_gateway' } });
    const client = new stage.openai.AzureOpenAI({
      apiKey: 'k',
      apiVersion: '2024-10-21',
      endpoint: 'https://gateway.example.com',
      maxRetries: 0,
      fetch: answer(chatCompletion()),
    });
    await client.chat.completions.create(CHAT);
    expect(stage.span().attributes['gen_ai.provider.name']).toBe('my_gateway');
  });

  test('is told once of what is wrong with it, and the rest holds', async () => {
    const list = 'llm.example.com=openai,https://other.example.com/v1=x,nothing';
    const { names, said } = await named(
      list,
      ['https://llm.example.com/v1', 'https://other.example.com/v1'],
      [/GENVITALS_PROVIDERS/],
    );
    expect(names).toEqual(['openai', 'other.example.com']);
    expect(said).toEqual([
      'genvitals: GENVITALS_PROVIDERS: wanted host=provider or host:port=provider, separated by commas, got "https://other.example.com/v1=x,nothing"; this is left out until it is corrected, the rest of the list holds',
    ]);
  });
});

describe('hosts without end', () => {
  test('give no more than fifty names to providers; the rest is other, and counted', async () => {
    const stage = await createStage({ env: { GENVITALS_PROVIDERS: '' } });
    const fetch = answer(chatCompletion());
    for (let tenant = 0; tenant < 60; tenant++) {
      const baseURL = `https://tenant-${tenant}.example.com/v1`;
      await stage.client({ baseURL, fetch }).chat.completions.create(CHAT);
    }
    const names = stage.spans().map(({ attributes }) => attributes['gen_ai.provider.name']);
    expect(names.slice(0, 51)).toEqual([
      ...Array.from({ length: 50 }, (_, tenant) => `tenant-${tenant}.example.com`),
      'other',
    ]);
    expect(new Set(names.slice(50))).toEqual(new Set(['other']));
    const capped = await stage.points('genvitals.telemetry.capped');
    expect(
      capped.filter(({ attributes }) => attributes['genvitals.label'] === 'gen_ai.provider.name'),
    ).toMatchObject([{ value: 10 }]);
  });

  test('and paths without end are one server', () => {
    const servers = new ServerTable([], () => undefined);
    const found = Array.from({ length: 2000 }, (_, path) =>
      servers.of({ baseURL: `https://api.openai.com/${path}` }),
    );
    expect(new Set(found).size).toBe(1);
  });
});
