import {
  type ExperimentDefinition,
  decide,
  experimentPath,
  readExperiment,
  unitPosition,
} from '@genvitals/context/experiments';
import type { Command } from '../command.ts';
import { type OptionTable, parseArgument } from '../options.ts';
import { createStyle, type Style } from '../text.ts';
import { wrap } from '../wrap.ts';
import { directoryOf, directoryRow } from './directory-option.ts';
import { toCliError } from './errors.ts';
import { toArm, toLine, toSplit, toState } from './text.ts';

interface ShowOptions {
  readonly unit: string | undefined;
  readonly dir: string | undefined;
  readonly json: boolean;
}

const showOptions: OptionTable<ShowOptions> = {
  unit: {
    placeholder: 'ID',
    default: undefined,
    sentence: 'Tell the arm of this unit, too',
    parse: (text) => (text === '' ? undefined : text),
    wanted: 'an id',
  },
  dir: directoryRow,
  json: { default: false, sentence: 'Print one JSON document and nothing else' },
};

const WIDTH = 80;
const NAME_WIDTH = 12;
const DECIMALS = 4;

interface Asked {
  readonly id: string;
  readonly variant: string;
  readonly reason: string;
  /** From 0 to 1. */
  readonly position: number;
}

function ask(definition: ExperimentDefinition, id: string): Asked {
  const { name, salt } = definition;
  return { id, ...decide(definition, id), position: unitPosition(name, salt, id) };
}

function toText(
  definition: ExperimentDefinition,
  path: string,
  asked: Asked | undefined,
  style: Style,
): string {
  const { name, arms, unit, minJudged, minUnits, minDays, maxDays, minEffect, salt } = definition;
  const rows: readonly (readonly [string, string])[] = [
    ['hypothesis', toLine(definition.hypothesis)],
    ['control', toArm(arms.control)],
    ['candidate', toArm(arms.candidate)],
    ['split', `${toSplit(definition)} by ${unit}`],
    ['needs', `${minJudged} judged answers and ${minUnits} units in each arm, ${minDays} to ${maxDays} days`],
    [
      'min. effect',
      `${minEffect.points} points, ${minEffect.percentagePoints} percentage points, ${minEffect.percent} %`,
    ],
    ['salt', toLine(salt)],
    ['file', path],
    ...(asked === undefined
      ? []
      : [
          [
            'unit',
            `${toLine(asked.id)} gets ${asked.variant} (${asked.reason}; it stands at ${asked.position.toFixed(DECIMALS)})`,
          ] as const,
        ]),
  ];
  const indent = ' '.repeat(NAME_WIDTH);
  const lines = rows.map(
    ([key, text]) =>
      `${style.dim(key.padEnd(NAME_WIDTH))}${wrap(text, WIDTH - NAME_WIDTH).join(`\n${indent}`)}`,
  );
  return `${style.bold(`${name}: ${toState(definition)}`)}\n${lines.join('\n')}\n`;
}

/** `genvitals experiment show`. */
export const experimentShow: Command = {
  summary: 'what an experiment is, and which arm a unit gets',
  argument: '<name>',
  options: showOptions,
  async run(args, { env, stdout }) {
    const { argument, options } = parseArgument(showOptions, args, 'the name of an experiment');
    const { unit, dir, json } = options;
    const directory = directoryOf(dir, env);
    let definition: ExperimentDefinition;
    try {
      definition = readExperiment(directory, argument);
    } catch (error) {
      throw toCliError(error);
    }
    const asked = unit === undefined ? undefined : ask(definition, unit);
    stdout.write(
      json
        ? `${JSON.stringify({ ...definition, asked }, undefined, 2)}\n`
        : toText(definition, experimentPath(directory, argument), asked, createStyle(stdout)),
    );
    return 0;
  },
};
