// An app that asks a model server, with no telemetry in it. One line of JSON on stdout per call.
import { createRequire } from 'node:module';
import type * as OpenAIModule from 'openai-7-57';

import { calls, type CallName, type Seen } from './calls.ts';

const { APP_OPENAI, APP_SYSTEM, APP_MODEL, APP_CALLS } = process.env as Record<string, string>;
const loaded = (
  APP_SYSTEM === 'cjs' ? createRequire(import.meta.url)(APP_OPENAI!) : await import(APP_OPENAI!)
) as typeof OpenAIModule;

const openai = new loaded.OpenAI();

async function ask(call: CallName): Promise<Seen> {
  try {
    return { call, value: await calls[call](openai, APP_MODEL!, { 'x-call': call }) };
  } catch (error) {
    const { constructor, status } = error as { constructor: { name: string }; status?: number };
    return { call, error: { name: constructor.name, ...(status === undefined ? {} : { status }) } };
  }
}

for (const call of JSON.parse(APP_CALLS!) as CallName[]) {
  process.stdout.write(`${JSON.stringify(await ask(call))}\n`);
}
