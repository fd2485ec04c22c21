import { type AppEnd, type AppOptions, runApp } from './app.ts';

export interface Served extends AppEnd {
  readonly bodies: readonly string[];
}

/** Runs a web app, asks it for `paths` one after the other, and lets it drain on SIGTERM. */
export async function serve(
  file: string,
  paths: readonly string[],
  options: AppOptions = {},
): Promise<Served> {
  const bodies: string[] = [];
  const failures: unknown[] = [];
  const end = await runApp(file, {
    ...options,
    onLine: (line, app) => {
      options.onLine?.(line, app);
      if (!line.startsWith('port ')) return;
      void ask(Number(line.slice('port '.length)), paths, bodies)
        .catch((error: unknown) => failures.push(error))
        .finally(() => app.kill('SIGTERM'));
    },
  });
  if (failures.length > 0) throw new Error(`the app did not answer: ${end.stderr}`, { cause: failures[0] });
  return { ...end, bodies, stdout: end.stdout.replace(/^port \d+$/m, 'port') };
}

/** What a client and a proxy send along, and no span is to have. */
const HEADERS = {
  connection: 'close',
  'user-agent': 'secret agent',
  authorization: 'Bearer secret',
  cookie: 'session=secret',
  referer: 'http://secret.invalid/',
  forwarded: 'for="secret"',
  'x-forwarded-for': 'secret',
  'x-forwarded-host': 'secret.invalid',
};

async function ask(port: number, paths: readonly string[], bodies: string[]): Promise<void> {
  for (const path of paths) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: HEADERS });
    bodies.push(await response.text());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
