import { LOBBY_NAME } from './lobby.ts';

/**
 * The file that defines the request layer: `client.js` from 5 on, `core.js` in 4; `.mjs` beside both. It must
 * not be the file that apps import, and not one of any other package: see `watchModules`.
 */
export const CLIENT_FILE = /openai[^/\\]*[/\\](?:[\w.-]+[/\\])?(?:client|core)\.m?js$/;

/** The class in such a file, and what else stands there in every version. */
const CLASSES: readonly (readonly [name: string, ...marks: string[]])[] = [
  ['OpenAI', 'class OpenAI ', 'OpenAI.OpenAI = '],
  ['APIClient', 'class APIClient ', 'makeRequest('],
];

/** The names that the class has, in one version or another. */
export const clientClasses: readonly string[] = CLASSES.map(([name]) => name);

/** Cheap enough for every module of a process. */
export function isClientFile(name: string): boolean {
  return CLIENT_FILE.test(name);
}

/** The name of the client's class in a source; undefined where there is none, or somebody sees to it already. */
export function clientClassIn(source: string): string | undefined {
  if (source.includes(LOBBY_NAME)) return undefined;
  return CLASSES.find(([, ...marks]) => marks.every((mark) => source.includes(mark)))?.[0];
}
