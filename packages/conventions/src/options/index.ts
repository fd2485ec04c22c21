import type { NamesMode } from '../attributes/attribute-row.ts';
import { DEFAULT_SAMPLING_SALT } from '../sampling-hash.ts';
import { type AllowedHost, parseAllowedHosts } from './allowed-hosts.ts';
import { type NamedHost, parseNamedHosts } from './named-hosts.ts';
import {
  type CallLog,
  type CaptureMode,
  type MaskSource,
  type OptionError,
  parseAddress,
  parseCallLog,
  parseCaptureMode,
  parseDirectory,
  parseDays,
  parseFile,
  parseFlag,
  parseLongSecret,
  parseMask,
  parseNames,
  parseFraction,
  parseNamesMode,
  parseSecret,
  parseSwitch,
  parseUserIdMode,
  type Switch,
  type UserIdMode,
} from './parsers.ts';

/** A setting that people make by an environment variable. */
export interface OptionRow<Value> {
  readonly env: string;
  readonly default: Value;
  /** The default as people would write it. */
  readonly defaultText: string;
  /** What may be written, in a few words. */
  readonly wanted: string;
  readonly sentence: string;
  /**
   * May throw an `OptionError`.
   * @param reject hears of a part of a list that is left out, while the rest holds
   */
  readonly parse: (text: string, reject?: (error: OptionError) => void) => Value;
}

/** Every setting of genvitals' own, by the name it has in code. */
export interface OptionValues {
  readonly semconv: NamesMode;
  readonly sdk: Switch;
  readonly console: boolean;
  readonly callLog: CallLog;
  readonly perChunk: Switch;
  readonly providers: readonly NamedHost[];
  readonly http: boolean;
  readonly undici: boolean;
  readonly injectStreamUsage: boolean;
  /** `auto`: hashed where there is a key, else not written. */
  readonly userId: UserIdMode;
  readonly hashKey: string | undefined;
  /** Undefined where none is set: tokens are then good in their own process alone. */
  readonly feedbackKey: string | undefined;
  /** May be a fraction. */
  readonly feedbackExpiryDays: number;
  /** Undefined for any. */
  readonly features: readonly string[] | undefined;
  readonly baggageHosts: readonly AllowedHost[];
  readonly captureContent: CaptureMode;
  /** 0 to 1. */
  readonly captureFraction: number;
  readonly samplingSalt: string;
  /** An address without the path of a signal. */
  readonly judgeUrl: string | undefined;
  readonly judgeToken: string | undefined;
  /** A path; undefined where there is no file. */
  readonly prices: string | undefined;
  readonly mask: MaskSource;
  /** A path; `experiments/` is below it. */
  readonly directory: string;
}

export type OptionName = keyof OptionValues;

