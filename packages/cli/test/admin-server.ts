import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly path: string;
  readonly search: URLSearchParams;
  readonly body: URLSearchParams;
  readonly authorization: string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}

/** A server that answers as it is told to, and remembers what it was asked. */
export async function serve(answer: (asked: Asked) => Answer): Promise<{ url: string; asked: Asked[] }> {
  const all: Asked[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    const asked: Asked = {
      path: pathname,
      search: searchParams,
      body: new URLSearchParams(await readBody(request)),
      authorization: request.headers.authorization,
    };
    all.push(asked);
    const { status = 200, headers, body } = answer(asked);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: all };
}

/** A line of the bill, as `[day, line item, usd, quantity, project]`. */
export type BillRow = readonly [string, string, number | string, number?, string?];
/** As `[day, model, requests, input, cached, output]`. */
export type UsageRow = readonly [string, string, number, number?, number?, number?];

const seconds = (day: string): number => Date.parse(day) / 1_000;

function buckets<Row extends readonly [string, ...unknown[]]>(
  rows: readonly Row[],
  toResult: (row: Row) => object,
) {
  return [...new Set(rows.map(([day]) => day))].toSorted().map((day) => ({
    object: 'bucket',
    start_time: seconds(day),
    end_time: seconds(day) + 86_400,
    results: rows.filter((row) => row[0] === day).map(toResult),
  }));
}

/** The API of an organization: two buckets a page, and only the days and the project that are asked for. */
export function serveAdminApi(bill: readonly BillRow[], usage: readonly UsageRow[] = []) {
  const costs = (project: string | null) =>
    buckets(
      bill.filter(([, , , , of = 'proj_a']) => project === null || of === project),
      ([, line_item, value, quantity = null, project_id = 'proj_a']) => ({
        object: 'organization.costs.result',
        amount: { value, currency: 'usd' },
        line_item,
        project_id,
        quantity,
        quantity_unit: quantity === null ? null : 'tokens',
      }),
    );
  const completions = buckets(usage, ([, model, num_model_requests, input = 0, cached = 0, output = 0]) => ({
    object: 'organization.usage.completions.result',
    model,
    num_model_requests,
    input_tokens: input,
    input_cached_tokens: cached,
    output_tokens: output,
  }));
  return serve(({ path, search }) => {
    const all = path.endsWith('/costs')
      ? costs(search.get('project_ids[]'))
      : path.endsWith('/completions')
        ? completions
        : [];
    const asked = all.filter(
      ({ start_time }) =>
        start_time >= Number(search.get('start_time')) && start_time < Number(search.get('end_time')),
    );
    const first = Number(search.get('page') ?? 0);
    const hasMore = first + 2 < asked.length;
    return {
      body: {
        object: 'page',
        data: asked.slice(first, first + 2),
        has_more: hasMore,
        next_page: hasMore ? String(first + 2) : null,
      },
    };
  });
}
