import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { CallContent } from '@genvitals/conventions';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const schemas: unknown = JSON.parse(
  readFileSync(new URL('../fixtures/message-schemas.json', import.meta.url), 'utf8'),
);
const check = new Ajv2020({ strict: true, strictRequired: false }).compile(schemas as object);

/** What the schemas of the conventions have against the content; nothing where it is valid, and plain JSON. */
export function problemsOf(content: CallContent): unknown[] {
  check(content);
  const isPlain = isDeepStrictEqual(JSON.parse(JSON.stringify(content)), content);
  return [...(check.errors ?? []), ...(isPlain ? [] : ['no plain JSON'])];
}

/** Fails unless the content is valid. @returns it unchanged */
export function checked<Content extends CallContent>(content: Content): Content {
  expect(problemsOf(content), JSON.stringify(content).slice(0, 2000)).toEqual([]);
  return content;
}
