import { readFile, writeFile } from 'node:fs/promises';

import type { Cell, MatrixResults } from './run-matrix.ts';

const DOCUMENT = new URL('../../docs/compatibility.md', import.meta.url);

function mark(cells: readonly Cell[]): string {
  if (cells.length === 0) return '·';
  return cells.every(({ problems }) => problems.length === 0) ? '✓' : '✗';
}

/** The matrix for a terminal, and each failure with its reasons. */
export function printMatrix(results: MatrixResults): void {
  const { cells, plan } = results;
  const names = [...new Set(cells.map(({ scenario }) => scenario))];
  const width = Math.max(20, ...names.map((name) => name.length));
  for (const line of plan.lines) {
    const ofLine = cells.filter((cell) => cell.line === line);
    if (ofLine.length === 0) continue;
    console.log(`\nNode ${line.version}, CommonJS and ES modules each`);
    console.log(`${''.padEnd(width)}  ${plan.versions.map(({ text }) => text.padEnd(8)).join(' ')}`);
    for (const name of names) {
      const ofRow = ofLine.filter((cell) => cell.scenario === name);
      if (ofRow.length === 0) continue;
      const marks = plan.versions.map((version) =>
        mark(ofRow.filter((cell) => cell.version === version)).padEnd(8),
      );
      console.log(`${name.padEnd(width)}  ${marks.join(' ')}`);
    }
  }
  const failures = cells.filter(({ problems }) => problems.length > 0);
  for (const { scenario, version, system, line, problems } of failures) {
    console.log(`\nfailed: ${scenario} [openai ${version.text}, ${system}, Node ${line.version}]`);
    for (const problem of problems.slice(0, 6)) console.log(`  ${problem}`);
  }
}

export function toMarkdown(results: MatrixResults): string {
  return String(results.cells.length);
}

export async function writeDocument(markdown: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  await writeFile(DOCUMENT, text + markdown);
}
