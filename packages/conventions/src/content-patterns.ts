import { fittingLength, hasIbanDigits, hasLuhnDigit } from './check-digits.ts';

/** Something that is taken out of content before it leaves the app. */
export interface ContentPattern {
  /** What stands instead, with a number: `EMAIL` gives `<EMAIL_1>`. */
  readonly placeholder: string;
  readonly sentence: string;
  /**
   * A regular expression that means the same to JavaScript (flags `g` and `u`) and to RE2: no lookaround, no
   * backreference, no possessive quantifier, no count above 1,000. The collector's redaction has it from here.
   */
  readonly pattern: string;
  /** Stands in every match: a text without it need not be searched. */
  readonly needs?: string;
  /**
   * Says more than a pattern can. Whoever can't ask it (the collector) takes more than is meant.
   *
   * @param before the two characters before the match, fewer at the beginning of a text
   * @returns how many characters of the match are meant, from its beginning; 0 where it is something else
   */
  readonly accept?: (match: string, before: string) => number;
  /** The form in which two spellings of a value are the same, so that they get the same number. */
  readonly toSame?: (match: string) => string;
  /** Made up, or a number that is set aside for tests. */
  readonly example: string;
}

/** Letters of the Latin, Greek and Cyrillic alphabets, whose words have spaces between them. */
const LETTER = 'A-Za-zÀ-ӿ';
const SPACE = ' \\xA0';

/** Generated tokens have digits; words have none. */
function acceptWithDigit(match: string): number {
  return /[0-9]/.test(match) ? match.length : 0;
}

function toBareDigits(match: string): string {
  return match.replace(/[^0-9A-Za-z+]/g, '').toUpperCase();
}

/** `0.0123456789` and `3+12345678` are numbers of another kind. */
function isInNumber(before: string): boolean {
  return /[0-9][.,]$|[0-9]$/.test(before);
}

const DATE = /^[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2} )/;
const YEAR_IN_BRACKETS = /^\((?:19|20)[0-9]{2}\)/;

function acceptPhone(match: string, before: string): number {
  return isInNumber(before) || DATE.test(match) || YEAR_IN_BRACKETS.test(match) ? 0 : match.length;
}

/** What is found is scored so, with as many digits as a card has. */
const FRACTION = '0.';
const CARD_LENGTHS = { least: 13, most: 19 };
const IBAN_LENGTHS = { least: 15, most: 34 };

