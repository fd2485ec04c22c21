import { readOptions } from '@genvitals/conventions';
import type { Surroundings } from '../command.ts';
import { CliError } from '../errors.ts';
import type { OptionRow } from '../options.ts';

const DIRECTORY = 'GENVITALS_DIRECTORY';

/** The row that every command on experiments has. */
export const directoryRow: OptionRow<string | undefined> = {
  placeholder: 'DIR',
  default: undefined,
  sentence: `Where \`experiments/\` is (${DIRECTORY}, or genvitals)`,
  parse: (text) => (text === '' ? undefined : text),
  wanted: 'a path',
};

/** What `--dir` names, else what an app with this environment would read. Throws a CliError. */
export function directoryOf(given: string | undefined, env: Surroundings['env']): string {
  if (given !== undefined) return given;
  const { values, problems } = readOptions(env);
  const problem = problems.find((each) => each.env === DIRECTORY);
  if (problem !== undefined) throw new CliError('CLI_INVALID_OPTION', problem.message);
  return values.directory;
}
