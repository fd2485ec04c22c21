import type { OptionValues } from '@genvitals/conventions';
import type { Diagnostics } from './diagnostics.ts';

/** 128 bits: no two users of an app share one. */
const HEX_LENGTH = 32;
const CACHE_CAP = 1000;
/** Longer ones are no ids. */
const MAX_ID_LENGTH = 512;

/** How ids of people leave the process: raw, as a keyed hash (HMAC-SHA-256), or not at all. */
export class WrittenIds {
  readonly #write: ((id: string) => string | undefined) | undefined;
  readonly #hashKey: string | undefined;
  readonly #hashes = new Map<string, string>();

  constructor(options: Pick<OptionValues, 'userId' | 'hashKey'>, diagnostics: Pick<Diagnostics, 'warnOnce'>) {
    const mode = options.userId;
    this.#hashKey = options.hashKey;
    const isHashed = mode === 'hmac' || (mode === 'auto' && this.#hashKey !== undefined);
    if (mode === 'raw') this.#write = (id) => id;
    else if (isHashed && this.#hashKey !== undefined) this.#write = (id) => this.hash(id);
    else if (isHashed)
      diagnostics.warnOnce(
        'hash key',
        'GENVITALS_USER_ID=hmac needs a key: set GENVITALS_HASH_KEY to a secret of yours; until then no user id is written.',
      );
  }

  /** Whether any id is written at all. */
  get areWritten(): boolean {
    return this.#write !== undefined;
  }

  /** @returns the id as it may be written; undefined where none may, or it is none */
  userId(id: unknown): string | undefined {
    if (this.#write === undefined || typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH)
      return undefined;
    return this.#write(id);
  }

  /** The keyed hash of an id; undefined where there is no key, or no `node:crypto`. */
  hash(id: string): string | undefined {
    if (this.#hashKey === undefined || id.length > MAX_ID_LENGTH) return undefined;
    const known = this.#hashes.get(id);
    if (known !== undefined) return known;
    const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
    if (crypto === undefined) return undefined;
    const hash = crypto.createHmac('sha256', this.#hashKey).update(id).digest('hex').slice(0, HEX_LENGTH);
    if (this.#hashes.size >= CACHE_CAP) this.#hashes.clear();
    this.#hashes.set(id, hash);
    return hash;
  }
}
