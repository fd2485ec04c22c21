const MARK = /… \[(\d{1,15}) bytes left out\]$/;
/** Longer than any mark can be, in bytes. */
const MARK_BYTES = 48;

const encoder = new TextEncoder();

/** How many bytes an earlier cut has left out of a text; undefined where it was not cut. */
export function bytesLeftOut(text: string): number | undefined {
  const found = text.endsWith(' bytes left out]') ? MARK.exec(text) : null;
  return found === null ? undefined : Number(found[1]);
}

function withoutMark(text: string): string {
  return bytesLeftOut(text) === undefined ? text : text.replace(MARK, '');
}

/** The mark that stands for a text from a place on, with what an earlier cut of it left out. */
export function markFrom(text: string, index: number): string {
  const bytes = (bytesLeftOut(text) ?? 0) + Buffer.byteLength(withoutMark(text).slice(index));
  return `… [${bytes} bytes left out]`;
}

/**
 * The text, or where it is longer than so many UTF-8 bytes, its beginning and a mark that says how many bytes
 * are left out: together no longer than that. Never cut inside of a character.
 *
 * @param maxBytes room for the mark at least
 */
export function cutText(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const room = new Uint8Array(Math.max(0, maxBytes - MARK_BYTES));
  const { read } = encoder.encodeInto(withoutMark(text), room);
  return text.slice(0, read) + markFrom(text, read);
}
