import * as fc from 'fast-check';

import {
  chatBody,
  chatChunks,
  chatChunksWithUsage,
  completionBody,
  embeddingsBody,
  responseBody,
  responseEvents,
} from '../versions/server/bodies.ts';

export type EndpointName = 'chat' | 'responses' | 'embeddings' | 'completions';

/** What the app does with the promise it gets, and with the stream. */
export const READINGS = [
  'await',
  'await twice',
  'withResponse',
  'asResponse',
  'asResponse and await',
  'read all',
  'break',
  'throw',
  'next at once',
  'tee',
  'readable stream',
  'helper',
] as const;
export type Reading = (typeof READINGS)[number];

export interface Case {
  readonly endpoint: EndpointName;
  readonly isStream: boolean;
  readonly reading: Reading;
  /** After how many chunks a reader that leaves early does so. */
  readonly after: number;
  readonly params: Record<string, unknown>;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
  /** Where the body is cut into network chunks. */
  readonly splits: readonly number[];
  readonly ending: 'closes' | 'breaks';
}

/** Values that a server, a proxy or a bug puts where something else belongs. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'odd', 0, -1, 1.5, 1e308, true, [], {}, [null], [[]], 'x'.repeat(3000)),
  fc.jsonValue({ maxDepth: 2 }),
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, at) => [at, item])
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

interface Mutation {
  readonly at: number;
  readonly value: unknown;
  readonly isRemoval: boolean;
}

const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({ at: fc.nat(), value: oddValue, isRemoval: fc.boolean() }),
  { maxLength: 3 },
);

function mutate(body: unknown, changes: readonly Mutation[]): unknown {
  let result: unknown = structuredClone(body);
  for (const { at, value, isRemoval } of changes) {
    const paths = pathsOf(result);
    const path = paths[at % paths.length] ?? [];
    const last = path.at(-1);
    if (last === undefined) {
      result = value;
      continue;
    }
    let holder: any = result;
    for (const key of path.slice(0, -1)) holder = holder[key];
    if (isRemoval) delete holder[last];
    else holder[last] = value;
  }
  return result;
}

const bodies: Readonly<Record<EndpointName, unknown>> = {
  chat: chatBody(),
  responses: responseBody(),
  embeddings: embeddingsBody(),
  completions: completionBody(),
};
const streams: Readonly<Record<EndpointName, readonly unknown[]>> = {
  chat: chatChunksWithUsage,
  responses: responseEvents(),
  embeddings: chatChunks,
  completions: [completionBody({ usage: null }), completionBody({ choices: [] })],
};

const jsonText = (endpoint: EndpointName): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: mutations.map((changes) => JSON.stringify(mutate(bodies[endpoint], changes)) ?? ''),
    },
    { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
    { weight: 1, arbitrary: fc.nat(200).map((length) => JSON.stringify(bodies[endpoint]).slice(0, length)) },
  );

const line = (endpoint: EndpointName): fc.Arbitrary<string> => {
  const events = streams[endpoint];
  const good = fc.nat(events.length - 1).map((at) => events[at]);
  const named = (event: unknown): string => `event: ${(event as { type?: string })?.type ?? 'message'}\n`;
  return fc.oneof(
    { weight: 8, arbitrary: good.map((event) => `data: ${JSON.stringify(event)}\n\n`) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(good, mutations, fc.boolean())
        .map(
          ([event, changes, isNamed]) =>
            `${isNamed ? named(event) : ''}data: ${JSON.stringify(mutate(event, changes))}\n\n`,
        ),
    },
    { weight: 1, arbitrary: fc.jsonValue().map((value) => `data: ${JSON.stringify(value)}\n\n`) },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }).map((text) => `data: ${text}\n\n`) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'data: [DONE]\n\n',
        ': a comment\n\n',
        'data:\n\n',
        'data\n\n',
        '\r\n\r\n',
        'event: error\ndata: {"error":{"code":"server_error","message":"SENTINEL"}}\n\n',
        'data: {"error":{"message":"SENTINEL","code":429}}\n\n',
        'data: {"error":"SENTINEL"}\n\n',
        'event: thread.run\ndata: {}\n\n',
        'id: 7\nretry: 1\n\n',
        '\uFEFFdata: {}\n\n',
        `data: {"choices":[{"index":0,"delta":{"content":"${'SENTINEL '.repeat(3000)}"}}]}\n\n`,
      ),
    },
  );
};

const eventText = (endpoint: EndpointName): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.array(line(endpoint), { maxLength: 8 }), fc.boolean(), fc.boolean())
        .map(([lines, isDone, isCrlf]) => {
          const text = `${lines.join('')}${isDone ? 'data: [DONE]\n\n' : ''}`;
          return isCrlf ? text.replaceAll('\n', '\r\n') : text;
        }),
    },
    {
      weight: 2,
      arbitrary: fc.nat(streams[endpoint].length).map((count) =>
        streams[endpoint]
          .slice(0, count)
          .map((event) => `data: ${JSON.stringify(event)}\n\n`)
          .join(''),
      ),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 80 }) },
  );

const oddParams: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.constantFrom(
    'model',
    'messages',
    'input',
    'prompt',
    'temperature',
    'max_tokens',
    'stop',
    'n',
    'tools',
    'response_format',
    'text',
    'reasoning',
    'conversation',
    'instructions',
    'stream_options',
    'encoding_format',
  ),
  oddValue,
  { maxKeys: 3 },
);

const headers = (isStream: boolean): fc.Arbitrary<Record<string, string>> =>
  fc.record({
    'content-type': fc.oneof(
      { weight: 9, arbitrary: fc.constant(isStream ? 'text/event-stream' : 'application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/vnd.api+json', 'image/png', ';;;') },
    ),
    'x-request-id': fc.constantFrom('req_1', '', 'SENTINEL'),
    'x-ratelimit-remaining-tokens': fc.constantFrom('10', '-1', 'none', ''),
    'retry-after': fc.constantFrom('1', '-1', 'SENTINEL'),
  });

/** One call of an app, and an answer of a server that may be whole, odd or broken. */
export const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom<EndpointName>('chat', 'responses', 'embeddings', 'completions'), fc.boolean())
  .chain(([endpoint, wantsStream]) => {
    const isStream = wantsStream && endpoint !== 'embeddings';
    return fc
      .record({
        reading: fc.constantFrom(...READINGS),
        after: fc.nat(4),
        odd: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddParams }),
        status: fc.oneof(
          { weight: 7, arbitrary: fc.constant(200) },
          {
            weight: 1,
            arbitrary: fc.constantFrom(201, 204, 400, 401, 404, 408, 418, 422, 429, 500, 503, 599),
          },
        ),
        headers: headers(isStream),
        text: isStream ? eventText(endpoint) : jsonText(endpoint),
        splits: fc.array(fc.nat(4000), { maxLength: 6 }),
        ending: fc.constantFrom<Case['ending']>('closes', 'closes', 'closes', 'breaks'),
      })
      .map(({ odd, text, ...rest }) => ({
        ...rest,
        endpoint,
        isStream,
        params: {
          model: 'gpt-4o-mini',
          messages: [{ role: 'user', content: 'SENTINEL' }],
          input: 'SENTINEL',
          prompt: 'SENTINEL',
          ...odd,
          ...(isStream ? { stream: true } : {}),
        },
        body: new TextEncoder().encode(text),
      }));
  });
