import type { OptionTable } from '../options.ts';
import { parseDay } from './days.ts';

const DEFAULT_DAYS = 7;
const DEFAULT_TOLERANCE_PERCENT = 1;
export const DEFAULT_BASE_URL = 'https://api.openai.com/v1';

export interface ReconcileOptions {
  readonly 'call-log': readonly string[];
  readonly prometheus: URL | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly project: string | undefined;
  readonly provider: string;
  readonly tolerance: number;
  readonly prices: string | undefined;
  readonly 'base-url': URL;
  readonly json: boolean;
}

const text = (value: string): string | undefined => (value === '' ? undefined : value);

function parseUrl(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** An admin key can do anything to an organisation: it goes over no network unencrypted. */
function parseAdminUrl(value: string): URL | undefined {
  const url = parseUrl(value);
  const isSafe =
    url?.protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  return isSafe ? url : undefined;
}

function parsePercent(value: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(value) && Number(value) <= 100 ? Number(value) : undefined;
}

const day = { placeholder: 'DAY', default: undefined, parse: parseDay, wanted: 'a day like 2026-11-26' };

/** One row for each option of `genvitals costs reconcile`. */
export const reconcileOptions: OptionTable<ReconcileOptions> = {
  'call-log': {
    placeholder: 'FILE...',
    default: [],
    sentence: 'Count the call lines of these files (GENVITALS_CALL_LOG), .gz too',
    parseAll: (paths) => (paths.includes('') ? undefined : paths),
    wanted: 'paths',
  },
  prometheus: {
    placeholder: 'URL',
    default: undefined,
    sentence: 'Count by the metrics that this Prometheus has',
    parse: parseUrl,
    wanted: 'an http or https URL',
  },
  from: { ...day, sentence: `First UTC day (${DEFAULT_DAYS - 1} days before --to)` },
  to: { ...day, sentence: 'Last UTC day (yesterday)' },
  project: {
    placeholder: 'ID',
    default: undefined,
    sentence: "Compare with this project's bill (all of the organization)",
    parse: text,
    wanted: 'an id like proj_abc',
  },
  provider: {
    placeholder: 'NAME',
    default: 'openai',
    sentence: 'Count the calls to this provider (openai)',
    parse: text,
    wanted: 'a name',
  },
  tolerance: {
    placeholder: 'PERCENT',
    default: DEFAULT_TOLERANCE_PERCENT,
    sentence: `Up to here, and up to half a cent, costs are the same (${DEFAULT_TOLERANCE_PERCENT})`,
    parse: parsePercent,
    wanted: 'a number from 0 to 100',
  },
  prices: {
    placeholder: 'FILE',
    default: undefined,
    sentence: 'Your own prices, to name those that differ (GENVITALS_PRICES)',
    parse: text,
    wanted: 'a path',
  },
  'base-url': {
    placeholder: 'URL',
    default: new URL(DEFAULT_BASE_URL),
    sentence: `Where OpenAI's admin API is (${DEFAULT_BASE_URL})`,
    parse: parseAdminUrl,
    wanted: 'an https URL, or an http one of this machine',
  },
  json: { default: false, sentence: 'Print one JSON document and nothing else' },
};

/** How many days are compared unless they are named. */
export const defaultDays: number = DEFAULT_DAYS;
