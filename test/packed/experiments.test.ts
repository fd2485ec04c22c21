import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide, parseExperiment } from '@genvitals/context/experiments';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type BlankFolder, cleanEnvironment, createBlankFolder, installers } from './blank-folder.ts';

const DEFINITION = 'hypothesis: h\narms: { control: {}, candidate: {} }\n';
const UNITS = 20_000;
/** Installed in the blank app alone. */
const OPEN_FEATURE = '@openfeature/server-sdk';

const ASSIGN = `
  const { assign } = getExperiment('greeting');
  const arms = Array.from({ length: ${UNITS} }, (_, index) => assign('user-' + index).variant);
  console.log(createHash('sha256').update(arms.join()).digest('hex'));`;

/** What all copies in a process write to, found as they find it. */
const LOGGER = `
  const told = [];
  globalThis[Symbol.for('io.opentelemetry.js.api.logs')] = () => ({
    getLogger: () => ({ emit: ({ attributes }) => told.push(attributes) }),
  });`;

const scripts: Readonly<Record<string, string>> = {
  'assign.cjs': `
    const { createHash } = require('node:crypto');
    const { getExperiment } = require('@genvitals/context/experiments');${ASSIGN}`,
  'assign.mjs': `
    import { createHash } from 'node:crypto';
    import { getExperiment } from '@genvitals/context/experiments';${ASSIGN}`,
  'both.mjs': `${LOGGER}
    import { createRequire } from 'node:module';
    import * as esm from '@genvitals/context/experiments';
    const cjs = createRequire(import.meta.url)('@genvitals/context/experiments');
    for (const { getExperiment } of [esm, cjs, esm]) getExperiment('greeting').assign('user-1');
    console.log(cjs.getExperiment !== esm.getExperiment, told.length);`,
  'lean.cjs': `
    require('@genvitals/context').withContext({ feature: 'f' }, () => undefined);
    console.log(Object.keys(require.cache).filter((file) => /[\\\\/]yaml[\\\\/]/.test(file)).length);`,
  'flags.mjs': `
    import { OpenFeature } from ${JSON.stringify(OPEN_FEATURE)};
    import { experimentProvider, openFeatureHook } from '@genvitals/context/open-feature';
    await OpenFeature.addHooks(openFeatureHook()).setProviderAndWait(experimentProvider());
    const { reason, variant } = await OpenFeature.getClient().getStringDetails('greeting', 'd', { targetingKey: 'user-15' });
    console.log(reason, variant);`,
};

describe.each(installers)('installed by %s', (installer) => {
  let folder: BlankFolder;

  const run = (file: string): string =>
    execFileSync(process.execPath, [file], {
      cwd: folder.path,
      env: cleanEnvironment(),
      encoding: 'utf8',
    }).trim();

  beforeAll(async () => {
    folder = createBlankFolder(
      join(inject('directory'), `experiments-${installer}`),
      installer,
      inject('registryUrl'),
    );
    await folder.install('@genvitals/context', `${OPEN_FEATURE}@1.23.0`, '@opentelemetry/api@1.10.0');
    mkdirSync(join(folder.path, 'genvitals/experiments'), { recursive: true });
    writeFileSync(join(folder.path, 'genvitals/experiments/greeting.yaml'), DEFINITION);
    for (const [name, script] of Object.entries(scripts)) writeFileSync(join(folder.path, name), script);
  });

  test.each(['assign.cjs', 'assign.mjs'])('%s puts 20,000 units where the sources do', (file) => {
    const definition = parseExperiment(DEFINITION, 'greeting');
    const arms = Array.from({ length: UNITS }, (_, index) => decide(definition, `user-${index}`).variant);
    expect(run(file)).toBe(createHash('sha256').update(arms.join()).digest('hex'));
  });

  test('a unit that both copies in a process assign is told once', () => {
    expect(run('both.mjs')).toBe('true 1');
  });

  test('an app that only says what its calls are loads no YAML', () => {
    expect(run('lean.cjs')).toBe('0');
  });

  test('flags of OpenFeature are answered by the files', () => {
    expect(run('flags.mjs')).toBe('SPLIT candidate');
  });
});
