import type { Command, Surroundings } from './command.ts';
import { demo } from './demo/demo.ts';
import { CliError } from './errors.ts';
import { describeOptions } from './options.ts';
import { VERSION } from './version.ts';

const commands: Readonly<Record<string, Command>> = { demo };

/**
 * Runs the command that `args` name and gives the exit code: 0, 1 for what failed, 2 for what was asked
 * wrongly, 128 and the signal's number for what was stopped. Errors go to stderr as one sentence.
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

async function dispatch([name, ...rest]: readonly string[], surroundings: Surroundings): Promise<number> {
  if (name === '--version' || name === '-v') {
    surroundings.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    surroundings.stdout.write(toHelp());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const known = Object.keys(commands).join(', ');
    throw new CliError(
      'CLI_UNKNOWN_COMMAND',
      `Expected a command (${known}), got "${name}". See \`genvitals --help\`.`,
    );
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    surroundings.stdout.write(toCommandHelp(name, command));
    return 0;
  }
  return command.run(rest, surroundings);
}

function toHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    'genvitals: production monitoring for LLM apps on Node.js',
    '',
    'Usage: genvitals <command> [options]',
    '',
    'Commands:',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'genvitals <command> --help tells the options of a command; genvitals --version the version.',
    '',
  ].join('\n');
}

function toCommandHelp(name: string, command: Command): string {
  return [
    `genvitals ${name}: ${command.summary}`,
    '',
    `Usage: genvitals ${name} [options]`,
    '',
    'Options:',
    ...describeOptions(command.options),
    '',
  ].join('\n');
}
