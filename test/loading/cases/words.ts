import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createSimulator } from '@genvitals/openai-simulator';
import type { Flag } from '../app.ts';
import { createCollector } from '../collector.ts';
import { installFixture, placePackages } from '../fixture.ts';
import type { LoadingCase } from '../loading-case.ts';
import { serve } from '../serve.ts';
import { toSignals } from '../signals.ts';

const EXPECTED = fileURLToPath(new URL('../fixtures/words.expected.json', import.meta.url));

const lines = [
  { fixture: 'otel-3', title: 'NodeSDK 0.301 (3.x)' },
  { fixture: 'otel-2', title: 'NodeSDK 0.223 (2.x)' },
] as const;
const files = [
  { file: 'words.cjs', title: 'CommonJS', flag: '--require' },
  { file: 'words.mjs', title: 'ES module', flag: '--import' },
] as const;

/** The same signals whatever the module system and the SDK; `WRITE_WORDS=1` writes what is expected anew. */
async function compare(
  fixture: (typeof lines)[number]['fixture'],
  file: string,
  flag: Flag,
): Promise<string> {
  const { folder } = await installFixture(fixture);
  await placePackages(folder, '@genvitals/context');
  const collector = await createCollector();
  const simulator = await createSimulator({ seed: 7 });
  try {
    const end = await serve(`${folder}${file}`, ['/ask', '/chat', '/order'], {
      flag,
      cwd: folder,
      env: {
        OPENAI_BASE_URL: simulator.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        // Of one SDK line this is the default, of the other it is not.
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        GENVITALS_PROVIDERS: '127.0.0.1=openai',
        GENVITALS_HASH_KEY: 'pepper of the test',
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_AND_EVENT',
      },
    });
    assert.equal(end.stderr, '', 'stderr');
    assert.equal(end.code, 0, 'exit code');
    const seen = JSON.parse(JSON.stringify(toSignals(collector))) as Record<string, readonly unknown[]>;
    if (process.env['WRITE_WORDS'] === '1') await writeFile(EXPECTED, `${JSON.stringify(seen, null, 2)}\n`);
    const expected: unknown = JSON.parse(await readFile(EXPECTED, 'utf8'));
    assert.deepEqual(seen, expected);
    const counts = Object.entries(seen).map(([signal, all]) => `${all.length} ${signal}`);
    return `${counts.join(', ')}, each as expected`;
  } finally {
    await Promise.all([collector.close(), simulator.close()]);
  }
}

export const wordCases: readonly LoadingCase[] = lines.flatMap(({ fixture, title }) =>
  files.map(({ file, title: modules, flag }): LoadingCase => ({
    group: 'In the app’s own words',
    name: `beside ${title}, ${modules}`,
    flags: [flag],
    run: (given) => compare(fixture, file, given),
  })),
);
