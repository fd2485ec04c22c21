import { type Described, describe } from '../versions/describe.ts';
import type { Case } from './cases.ts';

function bodyOf({ body, splits, ending }: Case): ReadableStream<Uint8Array> {
  const cuts = [...new Set(splits.filter((at) => at > 0 && at < body.length))].toSorted((a, b) => a - b);
  const parts = [...cuts, body.length].map((end, at) => body.slice(cuts[at - 1] ?? 0, end));
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part !== undefined && part.length > 0) controller.enqueue(part);
      else if (ending === 'breaks') controller.error(new TypeError('terminated'));
      else controller.close();
    },
  });
}

const WITHOUT_BODY = new Set([204, 304]);

/** How often the app's fetch was called, beside what the app saw. */
export interface Seen {
  readonly log: readonly Described[];
  readonly fetches: number;
}

interface Notes {
  note(...values: unknown[]): void;
}

async function readStream(stream: any, one: Case, { note }: Notes): Promise<void> {
  const { reading, after } = one;
  if (typeof stream?.[Symbol.asyncIterator] !== 'function') {
    note('no stream', stream);
    return;
  }
  if (reading === 'next at once') {
    const iterator = stream[Symbol.asyncIterator]();
    note(await Promise.allSettled(Array.from({ length: after + 2 }, () => iterator.next())));
    note(await iterator.return?.());
    return;
  }
  if (reading === 'tee') {
    const branches = stream.tee() as AsyncIterable<unknown>[];
    for (const branch of branches) await readStream(branch, { ...one, reading: 'read all' }, { note });
    return;
  }
  if (reading === 'readable stream') {
    for await (const part of stream.toReadableStream()) note(Buffer.from(part).toString());
    return;
  }
  let count = 0;
  for await (const chunk of stream) {
    note(chunk);
    count += 1;
    if (reading === 'break' && count > after) break;
    if (reading === 'throw' && count > after) throw new RangeError('of the app');
  }
  note('end', stream.controller?.signal.aborted);
}

async function callHelper(client: any, major: number, one: Case, { note }: Notes): Promise<void> {
  const chat = major === 4 ? client.beta.chat.completions : client.chat.completions;
  if (one.endpoint === 'responses') {
    if (one.isStream) note(await client.responses.stream(one.params).finalResponse());
    else note(await client.responses.parse(one.params));
  } else if (one.isStream) note(await chat.stream(one.params).finalChatCompletion());
  else note(await chat.parse(one.params));
}

async function use(client: any, major: number, one: Case, notes: Notes): Promise<void> {
  const resources: Readonly<Record<Case['endpoint'], any>> = {
    chat: client.chat.completions,
    responses: client.responses,
    embeddings: client.embeddings,
    completions: client.completions,
  };
  // The stream helpers of 4 and 5 wait for ever where a stream ends without a message.
  const isKnown = one.endpoint === 'chat' || one.endpoint === 'responses';
  const hasHelper = isKnown && (major > 5 || !one.isStream);
  if (one.reading === 'helper' && hasHelper) return callHelper(client, major, one, notes);
  const promise = resources[one.endpoint].create(one.params);
  notes.note(promise);
  if (one.reading === 'asResponse') {
    const response = await promise.asResponse();
    notes.note(response, await response.text());
    return undefined;
  }
  if (one.reading === 'asResponse and await') notes.note(await promise.asResponse());
  if (one.reading === 'withResponse') {
    const { data, response } = await promise.withResponse();
    notes.note(response);
    if (one.isStream) return readStream(data, one, notes);
    notes.note(data);
    return undefined;
  }
  const answer = await promise;
  if (one.reading === 'await twice') notes.note((await promise) === answer);
  if (one.isStream) return readStream(answer, one, notes);
  notes.note(answer);
  return undefined;
}

/** Runs the case as an app would, with a client of this module, and writes down all that it sees. */
export async function runApp(openai: any, major: number, one: Case): Promise<Seen> {
  const log: Described[] = [];
  const notes: Notes = { note: (...values) => void log.push(...values.map(describe)) };
  let fetches = 0;
  const client = new openai.OpenAI({
    apiKey: 'sk-SENTINEL',
    baseURL: 'http://127.0.0.1:1/v1',
    maxRetries: 0,
    logLevel: 'off',
    fetch: async () => {
      fetches += 1;
      const body = WITHOUT_BODY.has(one.status) ? null : bodyOf(one);
      return new Response(body, { status: one.status, headers: one.headers });
    },
  });
  try {
    await use(client, major, structuredClone(one), notes);
  } catch (error) {
    notes.note('thrown', error);
  }
  return { log, fetches };
}
