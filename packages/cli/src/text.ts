import { styleText } from 'node:util';

/** How text is marked; plain where colours are off. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/** Colours only where the stream is a terminal that wants them (NO_COLOR, TERM=dumb). */
export function createStyle(stream: NodeJS.WritableStream & { isTTY?: boolean }): Style {
  const mark = (format: 'bold' | 'dim' | 'red' | 'yellow') => (text: string) =>
    stream.isTTY === true ? styleText(format, text, { stream }) : text;
  return { bold: mark('bold'), dim: mark('dim'), red: mark('red'), yellow: mark('yellow') };
}

export const plainStyle: Style = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  yellow: (text) => text,
};

/** What stands where there was nothing to measure. */
export const NOTHING = '-';

/** As 0.41 s, 12.3 s; a dash for nothing. */
export function toSeconds(value: number | undefined): string {
  if (value === undefined) return NOTHING;
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** As 412, 4.1k, 41k, 1.2M; a dash for nothing. */
export function toCount(value: number | undefined): string {
  if (value === undefined) return NOTHING;
  if (value < 1_000) return String(Math.round(value));
  const [scaled, unit] = value < 999_500 ? [value / 1_000, 'k'] : [value / 1e6, 'M'];
  return `${scaled.toFixed(scaled < 99.95 ? 1 : 0)}${unit}`;
}

/** As 12 %; a dash for nothing. */
export function toPercent(share: number | undefined): string {
  return share === undefined ? NOTHING : `${(share * 100).toFixed(0)} %`;
}

/** As "1 call", "2 calls". */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** "a 3, b 1" from counts. */
export function toList(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** At most so many characters, the end marked when something is missing. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
