/** A program that has to be on the machine. */
export interface Requirement {
  /** As people would call it, with how to get it. */
  readonly name: string;
  readonly command: string;
  /** It is there if this ends with 0. */
  readonly args: readonly string[];
}

/** One command of a build. */
export interface Step {
  /** What it does, in a few words, for the line that is printed before it. */
  readonly says: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Where a build happens. */
export interface Places {
  /** Folder of what is built; exists and is empty before the first step. It is renamed at the end. */
  readonly out: string;
  /** Folder of the recipe's own files. */
  readonly source: string;
}

/**
 * How one server is built from packages. Everything in it (files, steps, and what the requirements to run
 * print) goes into the name of the cache folder, so a changed recipe is built anew.
 */
export interface Recipe {
  /** Name of the server, kebab-case. */
  readonly name: string;
  readonly source: URL;
  /** Files below `source` that a build reads. */
  readonly files: readonly string[];
  /** How long a build takes on a small machine, for the line that is printed. */
  readonly duration: string;
  /** Asked for on every run. What it prints tells builds apart: a build for another one is another build. */
  readonly toRun: readonly Requirement[];
  /** Asked for only when there is nothing built yet. */
  readonly toBuild: readonly Requirement[];
  steps(places: Places): readonly Step[];
}
