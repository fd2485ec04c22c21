import type { Flag } from './app.ts';
import { fixtureNames, readPackages } from './fixture.ts';
import type { LoadingCase } from './loading-case.ts';

export interface Row {
  readonly loadingCase: LoadingCase;
  readonly flag: Flag;
  readonly seen: string;
  readonly isOk: boolean;
}

const INTRODUCTION = `# Beside what an app has

\`@genvitals/node/register\` is loaded by \`--require\` or \`--import\`, beside whatever the app and its runner do. \`pnpm test:loading\` runs each case below in processes of its own, on the built packages, once without the flag and once with it, and compares: exit code, signal, output, listeners, headers on the wire, the app's own spans. Times are added by the flag, on a machine with two cores that does other things too.

What it leaves to the app:

- **Who has OpenTelemetry keeps it.** Providers are decided at the first OpenAI call or the first incoming request, and ours are registered only if nobody registered any. \`GENVITALS_SDK=off\` never registers any, nor does \`OTEL_SDK_DISABLED=true\`, which sends nothing to a judge either; \`on\` fills the slots that are free, so that metrics and events have a way out beside an SDK that only traces (Sentry).
- **An SDK that starts even later** takes over: later spans go where the app wants them, ours among them. A request that is under way at that moment stays with us.
- **Beside dd-trace, Sentry and Next.js** we make no spans of HTTP and write no header.
- **At the end of a process** what is recorded is delivered within 400 ms, or not; where the machine is too busy to begin the thread that sends, that is waited for first, 2 s at most. A process whose event loop is blocked for good does not end by SIGINT, SIGTERM or SIGHUP once its first call was made, as with any listener of those signals; SIGKILL ends it. \`worker.terminate()\` gives nobody a last moment.
- **Nothing is spoken on stdout**, and on stderr one line about each thing that is wrong.

## Built in by a bundler

Where \`openai\` is in the bundle, no hook sees it. So the flag, and \`OpenAIInstrumentation\`, watch the process's requests until a client was seen: by method, path and the client's own \`x-stainless-*\` headers, never by a body or a key. At the first one of a client that nobody has seen, one line on stderr says which version is bundled and what to do, and \`genvitals.instrumentation.info\` has \`genvitals.seam\` \`bundled\` instead of \`request\`. A bundle that makes no call within a minute is told of by its main file. Nothing is said of other providers' clients, of requests that a gateway passes on from another Node, beside an \`openai\` that was seen, or where nobody would record its calls.

The plugins of \`@genvitals/instrumentation-openai/bundler\` put one line behind the client's class, which imports the instrumentation and its prices into the bundle: 370 kB minified, 77 kB gzipped, about 15 ms of start-up. They do nothing where \`openai\` is left out. With and without the flag each call is followed once, also where \`instrument(OpenAI)\` is called besides.

- esbuild asks only the first plugin that loads a file: \`esbuildPlugin()\` goes before others that load JavaScript.
- Vite leaves packages out of server builds unless \`ssr.noExternal\` says otherwise; then there is nothing to do. Its builds for browsers are left as they are.
- \`turbopackRules()\` names its loader by the package's name, so that has to be installed in the app itself.
- \`GENVITALS_PRICES\` is read by \`@genvitals/pricing\`, which then has to be installed where the bundle runs.

## Two instrumentations at once

Others wrap methods such as \`create\`, ours the request below them. So where another instrumentation has a span of the call, it is active when ours would begin, whichever was loaded first. Each call is counted once by us in any case, and one line on stderr, once a process, says whose spans were seen and how to have one instrumentation.

| beside | its spans | ours | to have ours instead |
|---|---|---|---|
| \`@opentelemetry/instrumentation-openai\` | \`chat\`, \`embeddings\` | none beside them | leave it out of \`instrumentations\`; with the auto-instrumentations \`OTEL_NODE_DISABLED_INSTRUMENTATIONS=openai\` |
| \`@traceloop/instrumentation-openai\` | \`chat\`, \`text_completion\` | none beside them; of embeddings, which it has not, as ever | leave it out of \`instrumentModules\` or \`instrumentations\` |
| Sentry, where it has OpenTelemetry's providers | \`chat\`, \`embeddings\` | none beside them | \`integrations: (all) => all.filter(({ name }) => name !== 'OpenAI')\` |
| dd-trace, with its \`TracerProvider\` | \`openai.request\` | none beside them | \`DD_TRACE_OPENAI_ENABLED=false\` |
| any other tracer with a client's span of the same \`gen_ai.operation.name\` | | none beside them | leave out what makes it |
| \`@arizeai/openinference-instrumentation-openai\` | in names of its own | one each | leave it out of \`instrumentations\` |
| ours, any number of copies: the flag, \`OpenAIInstrumentation\`, \`instrument(OpenAI)\`, a bundler's plugin | | one of each call | |

- **Why none beside them.** Two \`chat\` spans of one call double its tokens wherever spans are summed, and only the inner instrumentation can know of the outer one. What only our span has (cost, feature, attempts, rate limits) is then in the call’s event, which has the id of the other’s span; content too, where events have it. The counters are as ever. Spans of OpenInference have none of these names, so ours stays; what reads both counts a call twice.
- **Metrics.** \`@opentelemetry/instrumentation-openai\` has \`gen_ai.client.operation.duration\` and \`gen_ai.client.token.usage\` in a scope of its own, and for \`responses\` an event of our event's name. Take those of one scope (\`otel_scope_name\` in Prometheus); where scopes are dropped, both add up.
- **Two ways out.** Sentry 11 by default and dd-trace without its \`TracerProvider\` export by themselves, past OpenTelemetry: their spans go where theirs go, ours where ours go, and nothing is said. Where both end at one back-end, switch one off.
- **Without a context manager** no span is active and each call has two. That is said too, where methods are wrapped the way OpenTelemetry’s instrumentations do it.
- \`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT\` rules what we record. Traceloop's and OpenInference's record prompts and answers unless told otherwise, in their own ways.

## Test runners

An app's tests run under the flag as they do without it, with their mocks and spies. \`node --test\` and vitest's \`forks\` and \`threads\` are traced. jest, and vitest with \`vmThreads\` or with \`openai\` inlined, load it by means of their own: their calls are not traced, and one line a process says so. vitest terminates its threads when the tests are through, which gives nobody a last moment: what was recorded in the last export interval (5 s for spans) is lost there.
`;

