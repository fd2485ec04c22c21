import { CliError } from '../errors.ts';
import { countCallLog } from './call-log-source.ts';
import type { CountedSide } from './counted.ts';
import type { DayRange } from './days.ts';
import { countPrometheus } from './prometheus-source.ts';
import type { ReconcileOptions } from './reconcile-options.ts';

/** Where the costs that we counted come from. */
interface SourceRow {
  /** How it is told. */
  readonly title: (options: ReconcileOptions) => string;
  readonly isAsked: (options: ReconcileOptions) => boolean;
  readonly count: (options: ReconcileOptions, range: DayRange, signal: AbortSignal) => Promise<CountedSide>;
}

/** One row for each, by the option that asks for it. */
const sources: Readonly<Record<string, SourceRow>> = {
  'call-log': {
    title: (options) => `call lines of ${options['call-log'].join(', ')}`,
    isAsked: (options) => options['call-log'].length > 0,
    count: (options, range, signal) => countCallLog(options['call-log'], range, options.provider, signal),
  },
  prometheus: {
    title: ({ prometheus }) => `Prometheus at ${prometheus?.host}`,
    isAsked: ({ prometheus }) => prometheus !== undefined,
    async count({ prometheus, provider }, range, signal) {
      if (prometheus === undefined) return { models: [], notes: [] };
      return countPrometheus(prometheus, range, provider, signal);
    },
  },
};

/** The one source that was asked for; throws a CliError if it is none or several. */
export function askedSource(options: ReconcileOptions): SourceRow {
  const asked = Object.entries(sources).filter(([, { isAsked }]) => isAsked(options));
  const [found] = asked;
  if (found !== undefined && asked.length === 1) return found[1];
  const names = Object.keys(sources).map((name) => `\`--${name}\``);
  const came = asked.length === 0 ? 'none' : asked.map(([name]) => `\`--${name}\``).join(' and ');
  throw new CliError('CLI_INVALID_OPTION', `Expected one of ${names.join(', ')}, got ${came}.`);
}
