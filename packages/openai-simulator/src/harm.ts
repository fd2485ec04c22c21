/** A kind of harm: which moderation categories a text of it raises, and whether a model refuses it. */
interface Harm {
  readonly pattern: RegExp;
  readonly categories: readonly string[];
  readonly refused: boolean;
}

/** A few plain patterns: enough to see refusals and flags happen, no claim to find harm in real text. */
const harms: readonly Harm[] = [
  {
    pattern: /\b(?:make|build|assemble|construct)\b.{0,40}\b(?:bomb|explosives?|grenade|nerve agent)\b/isu,
    categories: ['illicit', 'illicit/violent', 'violence'],
    refused: true,
  },
  {
    pattern: /\b(?:bomb|explosives?|nerve agent)\b.{0,40}\b(?:recipe|instructions|at home)\b/isu,
    categories: ['illicit', 'illicit/violent', 'violence'],
    refused: true,
  },
  {
    pattern:
      /\b(?:launder money|credit card skimmer|counterfeit (?:money|bills)|write (?:a )?(?:ransomware|malware))\b/iu,
    categories: ['illicit'],
    refused: true,
  },
  {
    pattern:
      /\b(?:(?:ways? to|how to|want to|going to|methods? of|best way to)\s+(?:kill|hurt|harm|cut) (?:myself|yourself|oneself)|commit suicide)\b/iu,
    categories: ['self-harm', 'self-harm/intent'],
    refused: true,
  },
  {
    pattern:
      /\b(?:i will|i'm going to|we will|let's|want to)\s+(?:kill|stab|shoot|murder|beat up) (?:you|him|her|them|everyone)\b/iu,
    categories: ['violence', 'harassment/threatening', 'harassment'],
    refused: true,
  },
  {
    pattern:
      /\b(?:you are|you're|they are|he is|she is)\s+(?:\w+\s+)?(?:worthless|stupid|an? idiot|vermin|scum)\b/iu,
    categories: ['harassment'],
    refused: false,
  },
];

/** The moderation categories a text raises. */
export function harmCategoriesOf(text: string): Set<string> {
  return new Set(harms.filter(({ pattern }) => pattern.test(text)).flatMap(({ categories }) => categories));
}

export function isRefused(text: string): boolean {
  return harms.some(({ pattern, refused }) => refused && pattern.test(text));
}
