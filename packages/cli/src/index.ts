export type { Command, Surroundings } from './command.ts';
export { CliError, type CliErrorCode, cliErrors } from './errors.ts';
export { run } from './run.ts';
