import { type Alias, isAlias, LineCounter, parseDocument, visit } from 'yaml';
import { ExperimentError } from './errors.ts';
import { type ExperimentKeys, experimentKeys } from './keys.ts';
import { Place, readKeys } from './place.ts';

/** What an experiment is, as its file says. */
export interface ExperimentDefinition extends Omit<ExperimentKeys, 'salt'> {
  readonly name: string;
  readonly salt: string;
}

/** Whatever is longer is no definition, and would be read in the app's time. */
const MAX_CHARS = 262_144;

function parseYaml(text: string, file: string): Place {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const at = `${file}:${lines.linePos(problem.pos[0]).line}`;
    throw new ExperimentError('EXPERIMENT_NOT_YAML', at, 'YAML', problem.message, { cause: problem });
  }
  const root = new Place(file, lines, '', document.contents ?? undefined, document.contents?.range?.[0] ?? 0);
  let alias: Alias | undefined;
  visit(document, (_, node) => {
    if (!isAlias(node)) return undefined;
    alias = node;
    return visit.BREAK;
  });
  if (alias !== undefined) {
    const place = new Place(file, lines, '', alias, alias.range?.[0] ?? 0);
    place.fail('values that are written out', `the alias *${alias.source}`);
  }
  return root;
}

/**
 * Parses what the file of an experiment holds. Throws an `ExperimentError`.
 * @param name which is that of the file without `.yaml`
 * @param file by what errors name it
 */
export function parseExperiment(text: string, name: string, file = `${name}.yaml`): ExperimentDefinition {
  if (text.length > MAX_CHARS)
    throw new ExperimentError(
      'EXPERIMENT_INVALID',
      file,
      `at most ${MAX_CHARS} characters`,
      String(text.length),
    );
  const root = parseYaml(text, file);
  const { salt, ...keys } = readKeys(root, experimentKeys);
  if (keys.minDays > keys.maxDays)
    (root.entries?.get('maxDays') ?? root.entries?.get('minDays') ?? root).fail(
      `maxDays to be at least minDays, which is ${keys.minDays}`,
      String(keys.maxDays),
    );
  return Object.freeze({ name, salt: salt ?? name, ...keys });
}
