import { OptionError } from './parsers.ts';

/** A host that the user allows something to be sent to. */
export interface AllowedHost {
  /** In lower case, IPv6 addresses without brackets. */
  readonly host: string;
  /** Undefined for every port. */
  readonly port: number | undefined;
  /** `*.example.com`: the names below it, and not itself. */
  readonly isBelow: boolean;
}

const ALLOWED_HOSTS_WANTED =
  'hosts such as api.example.com, api.example.com:8080 or *.example.com, separated by commas';
const ALLOWED_HOST = /^(?<below>\*\.)?(?<host>\[[\da-f:.]+\]|[\p{L}\p{N}._-]+)(?::(?<port>\d{1,5}))?$/iu;
const MAX_PORT = 65_535;

function parseAllowedHost(entry: string): AllowedHost | undefined {
  const { below, host = '', port } = ALLOWED_HOST.exec(entry)?.groups ?? {};
  if (host === '' || !URL.canParse(`http://${host}`) || Number(port ?? 0) > MAX_PORT) return undefined;
  return {
    host: new URL(`http://${host}`).hostname.replaceAll(/^\[|\]$|\.$/g, ''),
    port: port === undefined ? undefined : Number(port),
    isBelow: below !== undefined,
  };
}

/**
 * Reads a list such as `orders.example.com,*.internal.example.com,localhost:8080`.
 * @param reject hears once of all entries that are left out; without it they are thrown
 */
export function parseAllowedHosts(
  text: string,
  reject?: (error: OptionError) => void,
): readonly AllowedHost[] {
  const entries = text.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
  const parsed = entries.map((entry) => ({ entry, host: parseAllowedHost(entry) }));
  const wrong = parsed.flatMap(({ entry, host }) => (host === undefined ? [entry] : []));
  if (wrong.length > 0) {
    const error = new OptionError(ALLOWED_HOSTS_WANTED, wrong.join(','));
    if (reject === undefined) throw error;
    reject(error);
  }
  return parsed.flatMap(({ host }) => host ?? []);
}

/** @param port undefined where it is not known: then only an entry for every port allows it */
export function isAllowedHost(
  allowed: readonly AllowedHost[],
  hostname: string,
  port: number | undefined,
): boolean {
  const name = hostname.toLowerCase().replaceAll(/^\[|\]$|\.$/g, '');
  return allowed.some(
    (each) =>
      (each.isBelow ? name.endsWith(`.${each.host}`) : name === each.host) &&
      (each.port === undefined || each.port === port),
  );
}
