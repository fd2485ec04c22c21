/** As much as a call may have in the end; in UTF-16 units, which are never more than bytes. */
const MAX_KEPT_LENGTH = 262_144;
/** Longer than any name or id. */
const MAX_NAME_LENGTH = 256;

/** What the texts of one streamed answer may still take, and what they had to leave out. */
export class TextRoom {
  #left = MAX_KEPT_LENGTH;
  /** What came and was not kept. */
  leftOutLength = 0;

  /** Whether that much can be kept whole. */
  fits(length: number): boolean {
    return length <= this.#left;
  }

  reserve(length: number): void {
    this.#left -= length;
  }

  /** @returns how much of `text` may be kept, never a half of a character */
  take(text: string): number {
    const kept = Math.min(text.length, this.#left);
    if (kept === text.length) {
      this.#left -= kept;
      return kept;
    }
    // What comes after a gap would read as if it followed.
    this.#left = 0;
    const last = text.charCodeAt(kept - 1);
    const isHalved = last >= 0xd800 && last <= 0xdbff;
    const whole = isHalved ? kept - 1 : kept;
    this.leftOutLength += text.length - whole;
    return whole;
  }

  leaveOut(length: number): void {
    this.leftOutLength += length;
  }

  release(length: number): void {
    this.#left += length;
  }
}

/** Many small pieces joined take a fraction of the memory. */
const PIECES_A_BLOCK = 512;

/** A text that arrives in pieces. */
export class KeptText {
  readonly #room: TextRoom;
  readonly #blocks: string[] = [];
  #pieces: string[] = [];
  #hasCome = false;
  #leftOutLength = 0;
  keptLength = 0;

  constructor(room: TextRoom) {
    this.#room = room;
  }

  append(piece: unknown): void {
    if (typeof piece !== 'string') return;
    this.#hasCome = true;
    const length = this.#room.take(piece);
    this.keptLength += length;
    this.#leftOutLength += piece.length - length;
    if (length === 0) return;
    this.#pieces.push(length === piece.length ? piece : piece.slice(0, length));
    if (this.#pieces.length < PIECES_A_BLOCK) return;
    this.#blocks.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  /** The text with a mark where its end is missing; undefined where no piece came, not even an empty one. */
  read(): string | undefined {
    if (!this.#hasCome) return undefined;
    const text = this.#blocks.join('') + this.#pieces.join('');
    return this.#leftOutLength === 0 ? text : `${text}… [${this.#leftOutLength} characters left out]`;
  }
}

/** A name or id, which counts for nothing in the room. */
export function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_NAME_LENGTH) : undefined;
}
