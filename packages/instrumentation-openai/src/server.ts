import type { NamedHost } from '@genvitals/conventions';
import { PROVIDER_NAME } from './keys.ts';
import { OTHER } from '@genvitals/context/host';
import { createProviderMatch, type ServerFacts } from './provider-match.ts';

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

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
/** The provider where the base URL has no host to go by. */
const UNKNOWN_PROVIDER = 'unknown';
const BRACKETS_OR_LAST_DOT = /^\[|\]$|\.$/g;
const CACHE_CAP = 500;
/** Hosts that give their own name to a provider; an app with one for each tenant must not fill a label. */
const HOST_NAME_CAP = 50;

interface Address {
  readonly host: string;
  readonly port: number | undefined;
}

function parseAddress(baseUrl: unknown): Address {
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return { host: '', port: undefined };
  const url = new URL(baseUrl);
  const host = url.hostname.replaceAll(BRACKETS_OR_LAST_DOT, '');
  return { host, port: url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port) };
}

/** The servers of a process: each base URL is parsed and looked up once. */
export class ServerTable {
  readonly #providerOf: (facts: ServerFacts) => string | undefined;
  readonly #onFold: (label: string) => void;
  /** By base URL, without and with an API version. */
  readonly #plain = new Map<unknown, Server>();
  readonly #versioned = new Map<unknown, Server>();
  /** Base URLs that differ in their path alone are one server. */
  readonly #known = new Map<string, Server>();
  readonly #hostNames = new Set<string>();

  /**
   * @param named what the user calls providers
   * @param onFold hears of a label whose value became `other`
   */
  constructor(named: readonly NamedHost[], onFold: (label: string) => void) {
    this.#providerOf = createProviderMatch(named);
    this.#onFold = onFold;
  }

  /** The server of a client, as its base URL is now. */
  of(client: ClientShape): Server {
    const { baseURL, apiVersion } = client;
    const hasApiVersion = typeof apiVersion === 'string';
    const servers = hasApiVersion ? this.#versioned : this.#plain;
    const cached = servers.get(baseURL);
    if (cached !== undefined) return cached;
    const server = this.#find(parseAddress(baseURL), hasApiVersion);
    if (servers.size < CACHE_CAP) servers.set(baseURL, server);
    return server;
  }

  #find({ host, port }: Address, hasApiVersion: boolean): Server {
    const provider = this.#providerOf({ host, port, hasApiVersion }) ?? this.#hostName(host);
    const key = `${provider} ${host} ${port}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const server: Server = { provider, address: host === '' ? undefined : host, port };
    if (this.#known.size < CACHE_CAP) this.#known.set(key, server);
    return server;
  }

  #hostName(host: string): string {
    if (host === '') return UNKNOWN_PROVIDER;
    if (this.#hostNames.has(host)) return host;
    if (this.#hostNames.size >= HOST_NAME_CAP) {
      this.#onFold(PROVIDER_NAME);
      return OTHER;
    }
    this.#hostNames.add(host);
    return host;
  }
}
