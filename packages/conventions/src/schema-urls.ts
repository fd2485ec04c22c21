import type { NamesMode } from './attributes/attribute-row.ts';

/** The schema that a scope names, by names mode. The GenAI conventions publish theirs under development only. */
export const schemaUrls = {
  'v1.41': 'https://opentelemetry.io/schemas/1.41.0',
  latest: 'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
  dup: 'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
} as const satisfies Record<NamesMode, string>;
