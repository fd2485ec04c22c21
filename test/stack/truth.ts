import type { Exchange } from './recording-proxy.ts';

/** What the server's own bytes say of one call. Nothing here knows the code under test. */
export interface Truth {
  readonly call: string;
  readonly streamed: boolean;
  /** JSON documents in the answer. */
  readonly chunks: number;
  /** Of each request, in order. */
  readonly statuses: readonly number[];
  readonly id: string | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  /** Of the first choice; undefined where none came. */
  readonly finishReason: string | undefined;
  readonly refusal: { readonly code: string | undefined; readonly message: string } | undefined;
  readonly answer: string;
}

interface Body {
  readonly id?: string;
  readonly choices?: readonly {
    readonly message?: { readonly content?: string };
    readonly delta?: { readonly content?: string };
    readonly text?: string;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly error?: { readonly message: string; readonly code: string | null };
}

/** The JSON documents of a body: one, or one a chunk. */
function documentsOf({ responseBody, responseHeaders }: Exchange): Body[] {
  const text = Buffer.concat(responseBody).toString();
  if (!String(responseHeaders['content-type']).startsWith('text/event-stream')) {
    return [JSON.parse(text) as Body];
  }
  return text
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)) as Body);
}

function truthOf(call: string, exchanges: readonly Exchange[]): Truth {
  const last = exchanges.at(-1)!;
  const statuses = exchanges.map(({ status }) => status ?? 0);
  const documents = documentsOf(last);
  const choices = documents.flatMap((document) => document.choices?.slice(0, 1) ?? []);
  const usage = documents.find((document) => document.usage != null)?.usage;
  const error = documents[0]?.error;
  return {
    call,
    streamed: (JSON.parse(last.requestBody.toString()) as { stream?: boolean }).stream === true,
    chunks: documents.length,
    statuses,
    id: documents[0]?.id,
    usage: usage == null ? undefined : { input: usage.prompt_tokens, output: usage.completion_tokens },
    finishReason: choices.findLast((choice) => choice.finish_reason != null)?.finish_reason ?? undefined,
    refusal: error === undefined ? undefined : { code: error.code ?? undefined, message: error.message },
    answer: choices
      .map(({ message, delta, text }) => message?.content ?? delta?.content ?? text ?? '')
      .join(''),
  };
}

/** The calls that a recording holds, in the order of their first requests. */
export function truthsOf(exchanges: readonly Exchange[]): Truth[] {
  const byCall = new Map<string, Exchange[]>();
  for (const exchange of exchanges) {
    const call = String(exchange.requestHeaders['x-call']);
    byCall.set(call, [...(byCall.get(call) ?? []), exchange]);
  }
  return [...byCall].map(([call, own]) => truthOf(call, own));
}
