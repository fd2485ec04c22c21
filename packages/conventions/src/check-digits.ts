const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const LOWER_A = 97;

/** The value of a digit, or of a letter counted from 10; -1 for what stands between groups. */
function valueAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const place = code >= LOWER_A ? code - LOWER_A : code - UPPER_A;
  return place >= 0 && place < 26 ? place + 10 : -1;
}

/** Whether the last digit of a card's number fits the others (Luhn, ISO/IEC 7812-1); separators are skipped. */
export function hasLuhnDigit(text: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let at = text.length - 1; at >= 0; at--) {
    const value = valueAt(text, at);
    if (value > 9) return false;
    if (value < 0) continue;
    const weighted = isDoubled ? value * 2 : value;
    sum += weighted > 9 ? weighted - 9 : weighted;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

/** Whether the check digits of an IBAN fit (ISO 13616: mod 97, letters count from 10); separators are skipped. */
export function hasIbanDigits(text: string): boolean {
  let rest = 0;
  for (let at = 0; at < text.length; at++) {
    // The first four characters, which have no separator, count last.
    const value = valueAt(text, (at + 4) % text.length);
    if (value >= 0) rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/**
 * Numbers are written in groups, so a pattern also takes the group that follows: this leaves out groups, from
 * the right, until the rest fits.
 *
 * @param lengths how many letters and digits there may be
 * @returns how many characters of the text fit; 0 where none do
 */
export function fittingLength(
  text: string,
  lengths: { readonly least: number; readonly most: number },
  fits: (text: string) => boolean,
): number {
  const ends: number[] = [];
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (valueAt(text, at) < 0) continue;
    count++;
    const isEnd = at + 1 === text.length || valueAt(text, at + 1) < 0;
    if (isEnd && count >= lengths.least && count <= lengths.most) ends.push(at + 1);
  }
  return ends.toReversed().find((end) => fits(text.slice(0, end))) ?? 0;
}
