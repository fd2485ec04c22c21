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

- **Who has OpenTelemetry keeps it.** Providers are decided at the first OpenAI call or the first incoming request, and ours are registered only if nobody registered any. \`GENVITALS_SDK=off\` never registers any; \`on\` fills the slots that are free, so that metrics and events have a way out beside an SDK that only traces (Sentry).
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
    return `| ${name} | ${its.map(({ flag }) => `\`${flag}\``).join(', ')} | ${[...seen].join('; ')} |`;
  });
  return ['| case | flag | seen |', '|---|---|---|', ...lines].join('\n');
}

function groupBy(rows: readonly Row[], toKey: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(toKey(row), [...(groups.get(toKey(row)) ?? []), row]);
  return groups;
}
