/** Which arm of an experiment a unit, mostly a user, is in. */
export interface Assignment {
  readonly name: string;
  readonly variant: string;
  /** Who was assigned. It leaves the process only as a keyed hash. */
  readonly unit?: string | undefined;
}
