import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSimulator } from '@genvitals/openai-simulator';
import { spanKinds } from '@genvitals/otlp';
import { createCollector, totalOf } from '../collector.ts';
import { runCommand } from '../command.ts';
import { installFixture, placePackages } from '../fixture.ts';
import { FUNCTION_ARN, FUNCTION_NAME, startLambda } from '../lambda-runtime.ts';
import { inTime, type LoadingCase } from '../loading-case.ts';
import { callSpans } from '../spans.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
/** No packages are near it, so that what runs is in the zip or in the layer. */
const OUT = path.join(tmpdir(), 'genvitals-lambda');
const INVOCATIONS = 3;

let ready: Promise<string> | undefined;

/** A folder with the examples, their packages, ours as they are built now, and AWS's runtime client. */
export function prepareExamples(): Promise<string> {
  ready ??= (async () => {
    const { folder } = await installFixture('serverless');
    await placePackages(folder);
    await placeNode(folder);
    for (const file of ['handler.mjs', 'stream.mjs', 'build.mjs'])
      await cp(`${EXAMPLES}aws-lambda/${file}`, folder + file);
    await cp(`${EXAMPLES}vercel/api`, `${folder}api`, { recursive: true });
    return folder;
  })();
  return ready;
}

async function placeNode(folder: string): Promise<void> {
  const source = fileURLToPath(new URL('./', import.meta.resolve('@genvitals/node/package.json')));
  const target = `${folder}node_modules/@genvitals/node/`;
  await cp(`${source}package.json`, `${target}package.json`);
  await cp(`${source}dist`, `${target}dist`, { recursive: true });
}

/** The function's files, and where the packages are that are not among them. */
interface Deployment {
  readonly folder: string;
  readonly nodePath?: string;
}

async function deployZip(): Promise<Deployment> {
  return { folder: await prepareExamples() };
}

/** What is built, alone; the flag comes from a layer, which Lambda puts on NODE_PATH. */
async function deployBundle(): Promise<Deployment> {
  const folder = await prepareExamples();
  const told = await runCommand(process.execPath, ['build.mjs'], { cwd: folder, timeoutMs: 120_000 });
  assert.deepEqual([told.stdout, told.stderr], ['', ''], 'what the build says');
  await rm(OUT, { recursive: true, force: true });
  const task = path.join(OUT, 'task');
  const layer = path.join(OUT, 'layer/nodejs/node_modules');
  await mkdir(layer, { recursive: true });
  await cp(path.join(folder, 'dist'), task, { recursive: true });
  for (const name of ['@genvitals', '@opentelemetry/api'])
    await cp(path.join(folder, 'node_modules', name), path.join(layer, name), { recursive: true });
  for (const file of ['handler.mjs', 'stream.mjs']) {
    const code = await readFile(path.join(task, file), 'utf8');
    assert.doesNotMatch(code, /(?:from|import|require\()\s*["'](?:openai|@genvitals)/);
  }
  return { folder: task, nodePath: layer };
}

async function runFunction(
  { folder, nodePath }: Deployment,
  handler: string,
  answer: RegExp,
): Promise<string> {
  const runtimeFolder = await prepareExamples();
  const collector = await createCollector();
  const simulator = await createSimulator({ latencyScale: 0.1 });
  try {
    const lambda = await startLambda({
      folder,
      handler,
      runtimeFolder,
      env: {
        OPENAI_BASE_URL: simulator.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        ...(nodePath !== undefined && { NODE_PATH: nodePath }),
        GENVITALS_PROVIDERS: '127.0.0.1=openai',
        NODE_OPTIONS: '--require @genvitals/node/register',
      },
    });
    try {
      for (let count = 1; count <= INVOCATIONS; count++) {
        const answered = await lambda.invoke({ body: JSON.stringify({ question: 'q' }) });
        // The process is frozen: what is here was delivered before.
        assert.equal(callSpans(collector).length, count, 'spans of calls');
        assert.equal(collector.logRecords.length, count, 'events');
        assert.equal(totalOf(collector, 'genvitals.client.calls'), count, 'calls');
        assert.match(answered.body, answer);
        assert.equal(answered.isError, false);
      }
      const { signal, stdout, stderr } = await lambda.end();
      assert.deepEqual([signal, stdout, stderr], ['SIGTERM', '', '']);
    } finally {
      lambda.close();
    }
    assert.equal(simulator.counts().calls.total, INVOCATIONS);

    const servers = collector.spans.filter(({ span }) => span.kind === spanKinds.server);
    assert.equal(servers.length, INVOCATIONS, 'one server span an invocation');
    for (const [index, { span, resource }] of servers.entries()) {
      assert.equal(span.name, FUNCTION_NAME);
      assert.equal(span.attributes['faas.invocation_id'], `invocation-${index + 1}`);
      assert.equal(span.attributes['faas.coldstart'], index === 0);
      assert.equal(span.attributes['cloud.account.id'], '123456789012');
      assert.equal(span.attributes['cloud.resource_id'], FUNCTION_ARN);
      assert.equal(resource.attributes['service.name'], FUNCTION_NAME);
      assert.equal(resource.attributes['faas.name'], FUNCTION_NAME);
    }
    const parents = new Set(servers.map(({ span }) => span.spanId));
    for (const { span } of callSpans(collector)) {
      assert.ok(parents.has(span.parentSpanId ?? ''), 'calls are in the invocation');
      assert.equal(span.attributes['genvitals.feature.name'], FUNCTION_NAME);
      assert.equal(span.attributes['genvitals.feature.source'], 'function');
      assert.equal(span.attributes['genvitals.outcome'], 'success');
    }
    return `${INVOCATIONS} of ${INVOCATIONS} invocations delivered before each freeze, in a server span each`;
  } finally {
    await Promise.all([collector.close(), simulator.close()]);
  }
}

const lambdaCase = (name: string, run: () => Promise<string>): LoadingCase => ({
  group: 'Serverless',
  name: `AWS Lambda (aws-lambda-ric 4.0), ${name}`,
  flags: ['--require'],
  run: () => inTime(run),
});

const BUFFERED = /^\{"statusCode":200,"body":"\{\\"answer\\":\\"\w/;
const STREAMED = /^\w/;

export const lambdaCases: readonly LoadingCase[] = [
  lambdaCase('an answer at once', async () => runFunction(await deployZip(), 'handler.handler', BUFFERED)),
  lambdaCase('a streamed answer', async () => runFunction(await deployZip(), 'stream.handler', STREAMED)),
  lambdaCase('an answer at once, built by esbuild, the flag in a layer', async () =>
    runFunction(await deployBundle(), 'handler.handler', BUFFERED),
  ),
  lambdaCase('a streamed answer, built by esbuild, the flag in a layer', async () =>
    runFunction(await deployBundle(), 'stream.handler', STREAMED),
  ),
];
