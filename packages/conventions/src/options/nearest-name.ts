/** How many letters must be put in, left out or changed to make one word of the other (Levenshtein, 1966). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let index = 0; index < one.length; index++) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at++) {
      const changed = (row[at] ?? 0) + (one[index] === other[at] ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

const TYPING_ERRORS = 3;
const LONGEST_NAME = 64;

/** @returns the name that was probably meant; undefined where none is near */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  if (written.length > LONGEST_NAME) return undefined;
  let nearest: string | undefined;
  let least = TYPING_ERRORS + 1;
  for (const name of names) {
    const distance = editDistance(written, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}
