import { type KeyTable, type Place, readKeys } from './place.ts';

/** The two arms of every experiment, the one that is known first. */
export const ARMS = ['control', 'candidate'] as const;

export type Arm = (typeof ARMS)[number];

/** The prompt that an arm uses. */
export interface ArmPrompt {
  readonly name: string;
  readonly version: string | undefined;
}

/** What an arm is, for the app to read. */
export interface ArmDefinition {
  readonly prompt: ArmPrompt | undefined;
  /** Frozen, whatever depth. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** In percent; both sum to 100. */
export type Split = Readonly<Record<Arm, number>>;

/** The smallest difference that matters, by the kind of measure that decides. */
export interface MinEffect {
  /** Of scores from 1 to 5. */
  readonly points: number;
  /** Of shares. */
  readonly percentagePoints: number;
  /** Of amounts, relative to control. */
  readonly percent: number;
}

/** What every unit gets, whatever the split. */
export interface Stop {
  /** ISO 8601. */
  readonly at: string;
  readonly arm: Arm;
}

/** The keys of a file. */
export interface ExperimentKeys {
  readonly hypothesis: string;
  readonly arms: Readonly<Record<Arm, ArmDefinition>>;
  readonly split: Split;
  readonly unit: string;
  readonly salt: string | undefined;
  readonly minJudged: number;
  readonly minUnits: number;
  readonly minDays: number;
  readonly maxDays: number;
  readonly minEffect: MinEffect;
  readonly stopped: Stop | undefined;
}

const NO_PARAMETERS: Readonly<Record<string, unknown>> = Object.freeze({});
const MAX_COUNT = 1e9;
const MAX_DAYS = 3_650;
const MAX_TEXT_CHARS = 200;
const UNIT = /^[a-z][a-z0-9_-]{0,63}$/;
const PERCENTAGES = /^(\d{1,3}(?:\.\d+)?)\s*\/\s*(\d{1,3}(?:\.\d+)?)$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freeze(child);
    Object.freeze(value);
  }
  return value;
}

function shortText({ text }: Place): string | undefined {
  return text === undefined || text === '' || text.length > MAX_TEXT_CHARS ? undefined : text;
}

const wholeNumber =
  (max: number) =>
  ({ number }: Place): number | undefined =>
    number !== undefined && Number.isInteger(number) && number >= 1 && number <= max ? number : undefined;

function positive({ number }: Place): number | undefined {
  return number !== undefined && number > 0 ? number : undefined;
}

function readSplit({ text }: Place): Split | undefined {
  const [, control, candidate] = PERCENTAGES.exec(text ?? '') ?? [];
  if (control === undefined || candidate === undefined) return undefined;
  const split = { control: Number(control), candidate: Number(candidate) };
  return Math.abs(split.control + split.candidate - 100) < 1e-9 ? Object.freeze(split) : undefined;
}

function readInstant({ text }: Place): string | undefined {
  return text !== undefined && INSTANT.test(text) && Number.isFinite(Date.parse(text)) ? text : undefined;
}

function readArmName({ text }: Place): Arm | undefined {
  return ARMS.find((arm) => arm === text);
}

const promptKeys: KeyTable<ArmPrompt> = {
  name: { wanted: 'a text', sentence: 'Of the prompt.', read: shortText },
  version: {
    wanted: 'a text',
    default: undefined,
    defaultText: 'none',
    sentence: 'Without one, the prompt is no label of metrics.',
    read: shortText,
  },
};

const armKeys: KeyTable<ArmDefinition> = {
  prompt: {
    wanted: 'a mapping of name and version',
    default: undefined,
    defaultText: 'none',
    sentence: 'The prompt of the arm.',
    read: (place) => Object.freeze(readKeys(place, promptKeys)),
  },
  parameters: {
    wanted: 'a mapping',
    default: NO_PARAMETERS,
    defaultText: 'none',
    sentence: 'Whatever the app reads of the arm.',
    read: ({ entries, node }) =>
      entries === undefined ? undefined : freeze((node as { toJSON(): Record<string, unknown> }).toJSON()),
  },
};

function readArm(place: Place): ArmDefinition {
  return place.isEmpty
    ? { prompt: undefined, parameters: NO_PARAMETERS }
    : Object.freeze(readKeys(place, armKeys));
}

const arm = { wanted: 'a mapping, which may be empty', read: readArm };

const armsKeys: KeyTable<Readonly<Record<Arm, ArmDefinition>>> = {
  control: { ...arm, sentence: 'What there is today.' },
  candidate: { ...arm, sentence: 'What might take its place.' },
};

