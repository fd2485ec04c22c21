import { type OptionName, options, type OptionValues } from './index.ts';
import { nearestName } from './nearest-name.ts';

/** A variable that could not be read, so that its default holds, or that is none of ours. */
export interface OptionProblem {
  readonly code: 'OPTION_INVALID' | 'OPTION_UNKNOWN';
  readonly env: string;
  readonly wanted: string;
  readonly came: string;
  /** The whole story in one sentence, with what to do. */
  readonly message: string;
}

function readOption<Name extends OptionName>(
  name: Name,
  env: Readonly<Record<string, string | undefined>>,
  problems: OptionProblem[],
): OptionValues[Name] {
  const row = options[name];
  const text = env[row.env]?.trim();
  if (text === undefined || text === '') return row.default;
  const tell = (error: unknown, remedy: string): void => {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({
      code: 'OPTION_INVALID',
      env: row.env,
      wanted: row.wanted,
      came: text,
      message: `${row.env}: ${reason}; ${remedy}`,
    });
  };
  try {
    return row.parse(text, (error) => {
      tell(error, 'this is left out until it is corrected, the rest of the list holds');
    });
  } catch (error) {
    tell(error, `${row.defaultText} holds until it is corrected or unset`);
    return row.default;
  }
}

const PREFIX = 'GENVITALS_';
const LONGEST_SHOWN = 64;

/** Variables with our prefix that no row knows: a typing error would else go unnoticed. */
function unknownVariables(env: Readonly<Record<string, string | undefined>>): OptionProblem[] {
  const known = Object.values(options).map((row) => row.env);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      const wanted = nearest ?? known.join(', ');
      return {
        code: 'OPTION_UNKNOWN',
        env: name,
        wanted,
        came: name,
        message:
          nearest === undefined
            ? `${name.slice(0, LONGEST_SHOWN)}: no such setting; there are ${wanted}`
            : `${name}: no such setting; did you mean ${nearest}?`,
      };
    });
}

/**
 * Reads all settings. An empty variable is an unset one, as everywhere in OpenTelemetry. A wrong value is
 * told in `problems` and never thrown, and so is a variable that no setting has: a typing error must not stop
 * an app.
 */
export function readOptions(env: Readonly<Record<string, string | undefined>>): {
  readonly values: OptionValues;
  readonly problems: readonly OptionProblem[];
} {
  const problems: OptionProblem[] = [];
  const names = Object.keys(options) as OptionName[];
  const values = Object.fromEntries(
    names.map((name) => [name, readOption(name, env, problems)]),
  ) as unknown as OptionValues;
  return { values, problems: [...problems, ...unknownVariables(env)] };
}
