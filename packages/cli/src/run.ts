import type { Command, Surroundings } from './command.ts';
import { costsCheck } from './costs/check.ts';
import { costsReconcile } from './costs/reconcile.ts';
import { demo } from './demo/demo.ts';
import { CliError } from './errors.ts';
import { experimentList } from './experiment/list.ts';
import { experimentShow } from './experiment/show.ts';
import { experimentStop } from './experiment/stop.ts';
import { describeOptions } from './options.ts';
import { VERSION } from './version.ts';

/** By their names; one of two words is a command of a group. */
const commands: Readonly<Record<string, Command>> = {
  demo,
  'costs check': costsCheck,
  'costs reconcile': costsReconcile,
  'experiment list': experimentList,
  'experiment show': experimentShow,
  'experiment stop': experimentStop,
};

/**
 * Runs the command that `args` name and gives the exit code: 0, 1 for what failed, 2 for what was asked
 * wrongly, 3 where a check found something, 128 and the signal's number for what was stopped. Errors go to
 * stderr as one sentence.
 */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    surroundings.stderr.write(`genvitals: ${error.message} [${error.code}]\n`);
    return error.exitCode;
  }
}

const isHelp = (arg: string | undefined): boolean => arg === '--help' || arg === '-h';

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const [name] = args;
  if (name === '--version' || name === '-v') {
    surroundings.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (name === undefined || isHelp(name) || name === 'help') {
    surroundings.stdout.write(toHelp(Object.keys(commands)));
    return 0;
  }
  const group = Object.keys(commands).filter((command) => command.startsWith(`${name} `));
  if (group.length > 0 && (args.length === 1 || isHelp(args[1]))) {
    surroundings.stdout.write(toHelp(group));
    return 0;
  }
  const words = group.length > 0 ? 2 : 1;
  const asked = args.slice(0, words).join(' ');
  const rest = args.slice(words);
  const isKnown = Object.hasOwn(commands, asked) && asked.split(' ').length === words;
  const command = isKnown ? commands[asked] : undefined;
  if (command === undefined) {
    const known = (group.length > 0 ? group : Object.keys(commands)).join(', ');
    throw new CliError(
      'CLI_UNKNOWN_COMMAND',
      `Expected a command (${known}), got "${asked}". See \`genvitals --help\`.`,
    );
  }
  if (rest.some(isHelp)) {
    surroundings.stdout.write(toCommandHelp(asked, command));
    return 0;
  }
  return command.run(rest, surroundings);
}

function toHelp(names: readonly string[]): string {
  const width = Math.max(...names.map((name) => name.length));
  return [
    'genvitals: production monitoring for LLM apps on Node.js',
    '',
    'Usage: genvitals <command> [options]',
    '',
    'Commands:',
    ...names.map((name) => `  ${name.padEnd(width)}  ${commands[name]?.summary}`),
    '',
    'genvitals <command> --help tells the options of a command; genvitals --version the version.',
    '',
  ].join('\n');
}

function toCommandHelp(name: string, command: Command): string {
  return [
    `genvitals ${name}: ${command.summary}`,
    '',
    `Usage: genvitals ${[name, command.argument].filter(Boolean).join(' ')} [options]`,
    '',
    'Options:',
    ...describeOptions(command.options),
    '',
  ].join('\n');
}
