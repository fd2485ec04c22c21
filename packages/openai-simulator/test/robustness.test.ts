import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Simulator } from '@genvitals/openai-simulator';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, send, startSimulator } from './running-simulator.ts';

const question = { model: 'gpt-4o', messages: ask('Hello') };

/** Whatever happened, it still answers. */
async function isAlive(simulator: Simulator): Promise<void> {
  expect((await send(simulator, '/chat/completions', question)).status).toBe(200);
}

/** Bytes on a bare socket, and what comes back. */
async function sendBytes(simulator: Simulator, bytes: string, end = true): Promise<string> {
  const socket = connect(simulator.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  await once(socket, 'connect');
  if (end) socket.end(bytes);
  else socket.write(bytes);
  await Promise.race([once(socket, 'close'), wait(1000)]);
  socket.destroy();
  return answer;
}

const anything = fc.anything({ withBigInt: false, maxDepth: 4, withNullPrototype: false });
const names = [
  'model',
  'messages',
  'input',
  'prompt',
  'tools',
  'tool_choice',
  'response_format',
  'text',
  'stream',
  'stream_options',
  'n',
  'stop',
  'reasoning',
  'instructions',
  'dimensions',
  'metadata',
  'conversation',
  'previous_response_id',
  'logprobs',
  'max_tokens',
];
const good: Record<string, object> = {
  '/chat/completions': {
    ...question,
    tools: [{ type: 'function', function: { name: 'f', parameters: {} } }],
  },
  '/responses': { model: 'gpt-4o', input: 'Hello' },
  '/embeddings': { model: 'text-embedding-3-small', input: 'Hello' },
  '/completions': { model: 'babbage-002', prompt: 'Hello' },
  '/moderations': { input: 'Hello' },
};

describe('input that nobody should send', () => {
  test('random members in place of the right ones are answered with 200 or a 4xx and an error body', async () => {
    const simulator = await startSimulator({ rateLimits: { requestsPerMinute: 1e9, tokensPerMinute: 1e12 } });
    const property = fc.asyncProperty(
      fc.constantFrom(...Object.keys(good)),
      fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 3 }),
      async (path, wrong) => {
        const { status, body, text } = await send(simulator, path, { ...good[path], ...wrong });
        if (status === 200) return;
        expect([400, 403, 404], text).toContain(status);
        expect(body.error).toMatchObject({ message: expect.any(String), type: 'invalid_request_error' });
      },
    );
    await fc.assert(property, { numRuns: 800, seed: 11 });
    expect(simulator.counts().byStatus[500]).toBeUndefined();
    expect(simulator.counts().calls.inFlight).toBe(0);
  });

  test('random schemas get JSON', async () => {
    const simulator = await startSimulator({ rateLimits: { requestsPerMinute: 1e9, tokensPerMinute: 1e12 } });
    const property = fc.asyncProperty(
      fc.object({
        maxDepth: 5,
        withBigInt: false,
        key: fc.constantFrom(
          'type',
          'properties',
          'items',
          'anyOf',
          '$ref',
          'enum',
          'required',
          'minItems',
          'allOf',
          'a',
        ),
      }),
      async (schema) => {
        const request = {
          ...question,
          response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
        };
        const { status, body, text } = await send(simulator, '/chat/completions', request);
        expect(status, text).toBe(200);
        JSON.parse(body.choices[0].message.content);
      },
    );
    await fc.assert(property, { numRuns: 300, seed: 12 });
  });

  test('schemas that go round in circles come to an end', async () => {
    const simulator = await startSimulator();
    const node = {
      type: 'object',
      properties: { left: { $ref: '#/$defs/node' }, right: { $ref: '#/$defs/node' } },
      required: ['left', 'right'],
    };
    const loop = { $ref: '#/$defs/loop' };
    for (const schema of [
      { $ref: '#/$defs/node', $defs: { node } },
      { ...loop, $defs: { loop } },
      { $ref: '#' },
      { type: 'array', items: { $ref: '#' } },
    ]) {
      const begun = performance.now();
      const request = {
        ...question,
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
      };
      expect((await send(simulator, '/chat/completions', request)).status).toBe(200);
      expect(performance.now() - begun).toBeLessThan(1000);
    }
  });

  test('bodies that are no JSON object are a bad request', async () => {
    const simulator = await startSimulator();
    for (const body of ['', '{', 'null', '[]', '"text"', '{"a":1}x', '\u0000\u0001', '['.repeat(100_000)]) {
      const { status, body: answer } = await send(simulator, '/chat/completions', body, {}, 'POST');
      expect(status).toBe(400);
      expect(answer.error.type).toBe('invalid_request_error');
    }
  });

  test('deeply nested JSON does not end it', async () => {
    const simulator = await startSimulator();
    const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;
    const { status } = await send(
      simulator,
      '/chat/completions',
      `{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":${deep}}}],"tool_choice":"required"}`,
    );
    expect([200, 400]).toContain(status);
    await isAlive(simulator);
  });

  test('texts made to be slow to read are read in time', async () => {
    const simulator = await startSimulator();
    for (const content of [
      '<context>'.repeat(20_000),
      ' '.repeat(300_000),
      'context '.repeat(50_000),
      '"'.repeat(300_000),
      `Paris${' \n'.repeat(100_000)}x`,
      'no documents !!!!'.repeat(20_000),
      'é'.repeat(100_000),
    ]) {
      const begun = performance.now();
      const { status } = await send(simulator, '/chat/completions', {
        model: 'gpt-4.1',
        messages: ask(content),
      });
      expect(status).toBe(200);
      expect(performance.now() - begun, content.slice(0, 20)).toBeLessThan(2000);
    }
  });

  test('a body over 64 MiB is refused, announced or not', async () => {
    const simulator = await startSimulator();
    const announced = await sendBytes(
      simulator,
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\ncontent-length: ${64 * 1024 * 1024 + 1}\r\n\r\n{`,
      false,
    );
    expect(announced).toMatch(/^HTTP\/1\.1 413 /u);
    const megabyte = new Uint8Array(1024 * 1024).fill(32);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 66) controller.close();
        else controller.enqueue(megabyte);
      },
    });
    const response = await fetch(`${simulator.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer a' },
      body,
      duplex: 'half',
    } as any);
    expect(response.status).toBe(413);
    expect(((await response.json()) as any).error.code).toBe('payload_too_large');
    expect(simulator.counts().byStatus).toEqual({ 413: 2 });
    await isAlive(simulator);
  });

  test('a large prompt is counted and refused for its length, not for its size', async () => {
    const simulator = await startSimulator();
    const { status, body } = await send(simulator, '/responses', {
      model: 'gpt-4o',
      input: 'word '.repeat(2_000_000),
    });
    expect(status).toBe(400);
    expect(body.error.code).toBe('context_length_exceeded');
  });

  test('what is not HTTP gets a 400, headers without end a 431', async () => {
    const simulator = await startSimulator();
    expect(await sendBytes(simulator, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /u);
    expect(await sendBytes(simulator, `GET / HTTP/1.1\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /u,
    );
    await isAlive(simulator);
  });

  test('paths that are odd are not found', async () => {
    const simulator = await startSimulator();
    for (const path of ['//', '/v1/responses/%E0%A4%A', '/v1/responses/a/b', '/v1', '/..%2f', 'http://[']) {
      const answer = await sendBytes(
        simulator,
        `GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\nconnection: close\r\n\r\n`,
      );
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[045] /u);
    }
    await isAlive(simulator);
  });

  test('a client that leaves in the middle of its body is counted as gone', async () => {
    const simulator = await startSimulator();
    const socket = connect(simulator.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\ncontent-length: 1000\r\n\r\n{"model"',
    );
    await expect.poll(() => simulator.counts().calls.inFlight).toBe(1);
    socket.destroy();
    await expect.poll(() => simulator.counts().calls).toMatchObject({ total: 1, aborted: 1, inFlight: 0 });
    await isAlive(simulator);
  });

  test('a body that comes byte by byte is read', async () => {
    const simulator = await startSimulator();
    const body = JSON.stringify(question);
    const socket = connect(simulator.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
    );
    for (const byte of body) {
      socket.write(byte);
      await wait(1);
    }
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 200 /u);
    socket.destroy();
  });

  test('a client that does not read its stream does not fill the memory', async () => {
    const simulator = await startSimulator();
    const body = JSON.stringify({ ...question, messages: ask('Write 20000 words'), stream: true, n: 2 });
    const socket = connect(simulator.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await wait(1500);
    expect(simulator.counts().calls).toMatchObject({ inFlight: 1, total: 0 });
    socket.destroy();
    await expect.poll(() => simulator.counts().calls.aborted).toBe(1);
  });

  test('five hundred calls at once are all answered', async () => {
    const simulator = await startSimulator();
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, call) =>
        send(simulator, '/chat/completions', { ...question, stream: call % 2 === 0 }),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(simulator.counts().calls.answered).toBe(500);
  });
});
