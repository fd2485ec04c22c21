import { execFile } from 'node:child_process';

import type { Requirement } from './recipe.ts';

const PROBE_LIMIT_MS = 60_000;

/** What the requirement prints of itself; undefined if it is not there. */
function probe({ command, args }: Requirement): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: PROBE_LIMIT_MS }, (error, stdout) => {
      resolve(error === null ? stdout.trim() : undefined);
    });
  });
}

/** The machine lacks something; the message is one line that says what. */
export class RequirementError extends Error {
  readonly code = 'STACK_REQUIREMENT_MISSING';

  constructor(server: string, missing: readonly Requirement[]) {
    super(`the ${server} cannot be had here, missing: ${missing.map(({ name }) => name).join('; ')}`);
    this.name = 'RequirementError';
  }
}

/** What each requirement prints of itself. Throws a `RequirementError` that names all that are missing. */
export async function probeAll(server: string, requirements: readonly Requirement[]): Promise<string[]> {
  const printed = await Promise.all(requirements.map(probe));
  const missing = requirements.filter((_, at) => printed[at] === undefined);
  if (missing.length > 0) throw new RequirementError(server, missing);
  return printed.map(String);
}
