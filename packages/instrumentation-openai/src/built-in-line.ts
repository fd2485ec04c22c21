import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientClassIn } from './client-file.ts';
import { LOBBY_NAME } from './lobby.ts';

const OWN_FILE = fileURLToPath(import.meta.url);

/** The entry with `instrument`, of the module system that a file has. */
function entryFor(isModule: boolean): string {
  const isSource = OWN_FILE.endsWith('.ts');
  return path.join(path.dirname(OWN_FILE), isSource ? 'index.ts' : isModule ? 'index.mjs' : 'index.cjs');
}

/** Turbopack resolves no absolute paths; between two drives there are no others. */
function specifierOf(file: string, from: string): string {
  const relative = path.relative(path.dirname(from), file);
  if (path.isAbsolute(relative)) return file;
  const posix = relative.split(path.sep).join('/');
  return posix.startsWith('.') ? posix : `./${posix}`;
}

/**
 * What a build takes for openai's client: the file as it is, and one line that patches the class as it is defined.
 * The line imports the instrumentation by its path, for openai's folder may have no way to its name.
 * @param file the path of the file that the source is from
 * @returns undefined where there is no client's class, or somebody sees to it already
 */
export function withInstrumentation(source: string, file: string): string | undefined {
  const className = clientClassIn(source);
  if (className === undefined) return undefined;
  const isModule = file.endsWith('.mjs');
  const entry = JSON.stringify(specifierOf(entryFor(isModule), file));
  // The name in the comment says that the file is seen to.
  const line = isModule
    ? `import { instrument as genvitalsInstrument } from ${entry}; genvitalsInstrument(${className}); /* ${LOBBY_NAME} */`
    : `require(${entry}).instrument(${className}); /* ${LOBBY_NAME} */`;
  return `${source}\n;${line}\n`;
}
