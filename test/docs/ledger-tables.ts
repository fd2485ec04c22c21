import { existsSync } from 'node:fs';
import {
  attributePrefixes,
  type AttributePrefixRow,
  type AttributeRow,
  attributes,
  callLine,
  type CallLineRow,
  type Emitter,
  type EventRow,
  events,
  type LabelName,
  type MetricRow,
  metrics,
  type OptionRow,
  options,
  prometheusLabel,
  prometheusName,
} from '@genvitals/conventions';

/** A table of the docs page: what the ledger says, ready to be written or compared. */
export interface DocsTable {
  readonly id: string;
  readonly head: readonly string[];
  /** The first cell of a row is what names it. */
  readonly rows: readonly (readonly string[])[];
}

const PACKAGES = new URL('../../packages/', import.meta.url);

function code(text: string): string {
  return `\`${text}\``;
}

function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ');
}

/** Who writes it; in brackets where nobody does yet: the package is not there, or not that far. */
function by({ emitter, planned }: { readonly emitter: Emitter; readonly planned?: true }): string {
  const isWritten = planned !== true && existsSync(new URL(`${emitter}/package.json`, PACKAGES));
  return isWritten ? emitter : `(${emitter})`;
}

function typeOf({ type, values, content }: Pick<AttributeRow, 'type' | 'values' | 'content'>): string {
  const text = values === undefined ? type : `${type}: ${codes(values)}`;
  return content === true ? `${text} (content)` : text;
}

function briefOf({ brief, modes, key }: AttributeRow): string {
  if (modes === undefined) return brief;
  if (modes['v1.41'] === undefined) return `${brief} Only by the latest names.`;
  return modes.latest === undefined || modes.latest === key
    ? brief
    : `${brief} ${code(modes.latest)} by the latest names.`;
}

function attributesTable(): DocsTable {
  const rows: readonly AttributeRow[] = Object.values(attributes);
  const prefixes: readonly AttributePrefixRow[] = Object.values(attributePrefixes);
  return {
    id: 'attributes',
    head: ['Attribute', 'Type', 'What it says', 'Label', 'By'],
    rows: [
      ...rows.map((row) => [
        code(row.key),
        typeOf(row),
        briefOf(row),
        row.cardinality === 'low' ? 'may be' : '',
        by(row),
      ]),
      ...prefixes.map((row) => [code(`${row.prefix}<name>`), typeOf(row), row.brief, '', by(row)]),
    ],
  };
}

function modesOf({ name, modes, otherModes }: MetricRow): string {
  if (!name.startsWith('gen_ai.')) return 'all';
  const other = otherModes?.filter((mode) => !modes?.includes(mode)) ?? [];
  const own = (modes ?? ['v1.41', 'latest']).join(', ');
  return other.length === 0 ? own : `${own} (${other.join(', ')} where it is no inference)`;
}

function metricsTable(): DocsTable {
  const rows: readonly MetricRow[] = Object.values(metrics);
  return {
    id: 'metrics',
    head: ['Metric', 'In Prometheus', 'Kind, unit', 'What it counts', 'Labels', 'Names mode', 'By'],
    rows: rows.map((row) => [
      code(row.name),
      code(prometheusName(row)),
      `${row.kind}, ${code(row.unit)}`,
      row.brief,
      codes(row.labels.map((label: LabelName) => attributes[label].key)),
      modesOf(row),
      by(row),
    ]),
  };
}

function labelsTable(): DocsTable {
  const rows: readonly MetricRow[] = Object.values(metrics);
  const used = new Set(rows.flatMap(({ labels }) => labels));
  const names = (Object.keys(attributes) as LabelName[]).filter((name) => used.has(name));
  return {
    id: 'labels',
    head: ['Attribute', 'Label in Prometheus'],
    rows: names.map((name) => [code(attributes[name].key), code(prometheusLabel(attributes[name]))]),
  };
}

function bucketsTable(): DocsTable {
  const rows: readonly MetricRow[] = Object.values(metrics);
  return {
    id: 'buckets',
    head: ['Histogram', 'Bounds'],
    rows: rows.flatMap(({ name, buckets }) =>
      buckets === undefined ? [] : [[code(name), buckets.join(' ')]],
    ),
  };
}

function eventsTable(): DocsTable {
  const rows: readonly EventRow[] = Object.values(events);
  return {
    id: 'events',
    head: ['Event', 'Severity', 'When', 'Attributes', 'By'],
    rows: rows.map((row) => [
      code(row.name),
      row.severityText,
      row.brief,
      row.attributes === 'call'
        ? 'all of the span of the call'
        : codes(row.attributes.map((name) => attributes[name].key)),
      by(row),
    ]),
  };
}

function optionsTable(): DocsTable {
  const rows: readonly OptionRow<unknown>[] = Object.values(options);
  return {
    id: 'options',
    head: ['Variable', 'Value', 'Default', 'What it does'],
    rows: rows.map(({ env, wanted, defaultText, sentence }) => [code(env), wanted, defaultText, sentence]),
  };
}

function callLineTable(): DocsTable {
  const rows: readonly (readonly [string, CallLineRow])[] = Object.entries(callLine);
  return {
    id: 'call-line',
    head: ['Field', 'Type', 'From', 'What it says'],
    rows: rows.map(([field, row]) => [
      code(field),
      `${row.type}${row.isRequired === true ? ', always there' : ''}`,
      row.from === undefined
        ? ''
        : `${code(attributes[row.from].key)}${row.isResource === true ? ' (resource)' : ''}`,
      row.brief,
    ]),
  };
}

/** Every table that docs/telemetry.md has from the ledger. */
export function ledgerTables(): readonly DocsTable[] {
  return [
    attributesTable(),
    metricsTable(),
    labelsTable(),
    bucketsTable(),
    eventsTable(),
    optionsTable(),
    callLineTable(),
  ];
}
