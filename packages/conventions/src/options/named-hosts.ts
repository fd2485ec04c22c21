import { OptionError } from './parsers.ts';

/** A host that the user gives a provider's name. */
export interface NamedHost {
  /** In lower case, IPv6 addresses without brackets; `*` stands for any part of one label. */
  readonly host: string;
  /** Undefined for every port. */
  readonly port: number | undefined;
  readonly provider: string;
}

const NAMED_HOSTS_WANTED = 'host=provider or host:port=provider, separated by commas';
const NAMED_HOST =
  /^(?<host>\[[\da-f:.]+\]|[\p{L}\p{N}.*_-]+)(?::(?<port>\d{1,5}))?\s*=\s*(?<provider>[\w.-]{1,64})$/iu;
const MAX_PORT = 65_535;

function parseNamedHost(entry: string): NamedHost | undefined {
  const { host = '', port, provider = '' } = NAMED_HOST.exec(entry)?.groups ?? {};
  // As the client's base URL will be read: lower case, umlauts in ASCII, addresses in one notation.
  if (host === '' || !URL.canParse(`http://${host}`) || Number(port ?? 0) > MAX_PORT) return undefined;
  return {
    host: new URL(`http://${host}`).hostname.replaceAll(/^\[|\]$|\.$/g, ''),
    port: port === undefined ? undefined : Number(port),
    provider: provider.toLowerCase(),
  };
}

/**
 * Reads a list such as `llm.example.com=openai,localhost:8001=vllm`.
 * @param reject hears once of all entries that are left out; without it they are thrown
 */
export function parseNamedHosts(text: string, reject?: (error: OptionError) => void): readonly NamedHost[] {
  const named = new Map<string, NamedHost>();
  const wrong: string[] = [];
  for (const entry of text.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const parsed = parseNamedHost(entry);
    const key = `${parsed?.host} ${parsed?.port}`;
    // Of two names for one host nobody can know which is meant; the first one holds, and the other is told.
    if (parsed === undefined || named.has(key)) wrong.push(entry);
    else named.set(key, parsed);
  }
  if (wrong.length > 0) {
    const error = new OptionError(NAMED_HOSTS_WANTED, wrong.join(','));
    if (reject === undefined) throw error;
    reject(error);
  }
  return [...named.values()];
}
