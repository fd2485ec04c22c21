/** What was measured of each, in the order of the turns. */
export type Turns<Who, What> = ReadonlyMap<Who, readonly What[]>;

/**
 * Measures all in turn, so that a slow moment of the machine is everybody's, and each in every place of the turn.
 * The first turn warms the disk cache and is not counted.
 */
export async function inTurns<Who, What>(
  whos: readonly Who[],
  runs: number,
  measure: (who: Who) => Promise<What>,
): Promise<Turns<Who, What>> {
  const found = new Map<Who, What[]>(whos.map((who) => [who, []]));
  for (let turn = 0; turn <= runs; turn++) {
    const first = turn % whos.length;
    for (const who of [...whos.slice(first), ...whos.slice(0, first)]) {
      const what = await measure(who);
      if (turn > 0) found.get(who)?.push(what);
    }
  }
  return found;
}
