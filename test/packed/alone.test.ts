import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';

import { createBlankFolder } from './blank-folder.ts';

interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

test('the instrumentation alone installs itself and the OpenTelemetry API, three packages at most', async () => {
  const folder = createBlankFolder(join(inject('directory'), 'alone'), 'npm', inject('registryUrl'));
  await folder.install('@genvitals/instrumentation-openai');
  const { packages } = JSON.parse(readFileSync(join(folder.path, 'package-lock.json'), 'utf8')) as Lock;
  const installed = Object.keys(packages).filter((path) => path !== '');
  expect(installed).toContain('node_modules/@genvitals/instrumentation-openai');
  expect(installed).toContain('node_modules/@opentelemetry/api');
  expect(installed.length, installed.join(', ')).toBeLessThanOrEqual(3);
});
