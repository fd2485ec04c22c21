import { type Arm, ARMS, stopExperiment } from '@genvitals/context/experiments';
import type { Command } from '../command.ts';
import { type OptionTable, parseArgument } from '../options.ts';
import { directoryOf, directoryRow } from './directory-option.ts';
import { toCliError } from './errors.ts';

interface StopOptions {
  readonly arm: Arm;
  readonly dir: string | undefined;
}

const stopOptions: OptionTable<StopOptions> = {
  arm: {
    placeholder: 'ARM',
    default: 'control',
    sentence: 'What everybody gets from now on: control or candidate (control)',
    parse: (text) => ARMS.find((arm) => arm === text),
    wanted: ARMS.join(' or '),
  },
  dir: directoryRow,
};

/** `genvitals experiment stop`. */
export const experimentStop: Command = {
  summary: 'give everybody one arm, without a deploy',
  argument: '<name>',
  options: stopOptions,
  async run(args, { env, stdout }) {
    const { argument, options } = parseArgument(stopOptions, args, 'the name of an experiment');
    const { arm, dir } = options;
    const directory = directoryOf(dir, env);
    try {
      const { path, after, isChanged } = stopExperiment({
        directory,
        name: argument,
        arm,
        atMs: Date.now(),
      });
      const since = after.stopped?.at;
      stdout.write(
        isChanged
          ? `${argument} is stopped: everybody gets ${arm} since ${since}.\nApps that read this file follow within seconds:\n${path}\n`
          : `${argument} was stopped before: everybody gets ${arm} since ${since}.\nNothing was changed in ${path}\n`,
      );
      return 0;
    } catch (error) {
      throw toCliError(error);
    }
  },
};
