const MARK = /… \[(\d{1,15}) bytes left out\]$/;
/** Longer than any mark can be, in bytes. */
const MARK_BYTES = 48;

/** Stands for what JSON cannot say, as it is nested too deep. */
export const TOO_DEEP = '… [left out: nested too deep]';

const encoder = new TextEncoder();

/** How many bytes an earlier cut has left out of a text; undefined where it was not cut. */
export function bytesLeftOut(text: string): number | undefined {
  const found = text.endsWith(' bytes left out]') ? MARK.exec(text) : null;
  return found === null ? undefined : Number(found[1]);
}

function withoutMark(text: string): string {
  return bytesLeftOut(text) === undefined ? text : text.replace(MARK, '');
}

/** The mark that stands for a text from a place on, with what earlier cuts of it left out. */
export function markFrom(text: string, index: number, furtherBytes = 0): string {
  const bytes = (bytesLeftOut(text) ?? 0) + Buffer.byteLength(withoutMark(text).slice(index));
  return `… [${bytes + furtherBytes} bytes left out]`;
}

/**
 * The text, or where it is longer than so many UTF-8 bytes, its beginning and a mark that says how many bytes
 * are left out: together no longer than that. Never cut inside of a character.
 *
 * @param maxBytes room for the mark at least
 * @param furtherBytes what is left out beside the text, which the mark counts too
 */
export function cutText(text: string, maxBytes: number, furtherBytes = 0): string {
  const fits = text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
  if (fits && furtherBytes === 0) return text;
  const room = new Uint8Array(Math.max(0, maxBytes - MARK_BYTES));
  const { read } = encoder.encodeInto(withoutMark(text), room);
  return text.slice(0, read) + markFrom(text, read, furtherBytes);
}