/** The page docs/loading.md. */
export async function renderReport(rows: readonly Row[]): Promise<string> {
  const groups = groupBy(rows, ({ loadingCase }) => loadingCase.group);
  const tables = [...groups].map(([group, its]) => `## ${group}\n\n${renderTable(its)}\n`);
  const date = new Date().toISOString().slice(0, 10);
  const failed = rows.filter(({ isOk }) => !isOk).length;
  const run = `Run on ${date}, Node ${process.versions.node}: ${rows.length - failed} passed, ${failed} failed.`;
  const body = [...tables, await renderVersions()].join('\n');
  return `${INTRODUCTION}\n${run}\n\n<!-- prettier-ignore-start -->\n\n${body}\n<!-- prettier-ignore-end -->\n`;
}

async function renderVersions(): Promise<string> {
  const lines = await Promise.all(
    fixtureNames.map(async (name) => {
      const packages = Object.entries(await readPackages(name));
      return `| ${name} | ${packages.map(([its, version]) => `${its} ${version}`).join(', ')} |`;
    }),
  );
  return ['## Versions\n', '| app | packages |', '|---|---|', ...lines, ''].join('\n');
}

function renderTable(rows: readonly Row[]): string {
  const cases = groupBy(rows, ({ loadingCase }) => loadingCase.name);
  const lines = [...cases].map(([name, its]) => {
    const seen = new Set(its.map(({ seen, isOk }) => (isOk ? seen : 'FAILED')));
    const ways = its.map(({ loadingCase, flag }) => `\`${loadingCase.way ?? flag}\``);
    return `| ${name} | ${ways.join(', ')} | ${[...seen].join('; ')} |`;
  });
  return ['| case | flag | seen |', '|---|---|---|', ...lines].join('\n');
}

function groupBy(rows: readonly Row[], toKey: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(toKey(row), [...(groups.get(toKey(row)) ?? []), row]);
  return groups;
}
