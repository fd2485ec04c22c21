import type { ExpectedFacts, Recording } from './recording.ts';

/**
 * Reads off the raw bytes of a recorded answer what a span must say, on a way of its own: nothing of the
 * instrumentation and nothing of the client is used.
 */
const ENDPOINTS = [
  { end: '/chat/completions', operation: 'chat' },
  { end: '/responses', operation: 'chat' },
  { end: '/embeddings', operation: 'embeddings' },
  { end: '/completions', operation: 'text_completion' },
] as const;

export function endpointOf(recording: Recording): (typeof ENDPOINTS)[number] | undefined {
  const { pathname } = new URL(recording.request.url);
  if (recording.request.method !== 'POST') return undefined;
  return ENDPOINTS.find(({ end }) => pathname.endsWith(end));
}

function dataLines(body: string): any[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim())
    .filter((data) => data !== '' && data !== '[DONE]')
    .map((data) => JSON.parse(data));
}

function chatUsage(usage: any): Partial<ExpectedFacts> {
  if (typeof usage?.prompt_tokens !== 'number') return {};
  return {
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens,
    cacheWrite: usage.prompt_tokens_details?.cache_write_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens,
  };
}

/** An unstreamed answer, or the chunks of a streamed one, of the two endpoints that have choices. */
function fromChoices(parts: readonly any[]): Partial<ExpectedFacts> {
  const reasons = new Map<number, string>();
  for (const part of parts) {
    for (const choice of part.choices ?? []) {
      if (choice.finish_reason) reasons.set(choice.index, choice.finish_reason);
    }
  }
  const first = parts.find((part) => part.id);
  const ordered = [...reasons].toSorted(([one], [two]) => one - two).map(([, reason]) => reason);
  return {
    ...chatUsage(parts.findLast((part) => part.usage)?.usage),
    finishReasons: ordered.length === 0 ? undefined : ordered,
    id: first?.id,
    model: parts.find((part) => part.model)?.model,
  };
}

const INCOMPLETE: Readonly<Record<string, string>> = {
  max_output_tokens: 'length',
  content_filter: 'content_filter',
};

function fromResponse(response: any): Partial<ExpectedFacts> {
  const calls = (response.output ?? []).filter(({ type }: any) => type === 'function_call');
  const byStatus: Readonly<Record<string, string | undefined>> = {
    completed: calls.length > 0 ? 'tool_calls' : 'stop',
    incomplete: INCOMPLETE[response.incomplete_details?.reason],
    failed: 'error',
  };
  const reason = byStatus[response.status];
  return {
    input: response.usage?.input_tokens,
    output: response.usage?.output_tokens,
    cached: response.usage?.input_tokens_details?.cached_tokens,
    cacheWrite: response.usage?.input_tokens_details?.cache_write_tokens,
    reasoning: response.usage?.output_tokens_details?.reasoning_tokens,
    finishReasons: reason === undefined ? undefined : [reason],
    id: response.id,
    model: response.model,
  };
}

function errorOf(status: number, body: string): Partial<ExpectedFacts> {
  const { error } = JSON.parse(body) as { error?: { code?: unknown } };
  const code = error?.code;
  const isWord = typeof code === 'string' && /^([a-z0-9_.]{1,64}|DeploymentNotFound)$/.test(code);
  const quota = status === 429;
  return {
    errorType: isWord ? code : String(status),
    errorKind: quota ? 'quota' : status >= 500 ? 'provider' : 'request',
  };
}

/** What the span of this recording must say; undefined where there must be none. */
export function readFacts(recording: Recording): ExpectedFacts | undefined {
  const endpoint = endpointOf(recording);
  if (endpoint === undefined) return undefined;
  const { operation } = endpoint;
  const { status, body } = recording.response;
  if (body === null) return { operation };
  if (status >= 400) return { operation, ...errorOf(status, body) };
  const isStream = recording.request.body?.stream === true;
  if (endpoint.end === '/responses') {
    if (!isStream) return { operation, ...fromResponse(JSON.parse(body)) };
    const last = dataLines(body).findLast((event) => event.response !== undefined);
    return { operation, ...fromResponse(last.response) };
  }
  if (endpoint.end === '/embeddings') {
    const answer = JSON.parse(body);
    return { operation, input: answer.usage.prompt_tokens, model: answer.model };
  }
  if (!isStream && JSON.parse(body).error !== undefined) {
    // The answer of a status of success that tells of another one.
    return { operation, ...errorOf(JSON.parse(body).error.status, body) };
  }
  return { operation, ...fromChoices(isStream ? dataLines(body) : [JSON.parse(body)]) };
}
