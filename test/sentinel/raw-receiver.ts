import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Takes OTLP of any kind and keeps the bytes as text: what a decoder would drop is there too. */
export interface RawReceiver {
  readonly url: string;
  /** Everything that was posted to a path, as Latin-1 text, so that no byte is lost. */
  text(path: string): string;
  readonly headers: readonly string[];
  close(): void;
}

/** @param onBody gets what is posted, unzipped, in place of its being kept */
export async function createRawReceiver(onBody?: (path: string, body: Buffer) => void): Promise<RawReceiver> {
  const bodies = new Map<string, string>();
  const headers: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const sent = Buffer.concat(parts);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      const path = request.url ?? '';
      if (onBody === undefined) bodies.set(path, `${bodies.get(path) ?? ''}\n${body.toString('latin1')}`);
      else onBody(path, body);
      headers.push(JSON.stringify(request.rawHeaders));
      response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    text: (path) => bodies.get(path) ?? '',
    headers,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
