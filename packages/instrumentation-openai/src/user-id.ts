import type { Attributes } from '@opentelemetry/api';
import type { WrittenIds } from '@genvitals/context/host';
import type { Endpoint } from './endpoint.ts';
import { USER_ID } from './keys.ts';

/** Writes the user whom a request names, if ids are to be written and it is one. */
export function describeUser(ids: WrittenIds, endpoint: Endpoint, params: unknown, target: Attributes): void {
  if (!ids.areWritten) return;
  try {
    const id = ids.userId(endpoint.endUser?.(params));
    if (id !== undefined) target[USER_ID] = id;
  } catch {
    // Parameters of the app's own making; a call without its user is better than none.
  }
}
