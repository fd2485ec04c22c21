import { describe, expect, test } from 'vitest';
import { type ProviderRow, providers } from '@genvitals/conventions';

const rows = Object.entries(providers) as [string, ProviderRow][];

/** The values that the conventions list for `gen_ai.provider.name`. */
const STANDARD_NAMES = [
  'anthropic',
  'aws.bedrock',
  'azure.ai.inference',
  'azure.ai.openai',
  'cohere',
  'deepseek',
  'gcp.gemini',
  'gcp.gen_ai',
  'gcp.vertex_ai',
  'groq',
  'ibm.watsonx.ai',
  'mistral_ai',
  'moonshot_ai',
  'openai',
  'perplexity',
  'x_ai',
];
/** Any API of Google's, for an instrumentation that cannot tell; a host can. */
const NO_HOST = ['gcp.gen_ai'];

describe('the table of providers', () => {
  test('has each name of the conventions that a host can tell, and says which names are ours', () => {
    const standard = rows.filter(([, { source }]) => source === 'semconv').map(([name]) => name);
    expect(standard.toSorted()).toEqual(STANDARD_NAMES.filter((name) => !NO_HOST.includes(name)));
    const own = rows.filter(([, { source }]) => source === 'genvitals').map(([name]) => name);
    expect(own.filter((name) => STANDARD_NAMES.includes(name) || !/^[a-z0-9_]+$/.test(name))).toEqual([]);
  });

  test('tells each provider by a host or a port, in lower case and without a scheme', () => {
    for (const [name, { hosts, localPort }] of rows) {
      expect(hosts.length + (localPort === undefined ? 0 : 1), name).toBeGreaterThan(0);
      for (const host of hosts) expect(host, name).toMatch(/^[a-z0-9*-]+(?:\.[a-z0-9*-]+)+$/);
    }
  });
});
