import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isNode, parseDocument, type Range } from 'yaml';
import { type ExperimentDefinition, parseExperiment } from './definition.ts';
import { experimentPath } from './directory.ts';
import { ExperimentError } from './errors.ts';
import { readExperimentText } from './file.ts';
import type { Arm, Stop } from './keys.ts';

const PERMISSIONS = 0o7777;

export interface StopOptions {
  /** Of genvitals: that which has `experiments/`. */
  readonly directory: string;
  readonly name: string;
  /** What everybody gets from now on. */
  readonly arm: Arm;
  readonly atMs: number;
}

export interface Stopped {
  readonly path: string;
  readonly before: ExperimentDefinition;
  readonly after: ExperimentDefinition;
  /** False where it had been stopped at that arm before; the file is left as it is then. */
  readonly isChanged: boolean;
}

/** What follows a node: a block's range has the end of its last line in it. */
function afterNode(text: string, [from, to]: Range): string {
  return text.slice(from + text.slice(from, to).trimEnd().length);
}

/** The text with the stop in it and every other letter as it was; undefined where the file is not laid out for that. */
function withLine(text: string, { at, arm }: Stop): string | undefined {
  const value = `{ at: ${at}, arm: ${arm} }`;
  const old = parseDocument(text).get('stopped', true);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const changed =
    isNode(old) && old.range
      ? `${text.slice(0, old.range[0])}${value}${afterNode(text, old.range)}`
      : `${text}${text.endsWith('\n') ? '' : end}stopped: ${value}${end}`;
  const document = parseDocument(changed);
  return document.errors.length === 0 && document.getIn(['stopped', 'at']) === at ? changed : undefined;
}

/** The text as YAML writes it anew: comments stay, spaces may not. */
function withNode(text: string, stop: Stop): string {
  const document = parseDocument(text);
  if (document.has('stopped'))
    for (const [key, value] of Object.entries(stop)) document.setIn(['stopped', key], value);
  else document.set('stopped', document.createNode(stop));
  return document.toString({ lineWidth: 0 });
}

/** At no moment is there half a file. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    chmodSync(temporary, statSync(path).mode & PERMISSIONS);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const came = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ExperimentError('EXPERIMENT_UNWRITABLE', path, 'a file that can be replaced', came, {
      cause: error,
    });
  }
}

/** Gives everybody one arm, by the file: comments and all else in it stay. Throws an `ExperimentError`. */
export function stopExperiment({ directory, name, arm, atMs }: StopOptions): Stopped {
  const path = experimentPath(directory, name);
  const text = readExperimentText(directory, name);
  const before = parseExperiment(text, name, path);
  if (before.stopped?.arm === arm) return { path, before, after: before, isChanged: false };
  const stop: Stop = { at: new Date(atMs).toISOString(), arm };
  const changed = withLine(text, stop) ?? withNode(text, stop);
  const after = parseExperiment(changed, name, path);
  // A link stays one; what it leads to is replaced.
  replaceFile(realpathSync(path), changed);
  return { path, before, after, isChanged: true };
}
