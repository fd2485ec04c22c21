import type { ClientRequest } from 'node:http';

/** `fetch` and undici; the client from 5 on, and 4 where it is told to. */
const UNDICI_CHANNEL = 'undici:request:create';
/** `node:http`, by which the client 4 sends. */
const HTTP_CHANNEL = 'http.client.request.start';

/**
 * The paths of the endpoints that are traced and posted to, below whatever base URL: their rows are not loaded in a
 * process without openai. A test compares the two.
 */
const PATH =
  /\/(?:(?:chat\/)?completions|responses(?:\/compact|\/[^/]+\/cancel)?|embeddings|moderations|images\/(?:generations|edits|variations)|audio\/(?:speech|transcriptions|translations)|vector_stores\/[^/]+\/search)(?:\?|$)/;

type ReadHeader = (name: string) => string | undefined;

interface UndiciRequest {
  readonly method?: string;
  readonly path?: string;
  /** Lines of text, or names and values by turns. */
  readonly headers?: string | readonly unknown[];
}

function readUndiciHeader({ headers = '' }: UndiciRequest, name: string): string | undefined {
  const parts =
    typeof headers === 'string'
      ? headers.split('\r\n').flatMap((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 1).trim()];
        })
      : headers.map(String);
  const at = parts.findIndex((part, index) => index % 2 === 0 && part.toLowerCase() === name);
  return at < 0 ? undefined : parts[at + 1];
}

function readHttpHeader(request: ClientRequest, name: string): string | undefined {
  const value = request.getHeader(name);
  // Several values stand in a list; openai 4 gives each header as one.
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}

/**
 * The version of the openai client that sends a request; undefined where it is another's. The clients of other
 * providers have the same maker and so the same headers, but no such version: those with these paths are below 4. A
 * gateway passes on what another process has sent, and that one's version of Node.
 */
function clientVersion(header: ReadHeader): string | undefined {
  if (header('x-stainless-lang') !== 'js' || header('anthropic-version') !== undefined) return undefined;
  const runtimeVersion = header('x-stainless-runtime-version');
  if (header('x-stainless-runtime') === 'node' && runtimeVersion !== process.version) return undefined;
  const version = header('x-stainless-package-version');
  return version !== undefined && Number.parseInt(version, 10) >= 4 ? version : undefined;
}

/**
 * Watches requests of the process for those of an openai client, by their method, path and names of headers; neither
 * bodies nor keys are looked at. A request of anything else costs a comparison, of a POST a match of its path.
 * @param onRequest called with the client's version, while the request is made
 * @returns ends the watch
 */
export function watchRequests(onRequest: (version: string) => void): () => void {
  const channels = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel');
  if (channels === undefined) return () => undefined;

  function look(method: string | undefined, path: string | undefined, header: ReadHeader): void {
    if (method !== 'POST' || path === undefined || !PATH.test(path)) return;
    try {
      const version = clientVersion(header);
      if (version !== undefined) onRequest(version);
    } catch {
      // Thrown in a channel it would be an uncaught exception of the app.
    }
  }
  function onUndici(message: unknown): void {
    const { request } = message as { readonly request: UndiciRequest };
    look(request.method, request.path, (name) => readUndiciHeader(request, name));
  }
  function onHttp(message: unknown): void {
    const { request } = message as { readonly request: ClientRequest };
    look(request.method, request.path, (name) => readHttpHeader(request, name));
  }

  channels.subscribe(UNDICI_CHANNEL, onUndici);
  channels.subscribe(HTTP_CHANNEL, onHttp);
  return () => {
    channels.unsubscribe(UNDICI_CHANNEL, onUndici);
    channels.unsubscribe(HTTP_CHANNEL, onHttp);
  };
}
