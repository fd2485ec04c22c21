import type { ContentPassage } from './content-passage.ts';
import type { Logger } from './otel.ts';

/** What the process around this package decides for it. Nothing in it may throw. */
export interface ContextHost {
  /** Before the first words of the app, synchronously: the last moment to register providers. */
  beforeFirstUse?(): void;
  /** The judge's own log, which takes feedback, outcomes and details whatever else is set. */
  readonly judge?: Logger;
  /** What decides on content; without it none is recorded. */
  readonly content?: ContentPassage;
}
