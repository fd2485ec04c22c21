/** The condition by which this workspace finds its own sources; they are not in what is published. */
const SOURCE_CONDITION = '@genvitals/source';

function withoutSource(targets) {
  if (typeof targets !== 'object' || targets === null) return targets;
  return Object.fromEntries(
    Object.entries(targets)
      .filter(([condition]) => condition !== SOURCE_CONDITION)
      .map(([condition, target]) => [condition, withoutSource(target)]),
  );
}

export const hooks = {
  /** `pnpm pack` and `pnpm publish`: leaves out of package.json what only this workspace knows. */
  beforePacking(manifest) {
    delete manifest.devDependencies;
    delete manifest.scripts;
    for (const field of ['exports', 'imports']) {
      if (manifest[field] !== undefined) manifest[field] = withoutSource(manifest[field]);
    }
    return manifest;
  },
};
