import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';

import { createBlankFolder } from './blank-folder.ts';

interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

test('the instrumentation alone installs itself, the OpenTelemetry API and what prices calls: four packages', async () => {
  const folder = createBlankFolder(join(inject('directory'), 'alone'), 'npm', inject('registryUrl'));
  await folder.install('@genvitals/instrumentation-openai');
  const { packages } = JSON.parse(readFileSync(join(folder.path, 'package-lock.json'), 'utf8')) as Lock;
  const installed = Object.keys(packages).filter((path) => path !== '');
  expect(installed.toSorted()).toEqual(
    ['@genvitals/instrumentation-openai', '@genvitals/pricing', '@opentelemetry/api', 'yaml'].map(
      (name) => `node_modules/${name}`,
    ),
  );
});
