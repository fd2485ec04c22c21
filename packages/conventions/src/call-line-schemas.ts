import { callLine, type CallLineRow } from './call-line.ts';

const JSON_TYPES = {
  timestamp: { type: 'string', format: 'date-time' },
  string: { type: 'string' },
  int: { type: 'integer', minimum: 0 },
  double: { type: 'number', minimum: 0 },
} as const;

interface JsonSchemaProperty {
  readonly type: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly enum?: readonly string[];
  readonly description: string;
}

export interface CallLineJsonSchema {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchemaProperty>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

const rows: readonly (readonly [string, CallLineRow])[] = Object.entries(callLine);

/** The JSON Schema (draft 2020-12) of the line that is written for each call. */
export function toJsonSchema(): CallLineJsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'genvitals call line',
    description: 'One line per call of an LLM, without content.',
    type: 'object',
    properties: Object.fromEntries(
      rows.map(([field, { type, values, brief }]) => [
        field,
        {
          ...JSON_TYPES[type],
          ...(values === undefined ? {} : { enum: values }),
          description: brief,
        },
      ]),
    ),
    required: rows.filter(([, row]) => row.isRequired).map(([field]) => field),
    additionalProperties: false,
  };
}

const BIG_QUERY_TYPES = {
  timestamp: 'TIMESTAMP',
  string: 'STRING',
  int: 'INTEGER',
  double: 'FLOAT',
} as const;

export interface BigQueryField {
  readonly name: string;
  readonly type: (typeof BIG_QUERY_TYPES)[CallLineRow['type']];
  readonly mode: 'REQUIRED' | 'NULLABLE';
  readonly description: string;
}

/** The schema of a BigQuery table of these lines, as `bq mk --schema` reads it. */
export function toBigQuerySchema(): readonly BigQueryField[] {
  return rows.map(([name, { type, isRequired, brief }]) => ({
    name,
    type: BIG_QUERY_TYPES[type],
    mode: isRequired ? 'REQUIRED' : 'NULLABLE',
    description: brief,
  }));
}
