import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

import type { NodeLine } from './node-lines.ts';
import { openAIVersions, type OpenAIVersion } from './openai-versions.ts';
import type { Cell, MatrixResults } from './run-matrix.ts';
import { applies, families, scenarios } from './scenarios/index.ts';

export const DOCUMENT = new URL('../../docs/compatibility.md', import.meta.url);
export const BEGIN_MARK = '<!-- begin of the matrix: written by `pnpm test:versions --write` -->';
export const END_MARK = '<!-- end of the matrix -->';

const SIGNS = { same: '✓', differs: '✗', absent: '·' } as const;

function signOf(cells: readonly Cell[]): string {
  if (cells.length === 0) return SIGNS.absent;
  return cells.every(({ problems }) => problems.length === 0) ? SIGNS.same : SIGNS.differs;
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
      const signs = plan.versions.map((version) =>
        signOf(ofRow.filter((cell) => cell.version === version)).padEnd(8),
      );
      console.log(`${name.padEnd(width)}  ${signs.join(' ')}`);
    }
  }
  for (const { scenario, version, system, line, problems } of cells) {
    if (problems.length === 0) continue;
    console.log(`\nfailed: ${scenario} [openai ${version.text}, ${system}, Node ${line.version}]`);
    for (const problem of problems.slice(0, 6)) console.log(`  ${problem}`);
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, at) => (at === 0 ? '---' : ':-:'));
  return [head, rule, ...rows].map(row).join('\n');
}

/** How many scenarios an openai version has in full, and in the smaller set. */
export function scenarioCount(version: OpenAIVersion, isSmallSet: boolean): number {
  return scenarios.filter((one) => applies(one, version) && (!isSmallSet || one.everywhere === true)).length;
}

function summary(results: MatrixResults): string {
  const { plan, cells } = results;
  const counted = (line: NodeLine, version: OpenAIVersion): string => {
    const own = cells.filter((cell) => cell.line === line && cell.version === version);
    const failed = own.filter(({ problems }) => problems.length > 0).length;
    const each = scenarioCount(version, !line.isOwn);
    return failed === 0 ? `${each} × 2` : `${failed} of ${own.length} differ`;
  };
  return table(
    ['Node', ...plan.versions.map(({ text }) => `openai ${text}`)],
    plan.lines.map((line) => [line.version, ...plan.versions.map((version) => counted(line, version))]),
  );
}

function matrix(results: MatrixResults): string {
  const { plan, cells } = results;
  const own = cells.filter(({ line }) => line.isOwn);
  return families
    .map((family) => {
      const rows = family.scenarios.map(({ name, everywhere }) => [
        everywhere === true ? `${name} (everywhere)` : name,
        ...plan.versions.map((version) =>
          signOf(own.filter((cell) => cell.scenario === name && cell.version === version)),
        ),
      ]);
      return `### ${family.title}\n\n${table(['', ...plan.versions.map(({ text }) => text)], rows)}`;
    })
    .join('\n\n');
}

/** The dated text between the marks of docs/compatibility.md. */
export function toMarkdown(results: MatrixResults, date: string): string {
  const { passed, failed } = results.counts();
  return [
    `Run on ${date}: ${scenarios.length} scenarios, ${openAIVersions.length} versions of openai, ` +
      `${results.plan.lines.length} of Node, CommonJS and ES modules each; ${passed} passed, ${failed} failed.`,
    summary(results),
    `${SIGNS.same} the same as without us, and the spans as expected (both module systems) · ` +
      `${SIGNS.differs} differs · ${SIGNS.absent} that version does not have what the row uses. ` +
      'Rows marked "everywhere" run on every Node above, the others on the first.',
    matrix(results),
  ].join('\n\n');
}

/** Puts the text between the marks. */
export async function writeDocument(markdown: string): Promise<void> {
  if (!existsSync(DOCUMENT))
    throw new Error(`Expected the document ${DOCUMENT.pathname} with its marks, found none`);
  const text = await readFile(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN_MARK), text.indexOf(END_MARK)];
  if (begin < 0 || end < begin) throw new Error('Expected the marks of the matrix in docs/compatibility.md');
  const before = text.slice(0, begin + BEGIN_MARK.length);
  // The formatter would widen every cell to its column's longest, so that one new row changes all lines.
  const block = `<!-- prettier-ignore-start -->\n\n${markdown}\n\n<!-- prettier-ignore-end -->`;
  await writeFile(DOCUMENT, `${before}\n\n${block}\n\n${text.slice(end)}`);
}