function readArms(place: Place): Readonly<Record<Arm, ArmDefinition>> {
  for (const [name, entry] of place.entries ?? []) {
    if (!Object.hasOwn(armsKeys, name))
      entry.fail(`${ARMS.join(' and ')} alone`, name, 'EXPERIMENT_THIRD_ARM');
  }
  return Object.freeze(readKeys(place, armsKeys));
}

const minEffectKeys: KeyTable<MinEffect> = {
  points: {
    wanted: 'a number above 0',
    default: 0.1,
    defaultText: '0.1',
    sentence: 'Of scores.',
    read: positive,
  },
  percentagePoints: {
    wanted: 'a number above 0',
    default: 2,
    defaultText: '2',
    sentence: 'Of shares.',
    read: positive,
  },
  percent: {
    wanted: 'a number above 0',
    default: 5,
    defaultText: '5',
    sentence: 'Of amounts, relative to control.',
    read: positive,
  },
};

const stopKeys: KeyTable<Stop> = {
  at: { wanted: 'a time such as 2026-11-26T16:00:00Z', sentence: 'When it was stopped.', read: readInstant },
  arm: { wanted: ARMS.join(' or '), sentence: 'What everybody gets since.', read: readArmName },
};

/** One row for each key of a file. */
export const experimentKeys: KeyTable<ExperimentKeys> = {
  hypothesis: {
    wanted: 'a text',
    sentence: 'What the candidate is expected to do better, and why.',
    read: ({ text }) => (text === undefined || text.trim() === '' ? undefined : text),
  },
  arms: {
    wanted: 'a mapping of control and candidate',
    sentence:
      'What each arm is: a `prompt` (`name`, `version`) and free `parameters`, both for the app to read. An arm may be empty; a third one is refused.',
    read: readArms,
  },
  split: {
    wanted: 'the percentages of control and candidate, which sum to 100, such as 90/10',
    default: Object.freeze({ control: 90, candidate: 10 }),
    defaultText: '90/10',
    sentence: 'How many units are in control, and how many in candidate.',
    read: readSplit,
  },
  unit: {
    wanted: 'a word in small letters',
    default: 'user',
    defaultText: 'user',
    sentence: 'What is assigned, in a word of yours: `user`, `session`, `conversation` and so on.',
    read: ({ text }) => (text !== undefined && UNIT.test(text) ? text : undefined),
  },
  salt: {
    wanted: 'a text',
    default: undefined,
    defaultText: 'the name',
    sentence: 'Another one assigns all units anew.',
    // NUL is what stands between the parts of a hash.
    read: (place) => (place.text?.includes('\0') === true ? undefined : shortText(place)),
  },
  minJudged: {
    wanted: `a whole number from 1 to ${MAX_COUNT}`,
    default: 500,
    defaultText: '500',
    sentence: 'How many judged answers each arm needs before anything is rolled out.',
    read: wholeNumber(MAX_COUNT),
  },
  minUnits: {
    wanted: `a whole number from 1 to ${MAX_COUNT}`,
    default: 200,
    defaultText: '200',
    sentence: 'How many units each arm needs.',
    read: wholeNumber(MAX_COUNT),
  },
  minDays: {
    wanted: `a whole number from 1 to ${MAX_DAYS}`,
    default: 7,
    defaultText: '7',
    sentence: 'How many days it runs at least: weekdays differ.',
    read: wholeNumber(MAX_DAYS),
  },
  maxDays: {
    wanted: `a whole number from 1 to ${MAX_DAYS}`,
    default: 28,
    defaultText: '28',
    sentence: 'After how many days it is inconclusive.',
    read: wholeNumber(MAX_DAYS),
  },
  minEffect: {
    wanted: 'a mapping of points, percentagePoints and percent',
    default: Object.freeze({ points: 0.1, percentagePoints: 2, percent: 5 }),
    defaultText: '0.1 points, 2 percentagePoints, 5 percent',
    sentence:
      'The smallest difference that matters: of scores in `points`, of shares in `percentagePoints`, of amounts in `percent`.',
    read: (place) => Object.freeze(readKeys(place, minEffectKeys)),
  },
  stopped: {
    wanted: 'a mapping of at and arm',
    default: undefined,
    defaultText: 'it runs',
    sentence: 'Written by `genvitals experiment stop`: when (`at`), and which `arm` everybody gets since.',
    read: (place) => Object.freeze(readKeys(place, stopKeys)),
  },
};
