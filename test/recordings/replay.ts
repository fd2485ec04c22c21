import { endpointOf } from './oracle.ts';
import type { Recording } from './recording.ts';

/** The module of any openai version under test. */
export type OpenAIModule = any;

const DEPLOYMENT = /^(.*?)\/+openai\/deployments\/([^/]+)$/;

function respond({ response }: Recording): Response {
  // A body of its own length and coding: those headers speak of the wire it was recorded on.
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(response.body, { status: response.status, headers });
}

interface Target {
  readonly client: any;
  readonly query: Record<string, string>;
}

/** A client that would send its request where the recorded one went. */
function targetOf(openai: OpenAIModule, recording: Recording, base: string): Target {
  const url = new URL(recording.request.url);
  const options = { apiKey: 'sk-recorded', maxRetries: 0, fetch: async () => respond(recording) };
  const query = Object.fromEntries(url.searchParams);
  const [, endpoint, deployment] = DEPLOYMENT.exec(base) ?? [];
  const apiVersion = query['api-version'];
  if (endpoint !== undefined && apiVersion !== undefined) {
    const client = new openai.AzureOpenAI({ ...options, endpoint, deployment, apiVersion });
    return { client, query: {} };
  }
  return { client: new openai.OpenAI({ ...options, baseURL: base }), query };
}

/** Plays a recorded answer through the real client, and gives back what the app would get. */
export async function replay(openai: OpenAIModule, recording: Recording): Promise<unknown> {
  const { method, url, body } = recording.request;
  const { origin, pathname } = new URL(url);
  const end = endpointOf(recording)?.end;
  if (end === undefined) {
    const { client, query } = targetOf(openai, recording, origin);
    if (recording.response.body === null) return undefined;
    return method === 'GET' ? client.get(pathname, { query }) : client.post(pathname, { body, query });
  }
  const { client, query } = targetOf(openai, recording, `${origin}${pathname.slice(0, -end.length)}`);
  const resources: Readonly<Record<typeof end, any>> = {
    '/chat/completions': client.chat.completions,
    '/responses': client.responses,
    '/embeddings': client.embeddings,
    '/completions': client.completions,
  };
  const answer = await resources[end].create(body, { query });
  if (body?.stream !== true) return answer;
  const chunks: unknown[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return chunks;
}
