import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attributes, type Emitter, events, metrics, options } from '@genvitals/conventions';
import { ROOT } from './pages.ts';

/** What the docs say is written, and no source of ours names: something else writes it. */
const WRITTEN_ELSEWHERE: Readonly<Record<string, string>> = {
  httpRoute: "OpenTelemetry's HTTP instrumentation, which @genvitals/node brings",
  deploymentEnvironmentName: 'OTEL_RESOURCE_ATTRIBUTES, which the SDK reads',
};

interface Row {
  readonly emitter: Emitter;
  readonly planned?: true;
  readonly key?: string;
  readonly name?: string;
}

const rows: readonly (readonly [string, Row])[] = [attributes, metrics, events].flatMap((table) =>
  Object.entries(table),
);

function sourcesOf(room: string): string {
  const folder = join(ROOT, 'packages', room, 'src');
  return globSync('**/*.ts', { cwd: folder })
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
}

const sources = new Map(
  [...new Set(rows.map(([, row]) => row.emitter))].map((emitter) => [emitter, sourcesOf(emitter)]),
);

function isThere(emitter: Emitter): boolean {
  return existsSync(join(ROOT, 'packages', emitter, 'package.json'));
}

/** Named at all: by its ledger name, or by its key where a package writes that out. */
function isNamed(name: string, { emitter, key }: Row): boolean {
  const text = sources.get(emitter) ?? '';
  return new RegExp(`\\b${name}\\b`).test(text) || (key !== undefined && text.includes(`'${key}'`));
}

/** Named as only a ledger row is: `ledger.requestModel.key`, `'requestModel'`, `requestModel: (params) => ...`. */
function isUsed(name: string, { emitter }: Row): boolean {
  const text = sources.get(emitter) ?? '';
  return new RegExp(`\\.${name}\\.(?:key|name)\\b|'${name}'|^\\s*${name}: \\(`, 'm').test(text);
}

describe('what the docs say is written', () => {
  test('every row whose package is there and that is not planned stands in the source of that package', () => {
    const written = rows.filter(
      ([name, row]) => isThere(row.emitter) && row.planned !== true && !(name in WRITTEN_ELSEWHERE),
    );
    expect(written.length).toBeGreaterThan(50);
    expect(written.filter(([name, row]) => !isNamed(name, row)).map(([name]) => name)).toEqual([]);
  });

  test('a row that is planned is not used yet; whoever uses it takes the mark off', () => {
    const planned = rows.filter(([, row]) => row.planned === true);
    expect(planned.length).toBeGreaterThan(0);
    expect(planned.filter(([name, row]) => isUsed(name, row)).map(([name]) => name)).toEqual([]);
  });

  test('only rows of a package that is there are marked as planned', () => {
    expect(
      rows.filter(([, row]) => row.planned === true && !isThere(row.emitter)).map(([name]) => name),
    ).toEqual([]);
  });

  test('every setting is read by a package', () => {
    const text = globSync('packages/*/src/**/*.ts', { cwd: ROOT })
      .filter((path) => !path.startsWith('packages/conventions/'))
      .map((path) => readFileSync(join(ROOT, path), 'utf8'))
      .join('\n');
    const unread = Object.keys(options).filter(
      (name) =>
        !new RegExp(
          `\\b(?:options|values)\\.${name}\\b|\\{[^{}]*\\b${name}\\b[^{}]*\\} = (?:this\\.#)?(?:options|values)\\b`,
        ).test(text),
    );
    expect(unread).toEqual([]);
  });
});
