import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { runMatrix } from './run-matrix.ts';
import { printMatrix, toMarkdown, writeDocument } from './matrix-report.ts';
import { settings } from './settings.ts';

const { values } = parseArgs({
  options: {
    /** Only openai versions that start with this text. */
    openai: { type: 'string' },
    /** Only settings whose title contains this text, such as `22.15` or `call log`. */
    setting: { type: 'string' },
    system: { type: 'string' },
    /** Only scenarios whose name contains this text. */
    only: { type: 'string' },
    /** Compares the unpatched client with itself: shows that the suite is steady. */
    baseline: { type: 'boolean', default: false },
    /** Writes the matrix into docs/compatibility.md. */
    write: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
  },
});

const begun = performance.now();
const results = await runMatrix({
  settings: settings
    .filter(({ title }) => title.includes(values.setting ?? ''))
    .map((setting) => ({
      ...setting,
      versions: setting.versions.filter(({ text }) => text.startsWith(values.openai ?? '')),
      systems: setting.systems.filter((system) => system.startsWith(values.system ?? '')),
    })),
  only: values.only,
  isBaseline: values.baseline,
  atOnce: Math.max(1, Math.min(4, availableParallelism())),
});
printMatrix(results);
if (values.slow) {
  for (const [name, ms] of results.slowest())
    console.log(`${Math.round(ms).toString().padStart(6)} ms  ${name}`);
}
const isWhole = [values.setting, values.openai, values.system, values.only].every((one) => one === undefined);
if (values.write && isWhole) await writeDocument(toMarkdown(results, new Date().toISOString().slice(0, 10)));
const { passed, failed } = results.counts();
console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
