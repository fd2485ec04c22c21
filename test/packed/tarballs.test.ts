import { isBuiltin } from 'node:module';
import { describe, expect, inject, test } from 'vitest';

import { readPacked, type Tarball, workspaceManifests } from './tarballs.ts';

/** Packages that an import statement, a `require` or an `import()` of the text names, builtins left out. */
function importedPackages(text: string): readonly string[] {
  const specifiers = [...text.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'`])([@\w][^"'`\s]*)\1/g)];
  const names = specifiers.map(([, , specifier = '']) =>
    specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'),
  );
  return [...new Set(names)].filter((name) => !isBuiltin(name)).toSorted();
}

async function importsOf(tarball: Tarball): Promise<readonly string[]> {
  const code = tarball.files.filter((file) => /\.[cm]?[jt]s$/.test(file));
  const texts = await Promise.all(code.map((file) => readPacked(tarball.path, file)));
  return importedPackages(texts.join('\n'));
}

/** What an installer brings along with the package. */
function installedWith({ manifest }: Tarball): readonly string[] {
  const { name, dependencies, peerDependencies, optionalDependencies } = manifest;
  return [name, ...Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })];
}

const tarballs = inject('tarballs');

/** What is read as it stands: the experiment of the demo is a file like those of users. */
const besideCode: Readonly<Record<string, readonly string[]>> = {
  genvitals: ['genvitals/experiments/answer-style.yaml'],
};

test('every published package is packed, and no private one', () => {
  const published = workspaceManifests().filter((manifest) => manifest.private !== true);
  expect(tarballs.map(({ manifest }) => manifest.name).toSorted()).toEqual(
    published.map(({ name }) => name).toSorted(),
  );
});

test('imports are found in each form that the builds write', () => {
  // Put together, so that whoever looks for imports in this file finds none of these.
  const [load, take] = ['require', 'import'];
  const text = [
    `${take} { a } from "one/sub";`,
    "export * from '@two/b/c';",
    `let c = ${load}("three");${take}"four";`,
    `await ${take}(\`five\`); ${load}("node:fs"); ${load}("fs"); ${load}("./six.cjs"); ${load}("#seven");`,
  ].join('\n');
  expect(importedPackages(text)).toEqual(['@two/b', 'five', 'four', 'one', 'three']);
});

test('code of others that is built in comes with its licence, and only then', async () => {
  const file = 'dist/third-party-licences.txt';
  const licences: Readonly<Record<string, RegExp>> = {
    '@genvitals/node': /@opentelemetry\/api [\d.]+ \(Apache-2\.0\)[^]+Apache License/,
    '@genvitals/pricing': /@pydantic\/genai-prices [\d.]+ \(MIT\)[^]+MIT License/,
  };
  const having = tarballs.filter(({ files }) => files.includes(file));
  expect(having.map(({ manifest }) => manifest.name)).toEqual(Object.keys(licences));
  for (const { path, manifest } of having) {
    expect(await readPacked(path, file)).toMatch(licences[manifest.name] ?? /^$/);
  }
});

describe.each(tarballs.map((tarball) => [tarball.manifest.name, tarball] as const))('%s', (_, tarball) => {
  test('has its licence, its README and built code, and no source', () => {
    expect(tarball.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const others = tarball.files.filter((file) => !['LICENSE', 'README.md', 'package.json'].includes(file));
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((file) => !file.startsWith('dist/'))).toEqual(
      besideCode[tarball.manifest.name] ?? [],
    );
  });

  test('names nothing that only this workspace knows', () => {
    const { dependencies, peerDependencies, exports } = tarball.manifest;
    expect(JSON.stringify({ exports, dependencies, peerDependencies })).not.toMatch(
      /workspace:|catalog:|\/src\//,
    );
    const { devDependencies, ...published } = tarball.manifest as { readonly devDependencies?: object };
    expect(JSON.stringify(published), 'the source condition').not.toContain('@genvitals/source');
    expect(JSON.stringify(devDependencies ?? {})).not.toMatch(/workspace:|catalog:/);
  });

  test('imports only what is installed with it, in code and in types', async () => {
    const missing = (await importsOf(tarball)).filter((name) => !installedWith(tarball).includes(name));
    expect(missing).toEqual([]);
  });
});
