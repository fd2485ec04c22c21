import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

import { nodeLines } from './node-lines.ts';
import { openAIVersions, type OpenAIVersion } from './openai-versions.ts';
import type { Cell, MatrixResults } from './run-matrix.ts';
import { families, scenarios } from './scenarios/index.ts';
import { scenariosIn, type Setting } from './settings.ts';

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
  const width = Math.max(20, ...cells.map(({ scenario }) => scenario.length));
  for (const setting of plan.settings) {
    const ofSetting = cells.filter((cell) => cell.setting === setting);
    if (ofSetting.length === 0) continue;
    console.log(`\n${setting.title} (${setting.systems.join(', ')})`);
    console.log(`${''.padEnd(width)}  ${setting.versions.map(({ text }) => text.padEnd(8)).join(' ')}`);
    for (const name of new Set(ofSetting.map(({ scenario }) => scenario))) {
      const signs = setting.versions.map((version) =>
        signOf(ofSetting.filter((cell) => cell.scenario === name && cell.version === version)).padEnd(8),
      );
      console.log(`${name.padEnd(width)}  ${signs.join(' ')}`);
    }
  }
  for (const { scenario, version, system, setting, problems } of cells) {
    if (problems.length === 0) continue;
    console.log(`\nfailed: ${scenario} [openai ${version.text}, ${system}, ${setting.title}]`);
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

/** What a cell of the summary says: how many scenarios, or how many of them differ. */
export function summaryCell(setting: Setting, version: OpenAIVersion, cells: readonly Cell[]): string {
  if (!setting.versions.includes(version)) return SIGNS.absent;
  const own = cells.filter((cell) => cell.setting === setting && cell.version === version);
  const failed = own.filter(({ problems }) => problems.length > 0).length;
  if (failed > 0) return `${failed} of ${own.length} differ`;
  return `${scenariosIn(setting, version).length} × ${setting.systems.length}`;
}

function summary({ plan, cells }: MatrixResults): string {
  return table(
    ['', ...openAIVersions.map(({ text }) => `openai ${text}`)],
    plan.settings.map((setting) => [
      setting.title,
      ...openAIVersions.map((version) => summaryCell(setting, version, cells)),
    ]),
  );
}

function matrix({ plan, cells }: MatrixResults): string {
  const [first] = plan.settings;
  const own = cells.filter(({ setting }) => setting === first);
  return families
    .map((family) => {
      const rows = family.scenarios.map(({ name, everywhere }) => [
        everywhere === true ? `${name} (everywhere)` : name,
        ...openAIVersions.map((version) =>
          signOf(own.filter((cell) => cell.scenario === name && cell.version === version)),
        ),
      ]);
      return `### ${family.title}\n\n${table(['', ...openAIVersions.map(({ text }) => text)], rows)}`;
    })
    .join('\n\n');
}

/** The dated text between the marks of docs/compatibility.md. */
export function toMarkdown(results: MatrixResults, date: string): string {
  const { passed, failed } = results.counts();
  return [
    `Run on ${date}: ${scenarios.length} scenarios, ${openAIVersions.length} versions of openai, ` +
      `${nodeLines.length} of Node; ${passed} passed, ${failed} failed.`,
    'A cell of the first table is scenarios × module systems (CommonJS and ES modules, or ES modules alone). ' +
      'Where an app has no context manager, spans have no parents and retries are not told apart; where it has ' +
      'no SDK, a call log has one line a call, and else there is nothing; the app is untouched in all of them.',
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
