import type { Disagreement, ModelName } from '@genvitals/pricing/check';
import { type Column, toTable } from '../table.ts';
import { counted, type Style } from '../text.ts';
import { wrap } from '../wrap.ts';
import type { Compared } from './check-prices.ts';
import type { CheckFindings } from './check-report.ts';

const WIDTH = 80;

/** As 2.5, 0.075, 12,000. */
function toPrice(usd: number): string {
  return usd.toLocaleString('en-US', { maximumSignificantDigits: 6, maximumFractionDigits: 20 });
}

function toDifference({ ourUsd, theirUsd }: Disagreement): string {
  const percent = ((ourUsd - theirUsd) / theirUsd) * 100;
  return `${percent > 0 ? '+' : ''}${percent.toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`;
}

function toThing({ thing, aboveInputTokens }: Pick<Disagreement, 'thing' | 'aboveInputTokens'>): string {
  return aboveInputTokens === 0 ? thing : `${thing} >${aboveInputTokens / 1_000}k`;
}

const columns: readonly Column<Disagreement>[] = [
  { title: '  tier', width: 10, align: 'left', cell: ({ tier }) => `  ${tier}` },
  { title: 'price of', width: 19, align: 'left', cell: toThing },
  { title: 'ours', width: 9, align: 'right', cell: ({ ourUsd }) => toPrice(ourUsd) },
  { title: 'theirs', width: 9, align: 'right', cell: ({ theirUsd }) => toPrice(theirUsd) },
  { title: 'ours is', width: 9, align: 'right', cell: toDifference },
  { title: 'from', width: 12, align: 'left', cell: ({ source }) => source },
];

/** A model's rows, and those of all other models that have the very same. */
function groupModels(
  disagreements: readonly Disagreement[],
): readonly (readonly [string, readonly string[]])[] {
  const rowsOf = new Map<string, Disagreement[]>();
  for (const each of disagreements) {
    const name = `${each.provider} ${each.model}`;
    rowsOf.set(name, [...(rowsOf.get(name) ?? []), each]);
  }
  const namesOf = new Map<string, string[]>();
  for (const [name, rows] of rowsOf) {
    const provider = name.split(' ', 1)[0];
    const key = [`${provider}:`, ...toTable(columns, rows).slice(1)].join('\n');
    namesOf.set(key, [...(namesOf.get(key) ?? []), name.slice(name.indexOf(' ') + 1)]);
  }
  return [...namesOf].map(([key, names]) => {
    const [provider = '', ...lines] = key.split('\n');
    return [`${provider} ${names.join(', ')}`, lines];
  });
}

function toAgeLines({ age, maxAgeDays }: CheckFindings, style: Style): string[] {
  const { version, releasedAt, ageDays } = age.base;
  const base = `genai-prices ${version} of ${releasedAt}: ${counted(ageDays, 'day')} old`;
  const stale = age.rows.filter((row) => row.ageDays > maxAgeDays);
  const rows = stale.reduce((sum, row) => sum + row.rows, 0);
  const all = age.rows.reduce((sum, row) => sum + row.rows, 0);
  return [
    style.bold(`Age (more than ${counted(maxAgeDays, 'day')} is told)`),
    ageDays > maxAgeDays ? style.yellow(base) : base,
    rows === 0 ? `rows of our own: none of ${all} is older` : `rows of our own: ${rows} of ${all} are older`,
    ...stale.flatMap((row) => [
      `  ${row.checkedAt}  ${row.ageDays} days  ${counted(row.rows, 'row')}`,
      `    ${row.source}`,
    ]),
  ];
}

/** The names of each provider after its own. */
function toList(names: readonly ModelName[], toText: (name: ModelName) => string): string[] {
  const providers = [...new Set(names.map(({ provider }) => provider))];
  return providers.flatMap((provider) => {
    const texts = names.filter((name) => name.provider === provider).map(toText);
    return wrap(`${provider}: ${texts.join(', ')}`, WIDTH - 2).map((line) => `  ${line}`);
  });
}

function onlyOneHas(compared: Compared, isListed: boolean): string[] {
  const { modelsOnlyTheirs, modelsOnlyOurs, pricesOnlyTheirs, modelsWithoutPrices, modelsOfOthers } =
    compared;
  const toModel = ({ model }: ModelName): string => model;
  const list = (title: string, lines: readonly string[], count: number): string[] => [
    `${title}: ${count}`,
    ...(isListed ? lines : []),
  ];
  return [
    ...list('models that they alone price', toList(modelsOnlyTheirs, toModel), modelsOnlyTheirs.length),
    ...list('models that we alone price', toList(modelsOnlyOurs, toModel), modelsOnlyOurs.length),
    ...list(
      'prices that they alone have, of models of both',
      pricesOnlyTheirs.flatMap((price) =>
        toList([price], () => `${price.model} ${price.tier} ${toThing(price)}`),
      ),
      pricesOnlyTheirs.length,
    ),
    `models of theirs without a price that can be compared: ${modelsWithoutPrices}`,
    ...(modelsOfOthers > 0 ? [`models of providers that we have no prices of: ${modelsOfOthers}`] : []),
  ];
}

function toComparedLines(compared: Compared, isListed: boolean, style: Style): string[] {
  const { file, format, disagreements } = compared;
  const [head] = toTable(columns, []);
  const title = `Against ${file} (${format})`;
  return [
    '',
    ...wrap(title, WIDTH).map((line) => style.bold(line)),
    `prices that both have: ${compared.compared}; other ones: ${disagreements.length}`,
    ...onlyOneHas(compared, isListed),
    ...(disagreements.length === 0
      ? []
      : [
          '',
          style.bold('Disagreements (USD for 1M tokens, 1k calls, a minute or 1M characters)'),
          style.dim(head),
          ...groupModels(disagreements).flatMap(([names, lines]) => [...wrap(names, WIDTH), ...lines]),
        ]),
  ];
}

/** What people read, 80 columns wide. */
export function toCheckText(found: CheckFindings, isListed: boolean, style: Style): string {
  const { compared } = found;
  const lines = [
    ...toAgeLines(found, style),
    ...(compared === undefined ? [] : toComparedLines(compared, isListed, style)),
  ];
  return `${lines.join('\n')}\n`;
}
