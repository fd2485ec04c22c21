import type * as cryptoModule from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { processSlot } from '../process-slot.ts';
import { settings } from '../settings.ts';

type Crypto = typeof cryptoModule;

/** What keys of other uses of the same secret are kept apart by. */
const PURPOSE = 'genvitals feedback token v1';
const MAC_BYTES = 16;

/** `node:crypto`, without importing it where there is none. */
export function nodeCrypto(): Crypto | undefined {
  return globalThis.process?.getBuiltinModule?.('node:crypto');
}

/** What tokens are signed with and checked by. */
export class SigningKey {
  /** Good in this process alone. */
  readonly isOfProcess: boolean;
  readonly #crypto: Crypto;
  readonly #key: KeyObject;

  constructor(crypto: Crypto, secret: string | Buffer, isOfProcess: boolean) {
    this.#crypto = crypto;
    this.isOfProcess = isOfProcess;
    const derived = crypto.createHmac('sha256', secret).update(PURPOSE).digest();
    this.#key = crypto.createSecretKey(derived);
  }

  /** HMAC-SHA-256, the first 128 bits. */
  sign(body: Buffer): Buffer {
    return this.#crypto.createHmac('sha256', this.#key).update(body).digest().subarray(0, MAC_BYTES);
  }

  /** Takes the same time whatever differs. */
  hasSigned(body: Buffer, mac: Buffer): boolean {
    return mac.length === MAC_BYTES && this.#crypto.timingSafeEqual(this.sign(body), mac);
  }
}

export const SIGNATURE_BYTES = MAC_BYTES;

let known: { readonly secret: string; readonly key: SigningKey } | undefined;

/** The key of `GENVITALS_FEEDBACK_KEY`, else one of this process; undefined where there is no `node:crypto`. */
export function signingKey(): SigningKey | undefined {
  const { options } = settings();
  const secret = options.feedbackKey;
  if (secret !== undefined && known?.secret === secret) return known.key;
  const crypto = nodeCrypto();
  if (crypto === undefined) return undefined;
  if (secret === undefined) {
    const slot = processSlot();
    return (slot.feedbackKey ??= new SigningKey(crypto, crypto.randomBytes(32), true));
  }
  known = { secret, key: new SigningKey(crypto, secret, false) };
  return known.key;
}
