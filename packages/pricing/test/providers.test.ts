import { findProvider } from '@pydantic/genai-prices';
import { type ProviderRow, providers } from '@genvitals/conventions';
import { describe, expect, test } from 'vitest';
import { PROVIDER_IDS } from '../src/base.ts';

/** A name of the conventions that is priced, and that no host tells. */
const UNHOSTED = ['gcp.gen_ai'];

const hosts = Object.entries(providers).flatMap(([name, row]: [string, ProviderRow]) =>
  row.hosts.map((host) => ({ name, host: host.replaceAll('*', 'us-east-1') })),
);

describe('providers that have prices', () => {
  test('are spelt as calls are recorded with', () => {
    const names = [...PROVIDER_IDS.keys()].filter((name) => !UNHOSTED.includes(name));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !Object.hasOwn(providers, name))).toEqual([]);
  });

  test("are those whom the list itself knows by the host, so that nobody is given another's prices", () => {
    const known = hosts.flatMap(({ name, host }) => {
      const id = findProvider({ providerApiUrl: `https://${host}/v1` })?.id;
      return id === undefined ? [] : [{ name, host, id }];
    });
    expect(known.length).toBeGreaterThan(15);
    expect(known.filter(({ name, id }) => PROVIDER_IDS.get(name) !== id)).toEqual([]);
  });
});
