import { refuse, type Refusal } from '../feedback/errors.ts';
import { describeFault } from '../fault.ts';
import { settings } from '../settings.ts';

/** What became of an outcome that was told. */
export type OutcomeResult = { readonly status: 'counted' } | Refusal;

export const COUNTED: OutcomeResult = { status: 'counted' };

/**
 * Runs what never throws into the app; what was refused is said once, whatever the number of names.
 * @param what the app told
 * @param name of it, where it has one
 */
export function told(what: string, tell: () => OutcomeResult, name?: string): OutcomeResult {
  let result: OutcomeResult;
  try {
    result = tell();
  } catch (error) {
    result = refuse('NOT_RECORDED', describeFault(error));
  }
  if (result.status === 'refused')
    settings().diagnostics.warnOnce(
      `${what} ${result.code}`,
      `${what}${name === undefined ? '' : ` ${name}`} is left out: ${result.reason}.`,
    );
  return result;
}
