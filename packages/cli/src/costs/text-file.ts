import { readFile } from 'node:fs/promises';
import { CliError } from '../errors.ts';

/** Reads a whole file; throws a CliError that names the option it came by. */
export async function readTextFile(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const came = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new CliError(
      'COSTS_FILE_UNREADABLE',
      `Expected \`${option}\` to name a file that can be read, got ${came} for ${path}.`,
      { cause: error },
    );
  }
}
