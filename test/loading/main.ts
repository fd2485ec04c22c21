import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Flag } from './app.ts';
import { loadingCases } from './cases/index.ts';
import type { LoadingCase } from './loading-case.ts';
import { renderReport, type Row } from './report.ts';

/**
 * Runs every case on what is built (`pnpm build` first), prints a line each and a closing line with counts.
 * `--write` keeps the table in the docs; words narrow the cases to those that have them in their title. The apps run
 * on this Node, or on the one that LOADING_NODE names.
 */
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isWritten = process.argv.includes('--write');
const FLAGS: readonly Flag[] = ['--require', '--import'];

function isWanted({ group, name }: LoadingCase): boolean {
  return words.every((word) => `${group}: ${name}`.includes(word));
}

const rows: Row[] = [];
for (const loadingCase of loadingCases.filter(isWanted)) {
  for (const flag of loadingCase.flags ?? FLAGS) {
    const title = `${loadingCase.group}: ${loadingCase.name}, ${flag}`;
    try {
      const seen = await loadingCase.run(flag);
      rows.push({ loadingCase, flag, seen, isOk: true });
      console.log(`ok      ${title}: ${seen}`);
    } catch (error) {
      const seen = error instanceof Error ? error.message : String(error);
      rows.push({ loadingCase, flag, seen, isOk: false });
      console.log(`FAILED  ${title}\n${seen.replace(/^/gm, '        ')}`);
    }
  }
}

if (isWritten)
  await writeFile(fileURLToPath(new URL('../../docs/loading.md', import.meta.url)), await renderReport(rows));
const failed = rows.filter(({ isOk }) => !isOk).length;
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1;