export const options: { readonly [Name in OptionName]: OptionRow<OptionValues[Name]> } = {
  semconv: {
    env: 'GENVITALS_SEMCONV',
    default: 'v1.41',
    defaultText: 'v1.41',
    wanted: 'v1.41, latest or dup',
    sentence: 'Which names are written: those that back-ends read today, the newest ones, or both.',
    parse: parseNamesMode,
  },
  sdk: {
    env: 'GENVITALS_SDK',
    default: 'auto',
    defaultText: 'auto',
    wanted: 'auto, on or off',
    sentence: 'Whether an OpenTelemetry SDK is started: if the app has none, in any case, or never.',
    parse: parseSwitch,
  },
  console: {
    env: 'GENVITALS_CONSOLE',
    default: false,
    defaultText: '0',
    wanted: '1 or 0 (true, on, yes; false, off, no)',
    sentence: 'Prints a start line, and a line for people on each call, on stderr.',
    parse: parseFlag,
  },
  callLog: {
    env: 'GENVITALS_CALL_LOG',
    default: { to: 'off' },
    defaultText: 'off',
    wanted: 'off, stderr, stdout or the path of a file',
    sentence: 'Where each call is written as one line of JSON.',
    parse: parseCallLog,
  },
  perChunk: {
    env: 'GENVITALS_PER_CHUNK',
    default: 'auto',
    defaultText: 'auto',
    wanted: 'auto, on or off',
    sentence: 'Whether the time of each chunk of a stream is kept; auto does so where the SDK is ours.',
    parse: parseSwitch,
  },
  providers: {
    env: 'GENVITALS_PROVIDERS',
    default: [],
    defaultText: '',
    wanted: 'host=provider or host:port=provider, separated by commas',
    sentence:
      'Which provider answers at a host of yours, such as a gateway; names below the host are meant too.',
    parse: parseNamedHosts,
  },
  http: {
    env: 'GENVITALS_HTTP',
    default: true,
    defaultText: '1',
    wanted: '1 or 0 (true, on, yes; false, off, no)',
    sentence: 'Whether incoming HTTP requests become spans, where the SDK is ours.',
    parse: parseFlag,
  },
  undici: {
    env: 'GENVITALS_UNDICI',
    default: true,
    defaultText: '1',
    wanted: '1 or 0 (true, on, yes; false, off, no)',
    sentence: 'Whether outgoing fetch requests become spans, where the SDK is ours.',
    parse: parseFlag,
  },
  injectStreamUsage: {
    env: 'GENVITALS_INJECT_STREAM_USAGE',
    default: false,
    defaultText: '0',
    wanted: '1 or 0 (true, on, yes; false, off, no)',
    sentence:
      'Asks for the usage of streamed chats and completions that do not ask themselves, and keeps it from the app.',
    parse: parseFlag,
  },
  userId: {
    env: 'GENVITALS_USER_ID',
    default: 'auto',
    defaultText: 'auto',
    wanted: 'auto, raw, hmac or off',
    sentence:
      'How the ids that the app gives its users are written: as they are, as a keyed hash, or not; auto hashes where there is a key, and writes none else.',
    parse: parseUserIdMode,
  },
  hashKey: {
    env: 'GENVITALS_HASH_KEY',
    default: undefined,
    defaultText: 'off',
    wanted: 'off or a secret',
    sentence: 'The key of hashes: the same key gives the same hash of the same id.',
    parse: parseSecret,
  },
  feedbackKey: {
    env: 'GENVITALS_FEEDBACK_KEY',
    default: undefined,
    defaultText: 'off',
    wanted: 'off or a secret of at least 16 characters',
    sentence:
      'What signs the tokens that feedback and outcomes come back with, the same in all processes; without it, a token is good in the process that made it.',
    parse: parseLongSecret,
  },
  feedbackExpiryDays: {
    env: 'GENVITALS_FEEDBACK_EXPIRY_DAYS',
    default: 30,
    defaultText: '30',
    wanted: 'a number of days above 0, at most 3650',
    sentence: 'How long such a token is good for.',
    parse: parseDays,
  },
  features: {
    env: 'GENVITALS_FEATURES',
    default: undefined,
    defaultText: '*',
    wanted: '* or names with commas between',
    sentence:
      'The features that metrics may name; all others are `other` there, and keep their names on spans.',
    parse: parseNames,
  },
  baggageHosts: {
    env: 'GENVITALS_BAGGAGE_HOSTS',
    default: [],
    defaultText: '',
    wanted: 'hosts such as api.example.com, api.example.com:8080 or *.example.com, separated by commas',
    sentence:
      'Your own services that are sent what the app says of its calls, as W3C baggage: each host as it is written, `*.` for the names below one. No other host is.',
    parse: parseAllowedHosts,
  },
  captureContent: {
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    default: 'NO_CONTENT',
    defaultText: 'NO_CONTENT',
    wanted: 'NO_CONTENT, SPAN_ONLY, EVENT_ONLY or SPAN_AND_EVENT (true, false)',
    sentence: 'Whether prompts and answers are recorded, and where; OpenTelemetry’s own variable.',
    parse: parseCaptureMode,
  },
  captureFraction: {
    env: 'GENVITALS_CAPTURE_FRACTION',
    default: 1,
    defaultText: '1',
    wanted: 'a number from 0 to 1',
    sentence: 'Of how many traces the content is recorded, where it is at all.',
    parse: parseFraction,
  },
  samplingSalt: {
    env: 'GENVITALS_SAMPLING_SALT',
    default: DEFAULT_SAMPLING_SALT,
    defaultText: DEFAULT_SAMPLING_SALT,
    wanted: 'any text',
    sentence: 'What decides which traces a fraction takes; the same everywhere, or other traces are taken.',
    parse: (text) => text,
  },
  judgeUrl: {
    env: 'GENVITALS_JUDGE_URL',
    default: undefined,
    defaultText: 'off',
    wanted: 'off or an address such as http://judge:4390',
    sentence: 'Where the content of calls goes for being judged: to there alone, whatever else is set.',
    parse: parseAddress,
  },
  judgeToken: {
    env: 'GENVITALS_JUDGE_TOKEN',
    default: undefined,
    defaultText: 'off',
    wanted: 'off or the token',
    sentence: 'What the judge knows this app by.',
    parse: parseSecret,
  },
  prices: {
    env: 'GENVITALS_PRICES',
    default: undefined,
    defaultText: 'off',
    wanted: 'off or the path of a file',
    sentence: 'A file of your own prices, discounts and deployments, which comes before the public lists.',
    parse: parseFile,
  },
  mask: {
    env: 'GENVITALS_MASK',
    default: { by: 'default' },
    defaultText: 'default',
    wanted: 'default, off or the path of a file',
    sentence: 'By which patterns captured content is masked; a file of your own may add to them.',
    parse: parseMask,
  },
  directory: {
    env: 'GENVITALS_DIRECTORY',
    default: 'genvitals',
    defaultText: 'genvitals',
    wanted: 'the path of a directory',
    sentence: 'Where your files for genvitals are: those of experiments are in `experiments/` below it.',
    parse: parseDirectory,
  },
};
