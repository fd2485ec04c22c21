/** Where a client sends its calls, as the conventions name it. */
export interface Server {
  readonly provider: string;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** What is read of a client to know its server; all public fields. */
export interface ClientShape {
  readonly baseURL?: unknown;
  /** Only Azure clients have one. */
  readonly apiVersion?: unknown;
}

const DEFAULT_PROVIDER = 'openai';
const AZURE_PROVIDER = 'azure.ai.openai';
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Host names and the provider they belong to; a row holds for the name itself, names below it, and names of regions. */
const PROVIDERS: readonly (readonly [host: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', AZURE_PROVIDER],
  ['cognitiveservices.azure.com', AZURE_PROVIDER],
  ['services.ai.azure.com', AZURE_PROVIDER],
  ['api.groq.com', 'groq'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
];

const IPV6_BRACKETS = /^\[|\]$/g;
const CACHE_CAP = 500;
const cache = new Map<string, Server>();

function providerOf(host: string, isAzure: boolean): string {
  const row = PROVIDERS.find(
    ([name]) => host === name || host.endsWith(`.${name}`) || host.endsWith(`-${name}`),
  );
  return row?.[1] ?? (isAzure ? AZURE_PROVIDER : DEFAULT_PROVIDER);
}

function parseServer(baseUrl: string, isAzure: boolean): Server {
  try {
    const url = new URL(baseUrl);
    const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port);
    const address = url.hostname.replace(IPV6_BRACKETS, '');
    return { provider: providerOf(address, isAzure), address, port };
  } catch {
    return { provider: isAzure ? AZURE_PROVIDER : DEFAULT_PROVIDER, address: undefined, port: undefined };
  }
}

/** The server of a client, parsed once for each base URL. */
export function serverOf(client: ClientShape): Server {
  const baseUrl = typeof client.baseURL === 'string' ? client.baseURL : '';
  const isAzure = typeof client.apiVersion === 'string';
  const key = isAzure ? `azure ${baseUrl}` : baseUrl;
  let server = cache.get(key);
  if (server === undefined) {
    server = parseServer(baseUrl, isAzure);
    if (cache.size < CACHE_CAP) cache.set(key, server);
  }
  return server;
}
