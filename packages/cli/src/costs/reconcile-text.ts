import { type Column, toTable } from '../table.ts';
import type { Style } from '../text.ts';
import { wrap } from '../wrap.ts';
import type { ExplainedLine, ReconcileFindings } from './reconcile-report.ts';
import type { Difference } from './reconciliation.ts';

const WIDTH = 80;
const MAX_LINES = 20;

/** As 1,234.50, and with four digits where a cent is much. */
function toUsd(usd: number): string {
  const digits = Math.abs(usd) < 10 ? 4 : 2;
  return usd.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function toSigned(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}

function toPercent({ differencePercent }: Difference): string {
  if (differencePercent === null) return '-';
  return toSigned(`${differencePercent.toFixed(1)} %`, differencePercent);
}

const amounts = <Row extends Difference>(): readonly Column<Row>[] => [
  { title: 'counted', width: 11, align: 'right', cell: ({ countedUsd }) => toUsd(countedUsd) },
  { title: 'billed', width: 11, align: 'right', cell: ({ billedUsd }) => toUsd(billedUsd) },
  {
    title: 'difference',
    width: 11,
    align: 'right',
    cell: ({ differenceUsd }) => toSigned(toUsd(differenceUsd), differenceUsd),
  },
  { title: '', width: 10, align: 'right', cell: toPercent },
];

function dayLines({ days, total }: ReconcileFindings, style: Style): string[] {
  const rows = [...days, { day: 'total', ...total }];
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'day (UTC)', width: 10, align: 'left', cell: ({ day }) => day },
    ...amounts<(typeof rows)[number]>(),
    { title: '', width: 7, align: 'left', cell: ({ isDifferent }) => (isDifferent ? 'differs' : '') },
  ];
  const [head, ...lines] = toTable(columns, rows);
  return [style.dim(head), ...lines.map((line) => (line.endsWith('differs') ? style.yellow(line) : line))];
}

function indented(text: string, indent: string): string[] {
  return wrap(text, WIDTH - indent.length).map(
    (line, index) => `${index === 0 ? indent : `${indent}  `}${line}`,
  );
}

function explained(line: ExplainedLine, style: Style): string[] {
  const [, amountLine = ''] = toTable(
    [{ title: '', width: 10, align: 'left', cell: ({ day }) => day }, ...amounts<ExplainedLine>()],
    [line],
  );
  return [
    ...wrap(line.name, WIDTH).map((text) => style.bold(text)),
    amountLine,
    ...line.reasons.flatMap(({ sentence }) =>
      indented(sentence, '    ').map((text, index) =>
        index === 0 ? text.replace('    ', '  - ') : text.slice(2),
      ),
    ),
  ];
}

function differenceLines({ lines }: ReconcileFindings, style: Style): string[] {
  const different = lines
    .filter(({ isDifferent }) => isDifferent)
    .toSorted((one, other) => Math.abs(other.differenceUsd) - Math.abs(one.differenceUsd));
  if (different.length === 0) return ['', 'No model and no line item differs.'];
  const left = different.length - MAX_LINES;
  return [
    '',
    style.bold('What differs, the most first'),
    ...different.slice(0, MAX_LINES).flatMap((line) => explained(line, style)),
    ...(left > 0 ? [`and ${left} more: \`--json\` has all of them.`] : []),
  ];
}

function projectLines({ projects, project }: ReconcileFindings): string[] {
  const totals = new Map<string, number>();
  for (const { project: name, billedUsd } of projects) totals.set(name, (totals.get(name) ?? 0) + billedUsd);
  if (project !== undefined || totals.size < 2) return [];
  const rows = [...totals].toSorted(([, one], [, other]) => other - one);
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'project', width: 40, align: 'left', cell: ([name]) => name },
    { title: 'billed', width: 11, align: 'right', cell: ([, usd]) => toUsd(usd) },
  ];
  return [
    '',
    ...wrap(
      'The bill has several projects, and what we counted does not tell them apart: `--project` compares with one.',
      WIDTH,
    ),
    ...toTable(columns, rows),
  ];
}

/** What people read, 80 columns wide. */
export function toReconcileText(found: ReconcileFindings, style: Style): string {
  const { from, to, source, project, tolerancePercent, notes } = found;
  const of = project === undefined ? '' : `, project ${project}`;
  const lines = [
    ...wrap(`Counted by ${source}; billed by OpenAI${of}; USD, ${from} to ${to}`, WIDTH).map((line) =>
      style.bold(line),
    ),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => wrap(note, WIDTH))] : []),
    '',
    ...dayLines(found, style),
    ...differenceLines(found, style),
    ...projectLines(found),
    '',
    `Half a cent and ${tolerancePercent} % are no difference.`,
  ];
  return `${lines.join('\n')}\n`;
}
