import {
  LOCAL_HOSTS,
  LOCAL_PROVIDER,
  type NamedHost,
  type ProviderRow,
  providers,
} from '@genvitals/conventions';

/** What is known of a server when its provider is looked for. */
export interface ServerFacts {
  /** In lower case, without brackets; empty where the base URL has none. */
  readonly host: string;
  readonly port: number | undefined;
  /** Only Azure clients have one. */
  readonly hasApiVersion: boolean;
}

/** A way to tell a provider; undefined where it cannot. */
type Rule = (facts: ServerFacts) => string | undefined;

const rows: readonly (readonly [string, ProviderRow])[] = Object.entries(providers);

/** A host pattern of a row, for itself and the names below it. */
function toRegExp(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll('.', String.raw`\.`));
  return new RegExp(String.raw`(?:^|\.)${parts.join('[^.]*')}$`);
}

function byPatterns(name: string, patterns: readonly string[], port?: number): Rule {
  const expressions = patterns.map(toRegExp);
  return (facts) =>
    (port === undefined || facts.port === port) && expressions.some((each) => each.test(facts.host))
      ? name
      : undefined;
}

/** The most particular entry first: one with a port, then the longer host. */
function bySpecificity(a: NamedHost, b: NamedHost): number {
  return Number(b.port !== undefined) - Number(a.port !== undefined) || b.host.length - a.host.length;
}

/**
 * Tells whose API a server is: by the user's own list, by host, by the kind of client, by the port of a server
 * on the own machine, else by the host's name.
 * @returns a function that gives undefined where the base URL has no host
 */
export function createProviderMatch(named: readonly NamedHost[]): (facts: ServerFacts) => string | undefined {
  const isLocal = byPatterns(LOCAL_PROVIDER, LOCAL_HOSTS);
  const rules: readonly Rule[] = [
    ...named.toSorted(bySpecificity).map(({ host, port, provider }) => byPatterns(provider, [host], port)),
    ...rows.map(([name, { hosts }]) => byPatterns(name, hosts)),
    ...rows.flatMap(([name, { hasApiVersion }]): Rule[] =>
      hasApiVersion === true ? [(facts) => (facts.hasApiVersion ? name : undefined)] : [],
    ),
    ...rows.flatMap(([name, { localPort }]) =>
      localPort === undefined ? [] : [byPatterns(name, LOCAL_HOSTS, localPort)],
    ),
    isLocal,
  ];
  return (facts) => {
    for (const rule of rules) {
      const provider = rule(facts);
      if (provider !== undefined) return provider;
    }
    return undefined;
  };
}
