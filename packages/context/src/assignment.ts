/**
 * Why a unit is in its arm, in the words of the conventions on feature flags: by chance (`split`), as everybody since
 * the experiment was stopped (`static`), or as there is nothing to go by (`default`).
 */
export type AssignmentReason = 'split' | 'static' | 'default';

/** Which arm of an experiment a unit, mostly a user, is in. */
export interface Assignment {
  readonly name: string;
  readonly variant: string;
  /** Who was assigned. It leaves the process only as a keyed hash. */
  readonly unit?: string | undefined;
  /** Only what chance decided, or the app itself (absent), is counted as the experiment's. */
  readonly reason?: AssignmentReason | undefined;
}
