import {
  type ExperimentDefinition,
  ExperimentError,
  experimentNames,
  readExperiment,
} from '@genvitals/context/experiments';
import type { Command } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { type OptionTable, parseOptions } from '../options.ts';
import { type Column, toTable } from '../table.ts';
import { createStyle } from '../text.ts';
import { directoryOf, directoryRow } from './directory-option.ts';
import { toLine, toSplit, toState } from './text.ts';

interface ListOptions {
  readonly dir: string | undefined;
  readonly json: boolean;
}

const listOptions: OptionTable<ListOptions> = {
  dir: directoryRow,
  json: { default: false, sentence: 'Print one JSON document and nothing else' },
};

interface Listed {
  readonly name: string;
  readonly definition: ExperimentDefinition | undefined;
  readonly error: ExperimentError | undefined;
}

function read(directory: string, name: string): Listed {
  try {
    return { name, definition: readExperiment(directory, name), error: undefined };
  } catch (error) {
    if (error instanceof ExperimentError) return { name, definition: undefined, error };
    throw error;
  }
}

/** Of a file that is of no use: apps give control then. */
const BROKEN = 'broken: control';

const columns: readonly Column<Listed>[] = [
  { title: 'experiment', width: 20, align: 'left', cell: ({ name }) => name },
  {
    title: 'state',
    width: 26,
    align: 'left',
    cell: ({ definition }) => (definition === undefined ? BROKEN : toState(definition)),
  },
  {
    title: 'split',
    width: 7,
    align: 'left',
    cell: ({ definition }) => (definition === undefined ? '' : toSplit(definition)),
  },
  {
    title: 'hypothesis',
    width: 21,
    align: 'left',
    cell: ({ definition }) => toLine(definition?.hypothesis ?? ''),
  },
];

/** `genvitals experiment list`. */
export const experimentList: Command = {
  summary: 'which experiments have a file, and which of them run',
  options: listOptions,
  async run(args, { env, stdout, stderr }) {
    const { dir, json } = parseOptions(listOptions, args);
    const directory = directoryOf(dir, env);
    const listed = experimentNames(directory).map((name) => read(directory, name));
    if (json) {
      const experiments = listed.map(
        ({ name, definition, error }) => definition ?? { name, error: error?.message },
      );
      stdout.write(`${JSON.stringify({ directory, experiments }, undefined, 2)}\n`);
    } else if (listed.length === 0) stdout.write(`No experiment has a file in ${directory}/experiments.\n`);
    else {
      const [head, ...rows] = toTable(columns, listed);
      stdout.write(`${[createStyle(stdout).dim(head), ...rows].join('\n')}\n`);
    }
    const errors = listed.flatMap(({ error }) => error ?? []);
    for (const error of errors) stderr.write(`genvitals: ${error.message} [EXPERIMENT_UNUSABLE]\n`);
    return errors.length === 0 ? 0 : cliErrors.EXPERIMENT_UNUSABLE.exitCode;
  },
};
