import type { Attributes } from '@opentelemetry/api';
import type { OptionValues } from '@genvitals/conventions';
import type { Diagnostics } from './diagnostics.ts';
import type { Endpoint } from './endpoint.ts';
import { USER_ID } from './keys.ts';

/** 128 bits: no two users of an app share one. */
const HEX_LENGTH = 32;
const CACHE_CAP = 1000;
/** Longer ones are no ids. */
const MAX_ID_LENGTH = 512;

/** How the ids that an app gives its users are written: raw, as a keyed hash (HMAC-SHA-256), or not at all. */
export class UserIds {
  readonly #write: ((id: string) => string | undefined) | undefined;
  readonly #hashes = new Map<string, string>();

  constructor(options: Pick<OptionValues, 'userId' | 'hashKey'>, diagnostics: Pick<Diagnostics, 'warnOnce'>) {
    const mode = options.userId;
    const hashKey = options.hashKey;
    const isHashed = mode === 'hmac' || (mode === 'auto' && hashKey !== undefined);
    if (mode === 'raw') this.#write = (id) => id;
    else if (isHashed && hashKey !== undefined) this.#write = (id) => this.#hash(id, hashKey);
    else if (isHashed)
      diagnostics.warnOnce(
        'hash key',
        'GENVITALS_USER_ID=hmac needs a key: set GENVITALS_HASH_KEY to a secret of yours; until then no user id is written.',
      );
  }

  /** Writes the user whom a request names, if ids are to be written and it is one. */
  describe(endpoint: Endpoint, params: unknown, target: Attributes): void {
    if (this.#write === undefined) return;
    try {
      const id = endpoint.endUser?.(params);
      if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) return;
      const written = this.#write(id);
      if (written !== undefined) target[USER_ID] = written;
    } catch {
      // Parameters of the app's own making; a call without its user is better than none.
    }
  }

  #hash(id: string, key: string): string | undefined {
    const known = this.#hashes.get(id);
    if (known !== undefined) return known;
    const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
    if (crypto === undefined) return undefined;
    const hash = crypto.createHmac('sha256', key).update(id).digest('hex').slice(0, HEX_LENGTH);
    if (this.#hashes.size >= CACHE_CAP) this.#hashes.clear();
    this.#hashes.set(id, hash);
    return hash;
  }
}
