import { type Asked, serve } from './admin-server.ts';

/** A series: the metric's name, its labels, and samples as times and values. */
export interface StoredSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [string, number])[];
}

const UNITS: Readonly<Record<string, number>> = { s: 1, d: 86_400 };

/** What is understood of PromQL: `last_over_time(name{label="value"}[range])`. */
const QUERY =
  /^last_over_time\((?<name>\w+)\{(?<label>\w+)="(?<value>[^"]*)"\}\[(?<count>\d+)(?<unit>[sd])\]\)$/;

function evaluate(stored: readonly StoredSeries[], query: string, times: readonly number[]) {
  const { name, label = '', value, count, unit = '' } = QUERY.exec(query)?.groups ?? {};
  if (name === undefined) throw new Error(`no PromQL that is understood: ${query}`);
  const range = Number(count) * (UNITS[unit] ?? NaN);
  return stored.flatMap((series) => {
    if (series.name !== name || series.labels[label] !== value) return [];
    const values = times.flatMap((time) => {
      const last = series.samples
        .map(([at, number]) => [Date.parse(at) / 1_000, number] as const)
        .findLast(([at]) => at > time - range && at <= time);
      return last === undefined ? [] : [[time, String(last[1])] as const];
    });
    return values.length === 0 ? [] : [{ metric: { __name__: name, ...series.labels }, values }];
  });
}

function answer(stored: readonly StoredSeries[], { path, body }: Asked): object {
  const query = body.get('query') ?? '';
  if (path.endsWith('/query')) {
    const found = evaluate(stored, query, [Number(body.get('time'))]);
    return {
      resultType: 'vector',
      result: found.map(({ metric, values }) => ({ metric, value: values[0] })),
    };
  }
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(body.get(name))) as [
    number,
    number,
    number,
  ];
  const times = Array.from(
    { length: Math.floor((end - start) / step) + 1 },
    (_, index) => start + index * step,
  );
  return { resultType: 'matrix', result: evaluate(stored, query, times) };
}

/** As much of Prometheus' query API as is asked for, over samples that are given. */
export function servePrometheus(stored: readonly StoredSeries[]) {
  return serve((asked) => ({ body: { status: 'success', data: answer(stored, asked) } }));
}
