import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An app whose requests, out and in, fail with errors that quote what somebody wrote. */
const { OpenAI } = (await import(process.env['APP_OPENAI'] ?? '')) as { OpenAI: any };
const quoting = (): Error => new RangeError('SENTINEL prompt');
const client = new OpenAI({ baseURL: process.env['APP_BASE_URL'], maxRetries: 0, logLevel: 'off' });

async function aborted(ask: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  setTimeout(() => controller.abort(quoting()), 50);
  await ask(controller.signal).catch(() => undefined);
}

const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
  '/aborted-call': () =>
    aborted((signal) => client.chat.completions.create({ model: 'gpt-4o-mini', messages: [] }, { signal })),
  '/aborted-fetch': () => aborted((signal) => fetch(process.env['APP_BASE_URL'] ?? '', { signal })),
  '/failed-body': () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(quoting()) });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    return fetch(process.env['APP_BASE_URL'] ?? '', init).catch(() => undefined);
  },
  '/failed-response': (_request, response) => response.on('error', () => undefined).emit('error', quoting()),
  '/thrown': () => {
    throw quoting();
  },
};

process.on('uncaughtException', () => undefined);
const server = createServer((request, response) => {
  const path = request.url?.split('?', 1)[0] ?? '';
  if (path === '/thrown') response.end();
  void Promise.resolve(routes[path]?.(request, response)).then(() => response.end());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
for (const path of Object.keys(routes)) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}?q=SENTINEL`, {
    headers: { 'x-app': 'SENTINEL' },
  });
  await answer.text();
}
server.close();
server.closeAllConnections();
process.stdout.write(`${Object.keys(routes).length} requests\n`);