/** In the order in which they take; what one has taken the next ones do not see. */
export const contentPatterns = {
  privateKey: {
    placeholder: 'PRIVATE_KEY',
    sentence: 'Blocks of a private key, to their end or, without one, to the end of the text.',
    pattern:
      '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)',
    needs: '-----BEGIN ',
    example: '-----BEGIN PRIVATE KEY-----MIIEvQ-----END PRIVATE KEY-----',
  },
  jwt: {
    placeholder: 'JWT',
    sentence: 'JSON Web Tokens, signed or encrypted.',
    pattern: '\\beyJ[A-Za-z0-9_-]{8,512}(?:\\.[A-Za-z0-9_-]*){2,4}',
    needs: 'eyJ',
    example: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  },
  openaiKey: {
    placeholder: 'API_KEY',
    sentence: 'Keys that begin with `sk-`, as those of OpenAI, Anthropic, DeepSeek and others do.',
    pattern: '\\bsk-[A-Za-z0-9_-]{20,}',
    needs: 'sk-',
    example: 'sk-proj-0000example0000example',
  },
  githubToken: {
    placeholder: 'API_KEY',
    sentence: 'Tokens of GitHub.',
    pattern: '\\b(?:gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})',
    example: 'ghp_0000000000example00000000000example0',
  },
  awsKeyId: {
    placeholder: 'API_KEY',
    sentence: 'Ids of access keys of AWS.',
    pattern: '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b',
    example: 'AKIAIOSFODNN7EXAMPLE',
  },
  slackToken: {
    placeholder: 'API_KEY',
    sentence: 'Tokens of Slack.',
    pattern: '\\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{10,}',
    example: 'xoxb-0000-example',
  },
  prefixedKey: {
    placeholder: 'API_KEY',
    sentence: 'Keys of Google, GitLab, Groq, Hugging Face, npm and Stripe.',
    pattern:
      '\\b(?:AIza[A-Za-z0-9_-]{35}|glpat-[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{40,}|hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{36}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,})',
    example: 'glpat-0000example0000example',
  },
  bearerToken: {
    placeholder: 'BEARER_TOKEN',
    sentence: 'What follows the word Bearer, where it has a digit in it.',
    pattern: '\\b(?:[Bb]earer|BEARER) {1,4}[A-Za-z0-9._~+/=-]{16,}',
    accept: acceptWithDigit,
    example: 'Bearer 0000.example/0000',
  },
  urlCredentials: {
    placeholder: 'CREDENTIALS',
    sentence: 'User and password in a URL.',
    pattern: '://[^\\s/:@"\'<>]{0,64}:[^\\s/@"\'<>]{1,256}@',
    needs: '://',
    example: 'postgres://app:example@db.example.com',
  },
  email: {
    placeholder: 'EMAIL',
    sentence: 'E-mail addresses, also as they stand in URLs (`%40`).',
    pattern: `(?:\\b[A-Za-z0-9_]|[À-ӿ.%+-])[${LETTER}0-9._%+-]{0,63}(?:@|%40)(?:[${LETTER}0-9-]{1,63}\\.){1,8}(?:xn--[a-z0-9-]{2,59}|[${LETTER}]{2,24})`,
    toSame: (match: string) => match.toLowerCase(),
    example: 'anna@example.com',
  },
  iban: {
    placeholder: 'IBAN',
    sentence: 'IBANs whose check digits fit (mod 97).',
    pattern: `\\b[A-Za-z]{2}[0-9]{2}(?:[${SPACE}-]?[A-Za-z0-9]){11,30}\\b`,
    accept: (match: string) => fittingLength(match, IBAN_LENGTHS, hasIbanDigits),
    toSame: toBareDigits,
    example: 'DE89 3704 0044 0532 0130 00',
  },
  card: {
    placeholder: 'CARD',
    sentence: 'Numbers of cards, 13 to 19 digits, whose check digit fits (Luhn).',
    pattern: `\\b[2-6][0-9]{3}(?:[${SPACE}.-]?[0-9]){9,15}\\b`,
    accept: (match: string, before: string) =>
      before === FRACTION ? 0 : fittingLength(match, CARD_LENGTHS, hasLuhnDigit),
    toSame: toBareDigits,
    example: '4111 1111 1111 1111',
  },
  internationalPhone: {
    placeholder: 'PHONE',
    sentence: 'Telephone numbers with `+` or `00` and the code of a country.',
    pattern: `(?:\\+|\\b00)[1-9](?:[${SPACE}./()-]{0,3}[0-9]){7,14}\\b`,
    accept: acceptPhone,
    toSame: toBareDigits,
    example: '+49 170 0000000',
  },
  nationalPhone: {
    placeholder: 'PHONE',
    sentence: 'Telephone numbers that begin with a single 0, of 9 to 12 digits.',
    pattern: `\\b0[1-9](?:[${SPACE}./()-]{0,2}[0-9]){7,10}\\b`,
    accept: acceptPhone,
    toSame: toBareDigits,
    example: '020 7946 0958',
  },
  groupedPhone: {
    placeholder: 'PHONE',
    sentence:
      'Telephone numbers in the groups of North America, India and China, or with a prefix in brackets.',
    pattern:
      '(?:\\([0-9]{2,5}\\)[ .-]?[0-9]{3,5}[ .-]?[0-9]{3,5}|\\b(?:1[ .-])?[2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}|\\b[6-9][0-9]{4}[ -][0-9]{5}|\\b1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4})\\b',
    accept: acceptPhone,
    toSame: toBareDigits,
    example: '(415) 555-0132',
  },
} as const satisfies Record<string, ContentPattern>;
