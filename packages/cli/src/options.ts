import { parseArgs } from 'node:util';
import { CliError } from './errors.ts';
import { wrap } from './wrap.ts';

const HELP_WIDTH = 80;

/** One option of a command: how it is written, what holds without it, what it means. */
export interface OptionRow<T> {
  /** What stands for the value in the help; undefined for a switch. */
  readonly placeholder?: string;
  readonly default: T;
  readonly sentence: string;
  /** Gives the value, or undefined if the text is not what is wanted. */
  readonly parse?: (text: string) => T | undefined;
  /** In place of `parse`, for what may be given several times: `--file a b --file c`. */
  readonly parseAll?: (texts: readonly string[]) => T | undefined;
  /** What `parse` takes, for its error. */
  readonly wanted?: string;
}

/** A row for every option, by the name it is written with. */
export type OptionTable<T> = { readonly [K in keyof T]-?: OptionRow<T[K]> };

type AnyRow = OptionRow<unknown>;

/** Reads `args`; throws a CliError that names the option, what was wanted and what came. */
export function parseOptions<T extends object>(table: OptionTable<T>, args: readonly string[]): T {
  return parseAll(table, args, false).options;
}

/** Reads `args` of a command that works on one thing, as in `experiment stop greeting`; throws a CliError. */
export function parseArgument<T extends object>(
  table: OptionTable<T>,
  args: readonly string[],
  wanted: string,
): { readonly argument: string; readonly options: T } {
  const { options, positionals } = parseAll(table, args, true);
  const [argument] = positionals;
  if (argument === undefined || argument === '' || positionals.length > 1) {
    const came = positionals.length === 0 ? 'nothing' : `"${positionals.join(' ')}"`;
    throw new CliError(
      'CLI_INVALID_OPTION',
      `Expected ${wanted}, and nothing else but options, got ${came}.`,
    );
  }
  return { argument, options };
}

function parseAll<T extends object>(
  table: OptionTable<T>,
  args: readonly string[],
  allowPositionals: boolean,
): { readonly options: T; readonly positionals: readonly string[] } {
  const rows = Object.entries<AnyRow>(table);
  const config = Object.fromEntries(
    rows.map(([name, { placeholder, parseAll }]) => [
      name,
      { type: placeholder === undefined ? 'boolean' : 'string', multiple: parseAll !== undefined } as const,
    ]),
  );
  let given: Record<string, unknown>;
  let positionals: readonly string[];
  try {
    ({ values: given, positionals } = parseArgs({
      args: spread(table, args),
      options: config,
      allowPositionals,
    }));
  } catch (error) {
    // Node's sentences are good ("Unknown option '--foo'. ..."); only the code is missing.
    const sentences = (error as Error).message.replaceAll('\n', ' ');
    throw new CliError('CLI_INVALID_OPTION', sentences, { cause: error });
  }
  const values = rows.map(([name, row]) => {
    const came = given[name];
    if (came === undefined) return [name, row.default];
    return [name, typeof came === 'boolean' ? came : parseValue(name, row, came as string | string[])];
  });
  return { options: Object.fromEntries(values) as T, positionals };
}

/** Gives an option's further values its name, as a shell writes them out of a pattern: `--file a b`. */
function spread(table: OptionTable<object>, args: readonly string[]): string[] {
  let name: string | undefined;
  let isNext = false;
  return args.map((arg) => {
    if (arg.startsWith('-')) {
      const row = (table as Record<string, AnyRow>)[arg.slice(2)];
      name = row?.parseAll === undefined ? undefined : arg;
      isNext = true;
      return arg;
    }
    const isFurther = name !== undefined && !isNext;
    isNext = false;
    return isFurther ? `${name}=${arg}` : arg;
  });
}

function parseValue(name: string, row: AnyRow, came: string | string[]): unknown {
  const value = typeof came === 'string' ? row.parse?.(came) : row.parseAll?.(came);
  if (value !== undefined) return value;
  throw new CliError(
    'CLI_INVALID_OPTION',
    `Expected \`--${name}\` to be ${row.wanted}, got "${[came].flat().join(' ')}".`,
  );
}

/** The lines that a help text has for a table of options. */
export function describeOptions(table: OptionTable<object>): string[] {
  const rows = Object.entries(table as Record<string, AnyRow>).map(([name, { placeholder, sentence }]) => ({
    name: placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`,
    sentence,
  }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  return rows.map(({ name, sentence }) => {
    const text = wrap(sentence, HELP_WIDTH - indent.length).join(`\n${indent}`);
    return `  ${name.padEnd(width)}  ${text}`;
  });
}

/** A parser for whole numbers inside the bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number | undefined {
  return (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  };
}
