import { cut } from './text.ts';

/** One column: its title, its width, and what stands in it for a row. */
export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** The title line and one line a row, columns two spaces apart. */
export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): [string, ...string[]] {
  const toLine = (textOf: (column: Column<Row>) => string): string =>
    columns
      .map((column) => {
        const text = cut(textOf(column), column.width);
        return column.align === 'left' ? text.padEnd(column.width) : text.padStart(column.width);
      })
      .join('  ')
      .trimEnd();
  return [toLine(({ title }) => title), ...rows.map((row) => toLine(({ cell }) => cell(row)))];
}

/** A column of figures. */
export const figure = <Row>(title: string, width: number, cell: (row: Row) => string): Column<Row> => ({
  title,
  width,
  align: 'right',
  cell,
});
