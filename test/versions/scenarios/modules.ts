import { chatSpan, defineFamily, oneSpan } from '../scenario.ts';
import { isAtLeast } from '../openai-versions.ts';
import { events, json } from '../server/answers.ts';
import { chatBody, chatChunksWithUsage } from '../server/bodies.ts';
import type { OpenAIModule, Stage } from '../child/stage.ts';
import { chatParams } from './chat.ts';
import { readAll, usageParams } from './streams.ts';

function classOf(module: OpenAIModule): any {
  return module.OpenAI ?? module.default?.OpenAI ?? module.default;
}

async function callWith(t: Stage, module: OpenAIModule): Promise<void> {
  const OpenAI = classOf(module);
  const client = new OpenAI({ apiKey: 'sk-SENTINEL', baseURL: t.baseURL });
  t.log(OpenAI.name, (await client.chat.completions.create(chatParams)).id);
  t.log((await client.chat.completions.create(chatParams).withResponse()).data.id);
}

export const modules = defineFamily('Modules', [
  {
    name: 'the module has the same exports',
    everywhere: true,
    run(t) {
      t.log(Object.keys(t.openai), typeof t.openai, t.openai.OpenAI === t.openai.default, t.OpenAI.name);
      t.log(Object.getOwnPropertyNames(t.openai).toSorted());
    },
    expect: { spans: [] },
  },
  {
    name: 'both copies of the package in one process',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const other = await t.loadOther('');
      t.log(classOf(other) === t.OpenAI);
      await callWith(t, other);
      await callWith(t, t.openai);
    },
    expect: { spans: [chatSpan(), chatSpan(), chatSpan(), chatSpan()] },
  },
  {
    name: 'streams of both copies',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      for (const module of [t.openai, await t.loadOther('')]) {
        const client = new (classOf(module))({ apiKey: 'sk-SENTINEL', baseURL: t.baseURL });
        t.log((await readAll(await client.chat.completions.create(usageParams))).length);
        const [left, right] = (await client.chat.completions.create(usageParams)).tee();
        t.log((await readAll(left)).length, (await readAll(right)).length);
      }
    },
    expect: { spans: [chatSpan(), chatSpan(), chatSpan(), chatSpan()] },
  },
  {
    name: 'deep import of the index file',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const module = await t.load(t.system === 'cjs' ? 'index.js' : 'index.mjs');
      t.log(classOf(module) === t.OpenAI);
      await callWith(t, module);
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'deep import of the client file',
    since: '5.0',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      await callWith(t, await t.load('client'));
      await callWith(t, await t.load(t.system === 'cjs' ? 'client.js' : 'client.mjs'));
    },
    expect: { spans: [chatSpan(), chatSpan(), chatSpan(), chatSpan()] },
  },
  {
    name: 'deep import of a resource class',
    async run(t) {
      t.play(json(chatBody()));
      const { Completions } = await t.load('resources/chat/completions');
      const completions = new Completions(t.client());
      t.log(Completions === t.OpenAI.Chat.Completions);
      return completions.create(chatParams);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'deep import of the file of AzureOpenAI',
    since: '5.0',
    async run(t) {
      t.play(json(chatBody()));
      const { AzureOpenAI } = await t.load('azure');
      const options = { apiKey: 'SENTINEL', endpoint: t.unnamedOrigin, apiVersion: '2024-10-21' };
      const client = new AzureOpenAI(options);
      return client.chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ attributes: { 'gen_ai.provider.name': 'azure.ai.openai' } })),
  },
  {
    name: 'the errors of the package are the classes that are thrown',
    async run(t) {
      t.play(json({ error: { message: 'SENTINEL', code: 'invalid_value' } }, { status: 400 }));
      const error = await t.outcome('call', t.client().chat.completions.create(chatParams));
      const { BadRequestError } = await t.load('error');
      t.log(error instanceof BadRequestError, BadRequestError === t.OpenAI.BadRequestError);
      t.log(isAtLeast(t.version, '5.0') ? t.openai.BadRequestError === BadRequestError : 'old');
    },
    expect: oneSpan({
      name: 'chat gpt-4o-mini',
      outcome: 'error',
      errorType: 'invalid_value',
      errorKind: 'request',
    }),
  },
]);
