import { type IncidentName, type Simulator, incidentNames } from '@genvitals/openai-simulator';
import { describe, expect, test } from 'vitest';
import { ask, clientOf, send, startSimulator, weatherTool } from './running-simulator.ts';

const documents = [
  'Products can be returned within 30 days of delivery.',
  'Express delivery costs 9.90 EUR and arrives on the next day.',
  'All machines carry a warranty of 24 months.',
];
const question = 'How many days do I have to return a product?';
const truth = documents[0]!;

async function vectorOf(simulator: Simulator, text: string): Promise<number[]> {
  const { data } = await clientOf(simulator).embeddings.create({
    model: 'text-embedding-3-small',
    input: text,
  });
  return data[0]!.embedding;
}

/** A small RAG app: finds what is near the question and puts only that into the prompt. */
async function createApp(simulator: Simulator): Promise<(asked: string) => Promise<string>> {
  const client = clientOf(simulator);
  const index = await Promise.all(documents.map((text) => vectorOf(simulator, text)));
  return async (asked) => {
    const vector = await vectorOf(simulator, asked);
    const near = index
      .map((stored, at) => ({
        text: documents[at],
        score: stored.reduce((sum, value, place) => sum + value * vector[place]!, 0),
      }))
      .filter(({ score }) => score > 0.2);
    const context = near.map(({ text }) => text).join('\n');
    const messages = ask(`Context:\n${context}\n\nQuestion: ${asked}`);
    const completion = await client.chat.completions.create({ model: 'gpt-4o', messages });
    return completion.choices[0]?.message.content ?? '';
  };
}

