const stopWords = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by
can could did do does doing don down during each few for from further get give had has have having he her here hers
him his how i if in into is it its itself just let like long many me more most much must my no nor not now of off on
once one only or other our out over own per please should so some such tell than that the their them then there these
they this those through to too under until up us use very was we were what when where which while who whom why will
with would you your yours`.split(/\s+/u),
);

const suffixes: readonly (readonly [RegExp, string])[] = [
  [/(?:'s|’s|')$/u, ''],
  [/sses$/u, 'ss'],
  [/ies$/u, 'y'],
  [/(?<=[^aeiou]{1,2}|[aeiou]{2}|..[aeiou])(?<!s|u|i)s$/u, ''],
  [/(?<=[\p{L}]{3})ingly$/u, ''],
  [/(?<=[\p{L}]{3})ing$/u, ''],
  [/(?<=[\p{L}]{3})edly$/u, ''],
  [/(?<=[\p{L}]{2})ed$/u, ''],
  [/(?<=[\p{L}]{3})ation$/u, ''],
  [/(?<=[\p{L}]{3})ment$/u, ''],
  [/(?<=[\p{L}]{3})able$/u, ''],
  [/(?<=[\p{L}]{3})ly$/u, ''],
  [/(?<=[\p{L}]{3})y$/u, 'i'],
];

/** A word's stem: returned, returning, returns and return are one. Light on purpose: no dictionary. */
function stemOf(word: string): string {
  let stem = word.toLowerCase();
  for (const [suffix, replacement] of suffixes) stem = stem.replace(suffix, replacement);
  stem = stem.replace(/([bdgklmnprt])\1$/u, '$1');
  return stem.length > 3 ? stem.replace(/e$/u, '') : stem;
}

const wordPattern = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;

export function wordsOf(text: string): string[] {
  return text.match(wordPattern) ?? [];
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word.toLowerCase());
}

/** The stems of the words that carry meaning, in their order, with repeats. */
export function stemsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !isStopWord(word))
    .map(stemOf);
}
