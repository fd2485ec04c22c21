import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importStatements, packageOf } from './floors/import-statements.ts';
import { type Member, readMembers, readSources, rootTools } from './floors/workspace.ts';

/** The floor of each room. Imports only go down. A new room needs a row here. */
const FLOORS: Readonly<Record<string, number>> = {
  conventions: 0,
  'instrumentation-openai': 1,
  context: 1,
  pricing: 1,
  statistics: 1,
  analysis: 1,
  otlp: 1,
  'openai-simulator': 1,
  node: 2,
  judge: 2,
  cli: 3,
  'grafana-dashboards': 3,
  'collector-config': 3,
  test: 4,
};

/** The few ways that stay on one floor. */
const SIDEWAYS: Readonly<Record<string, readonly string[]>> = {
  'instrumentation-openai': ['context', 'pricing'],
  analysis: ['statistics'],
  cli: ['grafana-dashboards', 'collector-config'],
};

/** Rooms that read the ledger only, never a program. */
const LEDGER_READERS: readonly string[] = ['grafana-dashboards', 'collector-config'];

function mayUse(from: string, to: string): boolean {
  if (from === to) return true;
  if (LEDGER_READERS.includes(from)) return to === 'conventions';
  if (SIDEWAYS[from]?.includes(to) === true) return true;
  return (FLOORS[to] ?? Infinity) < (FLOORS[from] ?? -Infinity);
}

const members = readMembers();
const tools = rootTools();
const rooms = new Map(members.map(({ name, room }) => [name, room]));

function sourcesOf({ folder, room }: Member): ReturnType<typeof readSources> {
  return readSources(
    room === 'test'
      ? `${folder}/**/*.{ts,mts,cts}`
      : [`${folder}/src/**/*.{ts,mts,cts}`, `${folder}/test/**/*.{ts,mts,cts}`],
  );
}

/** Tests and build configuration use the tools that the root installs for all. */
function isToolUser(path: string): boolean {
  return !/^packages\/[^/]+\/src\//.test(path);
}

describe('floors', () => {
  test('the workspace has members, and each has a floor', () => {
    expect(members.map(({ room }) => room)).toEqual(expect.arrayContaining(['conventions', 'node', 'test']));
    expect(members.filter(({ room }) => FLOORS[room] === undefined).map(({ folder }) => folder)).toEqual([]);
  });

  test.each(members)('$room depends on lower floors only', ({ room, declared }) => {
    const used = [...declared].flatMap((name) => rooms.get(name) ?? []);
    expect(used.filter((other) => !mayUse(room, other))).toEqual([]);
  });

  test.each(members)(
    '$room imports only what its package.json names, and no file of another room',
    (member) => {
      const strays = sourcesOf(member).flatMap(({ path, text }) =>
        importStatements(text)
          .filter(({ specifier }) => {
            const name = packageOf(specifier);
            if (name !== undefined) {
              return (
                name !== member.name && !member.declared.has(name) && !(isToolUser(path) && tools.has(name))
              );
            }
            return (
              specifier.startsWith('.') &&
              !normalize(join(dirname(path), specifier)).startsWith(`${member.folder}/`)
            );
          })
          .map(({ specifier }) => `${path}: ${specifier}`),
      );
      expect(strays).toEqual([]);
    },
  );

  test('a room may go down and along its few side ways, and nowhere else', () => {
    expect(mayUse('node', 'instrumentation-openai')).toBe(true);
    expect(mayUse('instrumentation-openai', 'pricing')).toBe(true);
    expect(mayUse('pricing', 'instrumentation-openai')).toBe(false);
    expect(mayUse('node', 'judge')).toBe(false);
    expect(mayUse('conventions', 'otlp')).toBe(false);
    expect(mayUse('grafana-dashboards', 'statistics')).toBe(false);
    expect(mayUse('otlp', 'unheard-of')).toBe(false);
  });
});

describe('what stands in one place only', () => {
  test('names of the GenAI conventions stand in the ledger alone', () => {
    const sources = readSources([
      'packages/*/src/**/*.*',
      'packages/*/*.{ts,json}',
      'grafana-dashboards/src/**/*.*',
    ]);
    const holders = sources.filter(({ text }) => text.includes('gen_ai.')).map(({ path }) => path);
    expect(holders.some((path) => path.startsWith('packages/conventions/src/'))).toBe(true);
    expect(holders.filter((path) => !path.startsWith('packages/conventions/'))).toEqual([]);
  });

  test('the instrumentation takes nothing but types from openai', () => {
    const imports = readSources('packages/instrumentation-openai/src/**/*.ts').flatMap(({ path, text }) =>
      importStatements(text)
        .filter(({ specifier }) => packageOf(specifier) === 'openai')
        .map(({ specifier, isTypeOnly }) => ({ at: `${path}: ${specifier}`, isTypeOnly })),
    );
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter(({ isTypeOnly }) => !isTypeOnly)).toEqual([]);
  });

  test('the instrumentation takes nothing but types from the OpenTelemetry API', () => {
    const loaded = readSources('packages/instrumentation-openai/src/**/*.ts').flatMap(({ path, text }) =>
      importStatements(text)
        .filter(({ specifier, isTypeOnly }) => packageOf(specifier) === '@opentelemetry/api' && !isTypeOnly)
        .map(({ specifier }) => `${path}: ${specifier}`),
    );
    expect(loaded).toEqual([]);
  });
});

describe('reading import statements', () => {
  test.each([
    ["import { a } from 'openai';\na();", 'openai', false],
    ["import {\n  a,\n  type B,\n} from 'openai/core';\na();", 'openai/core', false],
    ["import 'openai/shims/node';", 'openai/shims/node', false],
    ["export { a } from './a.ts';", './a.ts', false],
    ["const a = await import('openai');", 'openai', false],
    ["const a = require('openai');", 'openai', false],
    ["import type { A } from 'openai';", 'openai', true],
    ["export type { A } from 'openai';", 'openai', true],
    ["let a: import('openai').OpenAI | undefined;", 'openai', true],
    ["import { type A } from 'openai';", 'openai', false],
  ])('%j names %s, for its types alone: %s', (source, specifier, isTypeOnly) => {
    expect(importStatements(source)).toEqual([{ specifier, isTypeOnly }]);
  });

  test.each([
    "/** import OpenAI from 'openai' */",
    "// require('openai')",
    "const text = 'import from openai';",
  ])('%j names nothing', (source) => {
    expect(importStatements(source)).toEqual([]);
  });

  test('a specifier belongs to a package, or to none', () => {
    expect(packageOf('@genvitals/node/register')).toBe('@genvitals/node');
    expect(packageOf('openai/resources')).toBe('openai');
    expect(packageOf('./file.ts')).toBeUndefined();
    expect(packageOf('node:fs')).toBeUndefined();
  });
});