async function chats(simulator: Simulator, count: number, body: object = {}): Promise<any[]> {
  const answers = [];
  for (let call = 0; call < count; call += 1) {
    answers.push(
      await send(simulator, '/chat/completions', { model: 'gpt-4o', messages: ask(question), ...body }).catch(
        () => ({ status: 0 }),
      ),
    );
  }
  return answers;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What is seen of each incident, by its name: a new row has no test until it has an entry here. */
const seen: Record<IncidentName, (simulator: Simulator, begin: () => void) => Promise<void>> = {
  'latency-step': async (simulator, begin) => {
    const timeOf = async (): Promise<number> =>
      mean(
        (await chats(simulator, 12, { max_tokens: 5 })).map(({ headers }) =>
          Number(headers.get('openai-processing-ms')),
        ),
      );
    const before = await timeOf();
    begin();
    expect(await timeOf()).toBeGreaterThan(2.5 * before);
  },
  'error-burst': async (simulator, begin) => {
    expect((await chats(simulator, 20)).every(({ status }) => status === 200)).toBe(true);
    begin();
    const answers = await chats(simulator, 100);
    const failed = answers.filter(({ status, body }) => status !== 200 || body === undefined);
    expect(failed.length).toBeGreaterThan(30);
    expect(failed.length).toBeLessThan(60);
    for (const status of [0, 500, 503])
      expect(
        answers.some((answer) => answer.status === status),
        String(status),
      ).toBe(true);
    expect(simulator.counts().calls.errors).toBe(failed.length);
  },
  'rate-limiting': async (simulator, begin) => {
    expect((await chats(simulator, 40)).every(({ status }) => status === 200)).toBe(true);
    begin();
    const limited = (await chats(simulator, 60)).filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(20);
    expect(limited[0].headers.get('x-ratelimit-limit-requests')).toBe('30');
    expect(Number(limited[0].headers.get('retry-after'))).toBeGreaterThan(0);
  },
  'context-loss': async (simulator, begin) => {
    const answer = await createApp(simulator);
    expect(await answer(question)).toContain(truth);
    begin();
    const lost = await answer(question);
    expect(lost).not.toContain(truth);
    expect(lost).not.toContain('documents');
    expect(Object.keys(simulator.counts().byStatus)).toEqual(['200']);
    const { body } = await send(simulator, '/embeddings', { model: 'text-embedding-3-small', input: 'a' });
    expect(body.model).toMatch(/^text-embedding-3-small-\d{4}-\d\d-\d\d$/u);
  },
  'quality-drop': async (simulator, begin) => {
    const messages = ask(`Context:\n${documents.join('\n')}\n\nQuestion: ${question}`);
    const rightShare = async (): Promise<number> =>
      mean(
        (await chats(simulator, 40, { messages })).map(({ body }) =>
          Number(body.choices[0].message.content.includes(truth)),
        ),
      );
    expect(await rightShare()).toBe(1);
    begin();
    const after = await rightShare();
    expect(after).toBeGreaterThan(0.1);
    expect(after).toBeLessThan(0.55);
  },
  'cost-explosion': async (simulator, begin) => {
    const system = { role: 'system', content: 'These are the rules of the house. '.repeat(200) };
    const usage = async (): Promise<any> => {
      const answers = await chats(simulator, 15, { model: 'gpt-5', messages: [system, ...ask(question)] });
      const read = (path: (one: any) => number): number =>
        mean(answers.slice(1).map(({ body }) => path(body.usage)));
      return {
        cached: read((one) => one.prompt_tokens_details.cached_tokens),
        answer: read((one) => one.completion_tokens - one.completion_tokens_details.reasoning_tokens),
        reasoning: read((one) => one.completion_tokens_details.reasoning_tokens),
      };
    };
    const before = await usage();
    begin();
    const after = await usage();
    expect(before.cached).toBeGreaterThan(1000);
    expect(after.cached).toBe(0);
    expect(after.answer).toBeGreaterThan(5 * before.answer);
    expect(after.reasoning).toBeGreaterThan(2 * before.reasoning);
  },
  'runaway-tool-loop': async (simulator, begin) => {
    const turns = async (): Promise<number> => {
      const messages: any[] = ask('What is the weather in Paris?');
      for (let turn = 1; turn <= 12; turn += 1) {
        const { body } = await send(simulator, '/chat/completions', {
          model: 'gpt-4o',
          messages,
          tools: [weatherTool],
        });
        const { message } = body.choices[0];
        if (message.tool_calls === undefined) return turn;
        messages.push(message, {
          role: 'tool',
          tool_call_id: message.tool_calls[0].id,
          content: '{"temperature": 11}',
        });
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(await turns()).toBe(2);
    begin();
    expect(await turns()).toBe(Number.POSITIVE_INFINITY);
  },
  'model-update': async (simulator, begin) => {
    const namesOf = async (model: string): Promise<string[]> => {
      const [answer] = await chats(simulator, 1, { model });
      return [answer.body.model, answer.body.system_fingerprint];
    };
    const before = await namesOf('gpt-4o');
    const pinned = await namesOf('gpt-4o-2024-11-20');
    begin();
    const after = await namesOf('gpt-4o');
    expect(after[0]).toMatch(/^gpt-4o-2026-/u);
    expect(after[1]).not.toBe(before[1]);
    expect((await namesOf('gpt-4o-2024-11-20'))[0]).toBe(pinned[0]);
    const stored = await vectorOf(simulator, question);
    expect(stored.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
  },
};

/** Most are seen without waiting. */
const latencyScales: Partial<Record<IncidentName, number>> = { 'latency-step': 0.02 };

describe('incidents', () => {
  test.each(incidentNames)('%s is seen after it begins and not before', async (name) => {
    const simulator = await startSimulator({ latencyScale: latencyScales[name] ?? 0 });
    await seen[name](simulator, () => simulator.setIncident(name));
    expect(simulator.counts().calls.inFlight).toBe(0);
  });

  test('one that is ended is over', async () => {
    const simulator = await startSimulator();
    simulator.setIncident('context-loss');
    const during = await vectorOf(simulator, question);
    simulator.setIncident(undefined);
    const after = await vectorOf(simulator, question);
    expect(Math.abs(during.reduce((sum, value, place) => sum + value * after[place]!, 0))).toBeLessThan(0.1);
    simulator.setIncident('context-loss');
    expect(await vectorOf(simulator, question)).toEqual(during);
  });

  test('begin after a number of calls, given as an option, at run time or by HTTP', async () => {
    const servedModels = async (simulator: Simulator, count: number): Promise<boolean[]> =>
      (await chats(simulator, count)).map(({ body }) => body.model.startsWith('gpt-4o-2026-'));
    const byOption = await startSimulator({ incident: 'model-update', incidentAfterCalls: 2 });
    expect(await servedModels(byOption, 4)).toEqual([false, false, true, true]);
    const atRunTime = await startSimulator();
    await servedModels(atRunTime, 3);
    atRunTime.setIncident('model-update', { afterCalls: 1 });
    expect(await servedModels(atRunTime, 2)).toEqual([false, true]);
    const byHttp = await startSimulator();
    const url = byHttp.url.replace('/v1', '/simulator/incident');
    const set = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ name: 'model-update', afterCalls: 1 }),
    });
    expect(await set.json()).toMatchObject({
      incident: { name: 'model-update', active: false, fromCall: 2 },
    });
    expect(await servedModels(byHttp, 2)).toEqual([false, true]);
    await fetch(url, { method: 'POST', body: JSON.stringify({ name: null }) });
    expect(await servedModels(byHttp, 1)).toEqual([false]);
  });

  test('begin after a time', async () => {
    let nowMs = 1_790_000_000_000;
    const simulator = await startSimulator({
      now: () => nowMs,
      incident: 'model-update',
      incidentAfterCalls: 0,
      incidentAfterMs: 5000,
    });
    const before = (await chats(simulator, 1))[0].body.model;
    nowMs += 5000;
    const after = (await chats(simulator, 1))[0].body.model;
    expect([before, after].map((model) => model.includes('2026'))).toEqual([false, true]);
  });

  test('that are a change have calls before them when given at the start', async () => {
    const simulator = await startSimulator({ incident: 'context-loss' });
    const first = await vectorOf(simulator, question);
    for (let call = 0; call < 19; call += 1) await vectorOf(simulator, question);
    expect(await vectorOf(simulator, question)).not.toEqual(first);
  });

  test('strike only the prompts that contain a text', async () => {
    const simulator = await startSimulator();
    simulator.setIncident('quality-drop', { promptContains: 'v2' });
    const rightShare = async (version: string): Promise<number> => {
      const messages = ask(`${version}\nContext:\n${truth}\n\nQuestion: ${question}`);
      return mean(
        (await chats(simulator, 20, { messages })).map(({ body }) =>
          Number(body.choices[0].message.content.includes(truth)),
        ),
      );
    };
    expect(await rightShare('Prompt v1.')).toBe(1);
    expect(await rightShare('Prompt v2.')).toBeLessThan(0.7);
  });

  test('that do not exist are refused with the names of those that do', async () => {
    const simulator = await startSimulator();
    const response = await fetch(simulator.url.replace('/v1', '/simulator/incident'), {
      method: 'POST',
      body: '{"name":"fire"}',
    });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as any;
    for (const name of incidentNames) expect(error.message).toContain(name);
    expect(simulator.counts().requests).toBe(0);
  });
});
