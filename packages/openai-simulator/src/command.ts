import { parseArgs } from 'node:util';
import { incidentNames, incidents } from './incidents.ts';
import type { SimulatorOptions } from './settings.ts';

interface CommandOption {
  readonly flag: string;
  readonly value: 'number' | 'text' | 'none';
  readonly shown: string;
  readonly summary: string;
  /** The option of `createSimulator` it sets. */
  readonly sets?: keyof SimulatorOptions;
}

/** One option of the command a row: parsing, the help text and the README's check follow. */
export const commandOptions: readonly CommandOption[] = [
  {
    flag: 'port',
    value: 'number',
    shown: 'N',
    summary: 'port to listen on (default 4010; 0 takes a free one)',
    sets: 'port',
  },
  {
    flag: 'host',
    value: 'text',
    shown: 'HOST',
    summary: 'address to listen on (default 127.0.0.1)',
    sets: 'host',
  },
  {
    flag: 'seed',
    value: 'number',
    shown: 'N',
    summary: 'seed of everything that is left to chance (default 1)',
    sets: 'seed',
  },
  {
    flag: 'incident',
    value: 'text',
    shown: 'NAME',
    summary: 'incident to play, see below',
    sets: 'incident',
  },
  {
    flag: 'incident-after-calls',
    value: 'number',
    shown: 'N',
    summary: 'calls that go well before the incident begins',
    sets: 'incidentAfterCalls',
  },
  {
    flag: 'latency-scale',
    value: 'number',
    shown: 'X',
    summary: '1 is as slow as the real models, 0 does not wait (default 1)',
    sets: 'latencyScale',
  },
  { flag: 'help', value: 'none', shown: '', summary: 'this text' },
];

const defaultPort = 4010;

export type Command =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'start'; readonly options: SimulatorOptions };

function toHelp(): string {
  const column = (text: string): string => text.padEnd(26);
  return [
    'openai-simulator: a seeded OpenAI-compatible server',
    '',
    'Usage: openai-simulator [options]',
    '',
    ...commandOptions.map(({ flag, shown, summary }) => `  ${column(`--${flag} ${shown}`)}${summary}`),
    '',
    'Incidents:',
    ...incidentNames.map((name) => `  ${column(name)}${incidents[name].summary}`),
    '',
  ].join('\n');
}

function toValue({ flag, value }: CommandOption, given: string): string | number {
  if (value === 'text') return given;
  const number = given.trim() === '' ? Number.NaN : Number(given);
  if (Number.isFinite(number)) return number;
  throw new Error(`Expected a number after --${flag}, got "${given}".`);
}

/** Reads the command line; never throws and never exits. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      options: Object.fromEntries(
        commandOptions.map(({ flag, value }) => [
          flag,
          { type: value === 'none' ? ('boolean' as const) : ('string' as const) },
        ]),
      ),
    });
    if (values['help'] === true) return { kind: 'help', text: toHelp() };
    const options: Record<string, unknown> = { port: defaultPort };
    for (const row of commandOptions) {
      const given = values[row.flag];
      if (row.sets !== undefined && typeof given === 'string') options[row.sets] = toValue(row, given);
    }
    return { kind: 'start', options };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}
