import type { Collector } from './collector.ts';

/** Differs from run to run, or from one machine to another: told by its type alone. */
const VOLATILE =
  /^(?:server\.port|service\.instance\.id|gen_ai\.response\.(?:id|time_to_first_chunk)|genvitals\.rate_limit\..*|genvitals\.evaluation\.id|genvitals\.task\.id|genvitals\.openai\.version)$/;

type Attributes = Readonly<Record<string, unknown>>;

function toPlain(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).map(([key, value]): [string, unknown] => [
    key,
    VOLATILE.test(key) ? `<${typeof value}>` : typeof value === 'bigint' ? Number(value) : value,
  ]);
  return Object.fromEntries(entries.toSorted(([one], [other]) => one.localeCompare(other)));
}

const OURS = '@genvitals/';

function byText<Thing>(things: readonly Thing[]): Thing[] {
  return things.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}

/** All that our own scopes sent, in an order and with ids that do not change from run to run. */
export function toSignals(collector: Collector): unknown {
  const names = new Map(collector.spans.map(({ span }) => [span.spanId, span.name]));
  const spans = collector.spans
    .filter(({ scope }) => scope.name.startsWith(OURS))
    .map(({ scope, span }) => ({
      scope: scope.name,
      name: span.name,
      kind: span.kind,
      in: names.get(span.parentSpanId ?? '') ?? null,
      status: span.status,
      attributes: toPlain(span.attributes),
    }));
  const events = collector.logRecords
    .filter(({ scope }) => scope.name.startsWith(OURS))
    .map(({ scope, logRecord }) => ({
      scope: scope.name,
      name: logRecord.eventName,
      in: names.get(logRecord.spanId ?? '') ?? null,
      attributes: toPlain(logRecord.attributes),
    }));
  return { spans: byText(spans), events: byText(events), counters: byText(toCounters(collector)) };
}

/** The newest total of each series of ours. */
function toCounters(collector: Collector): unknown[] {
  const newest = new Map<string, unknown>();
  for (const { scope, metric } of collector.metrics) {
    if (!scope.name.startsWith(OURS)) continue;
    for (const point of metric.sum?.dataPoints ?? []) {
      const attributes = toPlain(point.attributes);
      const value = Math.round(Number(point.value) * 1e9) / 1e9;
      newest.set(`${metric.name} ${JSON.stringify(attributes)}`, { name: metric.name, value, attributes });
    }
    for (const point of metric.histogram?.dataPoints ?? []) {
      const attributes = toPlain(point.attributes);
      newest.set(`${metric.name} ${JSON.stringify(attributes)}`, {
        name: metric.name,
        count: point.count,
        attributes,
      });
    }
  }
  return [...newest.values()];
}
