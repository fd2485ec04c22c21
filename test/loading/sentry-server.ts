import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface SentryServer {
  readonly dsn: string;
  /** `op description` of each span in each transaction. */
  readonly spans: string[];
  close(): Promise<void>;
}

interface Transaction {
  readonly transaction?: string;
  readonly contexts?: { readonly trace?: { readonly op?: string } };
  readonly spans?: readonly { readonly op?: string; readonly description?: string }[];
}

interface SpanBatch {
  readonly items: readonly {
    readonly name: string;
    readonly attributes: Record<string, { value: unknown }>;
  }[];
}

/** Spans as Sentry 10 sends them, within their transaction, and as 11 does, in batches. */
function spansOf(line: string): string[] {
  if (line.startsWith('{"version":2,"items":')) {
    const { items } = JSON.parse(line) as SpanBatch;
    return items.map(({ name, attributes }) => `${String(attributes['sentry.op']?.value)} ${name}`);
  }
  if (!line.includes('"spans":')) return [];
  const { contexts, transaction, spans = [] } = JSON.parse(line) as Transaction;
  return [
    `${contexts?.trace?.op} ${transaction}`,
    ...spans.map(({ op, description }) => `${op} ${description}`),
  ];
}

/** Takes envelopes as Sentry does and keeps what transactions are made of. */
export async function createSentryServer(): Promise<SentryServer> {
  const spans: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString(
        'utf8',
      );
      spans.push(...text.split('\n').flatMap(spansOf));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    dsn: `http://public@127.0.0.1:${(server.address() as AddressInfo).port}/1`,
    spans,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
