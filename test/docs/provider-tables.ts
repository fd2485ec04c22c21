import { type ProviderRow, providers } from '@genvitals/conventions';
import type { DocsTable } from './ledger-tables.ts';

function code(text: string): string {
  return `\`${text}\``;
}

const SOURCES: Readonly<Record<ProviderRow['source'], string>> = {
  semconv: 'OpenTelemetry',
  genvitals: 'genvitals',
};

function toldBy({ hosts, localPort, hasApiVersion }: ProviderRow): string {
  return [
    ...hosts.map(code),
    ...(hasApiVersion === true ? ['a client with an API version'] : []),
    ...(localPort === undefined ? [] : [`port ${localPort} of the own machine`]),
  ].join(', ');
}

/** What the page on providers has of the ledger. */
export function providerTables(): readonly DocsTable[] {
  const rows: readonly (readonly [string, ProviderRow])[] = Object.entries(providers);
  return [
    {
      id: 'providers',
      head: ['Provider', 'Whose API', 'Told by', 'Named by'],
      rows: rows.map(([name, row]) => [code(name), row.title, toldBy(row), SOURCES[row.source]]),
    },
  ];
}
