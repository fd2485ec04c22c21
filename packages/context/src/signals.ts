import type { Attributes, Context, MeterProvider } from '@opentelemetry/api';
import {
  attributes as ledger,
  type EventName,
  events,
  type LabelsOf,
  type MetricName,
  metrics,
} from '@genvitals/conventions';
import { ARM_KEYS, type Attribution } from './attribution.ts';
import { reportCounter } from './counter-report.ts';
import { type Labels, LabelSets, OTHER } from './label-sets.ts';
import { activeContext, type Logger, type LoggerProvider, readLoggerProvider, readSlots } from './otel.ts';
import { processSlot } from './process-slot.ts';
import { SCOPE_NAME, VERSION } from './scope.ts';
import { settings } from './settings.ts';

/** The counters of what people do, by their names in code. */
type CounterName = {
  [Name in MetricName]: (typeof metrics)[Name]['emitter'] extends 'context' ? Name : never;
}[MetricName];

/** What is counted by: labels by their names in code. */
type CountLabels<Name extends CounterName> = { readonly [Label in LabelsOf<Name>]?: string | undefined };

const FEATURE_NAME = ledger.featureName.key;
/** An SDK folds what it is given above 2,000 label sets, and keeps the last of what it folds only. */
const CELL_CAP = 1800;
const OPEN_LABELS = [FEATURE_NAME, ...ARM_KEYS, ledger.taskName.key, ledger.conversionName.key];

/** What was counted in this process: two tables of the same counters would overwrite each other at collection. */
export class Counts {
  readonly #counters = new Map<CounterName, LabelSets<number>>();
  #releases: (() => void)[] = [];
  #provider: MeterProvider | undefined;
  #hasReported = false;

  of(name: CounterName): LabelSets<number> {
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      counter = new LabelSets({ cap: () => CELL_CAP, make: () => 0, openLabels: OPEN_LABELS });
      this.#counters.set(name, counter);
    }
    return counter;
  }

  /** Metrics have no proxy, so their provider is looked for at each count. */
  refresh(): void {
    const provider = readSlots().metrics;
    if (provider === this.#provider) return;
    this.#provider = provider;
    for (const release of this.#releases) release();
    this.#releases = [];
    if (provider === undefined) return;
    const meter = provider.getMeter(SCOPE_NAME, VERSION);
    for (const name of COUNTER_NAMES)
      this.#releases.push(reportCounter(meter, metrics[name], this.of(name), this.#hasReported));
    this.#hasReported = true;
  }
}

const COUNTER_NAMES = (Object.keys(metrics) as MetricName[]).filter(
  (name) => metrics[name].emitter === 'context',
) as CounterName[];

function countsOfProcess(): Counts {
  const slot = processSlot();
  return (slot.counts ??= new Counts());
}

/** Keys of labels on the wire; a feature that metrics may not name is `other`. */
function toLabels(labels: Readonly<Record<string, string | undefined>>): Labels {
  const { features } = settings().options;
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      const key = ledger[name as keyof typeof ledger].key;
      const isBarred = key === FEATURE_NAME && value !== undefined && features?.includes(value) === false;
      return [key, isBarred ? OTHER : value];
    }),
  );
}

/** Counts one. */
export function count<Name extends CounterName>(name: Name, labels: CountLabels<Name>): void {
  const counts = countsOfProcess();
  counts.refresh();
  counts.of(name).cell(toLabels(labels)).value++;
}

/** A row at 0, so that the first that is counted in it is an increase and not a birth. */
export function open<Name extends CounterName>(name: Name, labels: CountLabels<Name>): void {
  const counts = countsOfProcess();
  counts.refresh();
  counts.of(name).cell(toLabels(labels));
}

let loggerProvider: LoggerProvider | undefined;
let logger: Logger | undefined;

function currentLogger(): Logger | undefined {
  const provider = readLoggerProvider();
  if (provider !== loggerProvider) {
    loggerProvider = provider;
    logger = provider?.getLogger(SCOPE_NAME, VERSION);
  }
  return logger;
}

type EventAttributes = Readonly<Record<string, unknown>>;

/**
 * Emits an event, to the logs of whoever provides them and to the judge.
 * @param context whose span it belongs to; the active one where absent
 */
export function emit(name: EventName, attributes: EventAttributes, context?: Context): void {
  emitApart(name, { logs: attributes, judge: attributes }, context);
}

/**
 * The same where the judge takes what the logs do not, or the other way round.
 * @param attributes undefined for who takes no such event
 */
export function emitApart(
  name: EventName,
  attributes: { readonly logs: EventAttributes | undefined; readonly judge: EventAttributes | undefined },
  context: Context = activeContext(),
): void {
  const { name: eventName, severityNumber, severityText } = events[name];
  const record = { eventName, severityNumber, severityText, timestamp: Date.now(), context };
  if (attributes.logs !== undefined) currentLogger()?.emit({ ...record, attributes: attributes.logs });
  if (attributes.judge !== undefined)
    processSlot().host.judge?.emit({ ...record, attributes: attributes.judge });
}

/** What the labels of a case are, by names in code. */
export interface CaseLabels {
  readonly featureName: string;
  readonly promptName?: string | undefined;
  readonly promptVersion?: string | undefined;
  readonly experimentName?: string | undefined;
  readonly experimentVariant?: string | undefined;
}

export const UNSET = 'unset';

/** The labels of what happens under the app's words. @param feature where these name none */
export function caseLabels(attribution: Attribution | undefined, feature: string = UNSET): CaseLabels {
  const prompt = attribution?.prompt;
  const assignment = attribution?.assignments.at(-1);
  return {
    featureName: attribution?.feature ?? feature,
    ...(prompt?.version !== undefined && { promptName: prompt.name, promptVersion: prompt.version }),
    ...(assignment && { experimentName: assignment.name, experimentVariant: assignment.variant }),
  };
}

/** What an event about a user's case carries of the app's words. */
export function caseAttributes(attribution: Attribution | undefined): Attributes {
  return attribution?.attributes ?? {};
}
