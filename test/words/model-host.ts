import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A server that keeps every byte that it is sent, and answers each request with one chat completion. */
export interface ByteServer {
  readonly port: number;
  /** What came, a text a connection. */
  readonly received: readonly string[];
  close(): void;
}

const BODY = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const ANSWER = [
  'HTTP/1.1 200 OK',
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(BODY)}`,
  'connection: close',
  '',
  BODY,
].join('\r\n');

/** The body is as long as its header says, or there is none. */
function isWhole(request: string): boolean {
  const [head = '', body] = request.split('\r\n\r\n');
  return (
    body !== undefined && Buffer.byteLength(body) >= Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  );
}

export async function createByteServer(): Promise<ByteServer> {
  const received: string[] = [];
  const server: Server = createServer((socket) => {
    const at = received.push('') - 1;
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      received[at] += part.toString('latin1');
      if (isWhole(received[at] ?? '')) socket.end(ANSWER);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: () => {
      server.close();
    },
  };
}
