import { type IncidentName, incidentNames } from '@genvitals/openai-simulator';
import { type OptionTable, wholeNumber } from '../options.ts';

export const DEFAULT_CALLS = 150;
const MAX_CALLS = 100_000;

export interface DemoOptions {
  /** Undefined: the default number, or what can be done in half a minute. */
  readonly calls: number | undefined;
  readonly seed: number;
  readonly incident: IncidentName | undefined;
  readonly json: boolean;
  readonly real: boolean;
  readonly 'max-usd': number;
  readonly yes: boolean;
}

function parseUsd(text: string): number | undefined {
  const value = Number(text);
  return /^\d+(?:\.\d+)?$/.test(text) && value > 0 ? value : undefined;
}

/** One row for each option of `genvitals demo`. */
export const demoOptions: OptionTable<DemoOptions> = {
  calls: {
    placeholder: 'N',
    default: undefined,
    sentence: `OpenAI calls to bring about (${DEFAULT_CALLS}, or what 18 s allow)`,
    parse: wholeNumber(1, MAX_CALLS),
    wanted: `a whole number from 1 to ${MAX_CALLS}`,
  },
  seed: {
    placeholder: 'N',
    default: 1,
    sentence: 'The same seed gives the same visitors, questions and words (1)',
    parse: wholeNumber(0, 2 ** 32 - 1),
    wanted: 'a whole number from 0 to 4294967295',
  },
  incident: {
    placeholder: 'NAME',
    default: undefined,
    sentence: `Something goes wrong on the way: ${incidentNames.join(', ')}`,
    parse: (text) => incidentNames.find((name) => name === text),
    wanted: `one of ${incidentNames.join(', ')}`,
  },
  json: { default: false, sentence: 'Print one JSON document and nothing else' },
  real: {
    default: false,
    sentence: 'Ask the real API, with OPENAI_API_KEY (and OPENAI_BASE_URL), after an estimate',
  },
  'max-usd': {
    placeholder: 'USD',
    default: 0.5,
    sentence: 'What --real may cost at most (0.50)',
    parse: parseUsd,
    wanted: 'an amount above 0, like 0.50',
  },
  yes: { default: false, sentence: 'Do not ask before --real spends money' },
};
