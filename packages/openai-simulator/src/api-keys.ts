import { type ApiError, apiErrors } from './errors.ts';

/** Keys that fail, by name; every other key is good. */
const badKeys: Record<string, (shown: string) => ApiError> = {
  'sk-invalid': apiErrors.wrongKey,
  'sk-no-quota': apiErrors.noQuota,
};

function masked(key: string): string {
  return key.length <= 8 ? key : `${key.slice(0, 4)}${'*'.repeat(key.length - 7)}${key.slice(-3)}`;
}

/** Throws the API's 401 for a missing or a bad key. */
export function checkKey(authorization: string | undefined): void {
  const key = /^Bearer\s+(\S+)\s*$/iu.exec(authorization ?? '')?.[1];
  if (key === undefined) throw apiErrors.missingKey();
  const bad = Object.hasOwn(badKeys, key) ? badKeys[key] : undefined;
  if (bad !== undefined) throw bad(masked(key));
}
