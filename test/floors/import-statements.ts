import { stripTypeScriptTypes } from 'node:module';

/** A module that a source file names. */
export interface ImportStatement {
  readonly specifier: string;
  /** Gone once the types are stripped: it loads nothing at run time. */
  readonly isTypeOnly: boolean;
}

const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** Static imports and re-exports begin a line; a formatter sees to that. */
const STATIC = /^[ \t]*(?:import|export)\b(?:[^;'"`]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm;
const CALLS = /\b(?:import|require(?:\.resolve)?)\(\s*(['"])([^'"\n]+)\1/g;

function specifiersOf(source: string): Set<string> {
  const code = source.replaceAll(COMMENTS, '');
  return new Set(
    [...code.matchAll(STATIC), ...code.matchAll(CALLS)].map(([, , specifier = '']) => specifier),
  );
}

/** Every module that a TypeScript source names: static, dynamic, required, or for its types alone. */
export function importStatements(source: string): readonly ImportStatement[] {
  const loaded = specifiersOf(stripTypeScriptTypes(source, { mode: 'strip' }));
  return [...specifiersOf(source)].map((specifier) => ({ specifier, isTypeOnly: !loaded.has(specifier) }));
}

/** The package of a specifier; undefined where it is a file or one of Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/') || specifier.startsWith('node:'))
    return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
