import { expect, test } from 'vitest';
import { fetchBatch } from '../src/endpoints/fetch-batch.ts';
import { FirstUsages } from '../src/first-usages.ts';

const server = { provider: 'openai', address: 'api.openai.com', port: 443 };

test('a usage is new once for each id and server, and the oldest are forgotten so that memory stays bounded', () => {
  const usages = new FirstUsages();
  const isNew = (id: string, address = server.address, port = server.port): boolean =>
    usages.of(
      { endpoint: fetchBatch, server: { ...server, address, port } },
      { id, status: 'completed', usage: { input_tokens: 1, output_tokens: 1 } },
    ) !== undefined;
  expect(isNew('first')).toBe(true);
  expect(isNew('first')).toBe(false);
  expect(isNew('first', 'another.example')).toBe(true);
  expect(isNew('first', server.address, 8443)).toBe(true);
  for (let at = 3; at < 10_000; at++) isNew(`id-${at}`);
  expect(isNew('first')).toBe(false);
  expect(isNew('one more')).toBe(true);
  expect(isNew('id-9999')).toBe(false);
  expect(isNew('first')).toBe(true);
});
