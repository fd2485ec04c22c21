import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One request and the answer it got, as it stood on the wire. */
export interface Recording {
  readonly name: string;
  readonly request: { readonly method: string; readonly url: string; readonly body: any };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  /** What the span must say, where it was written down by hand; recorded traffic is read by the oracle only. */
  readonly expected?: ExpectedFacts;
}

/** What a span must say of a recorded answer; undefined means that the attribute must be absent. */
export interface ExpectedFacts {
  readonly operation: string;
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cached?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  readonly errorType?: string | undefined;
  readonly errorKind?: string | undefined;
}

const OWN = new URL('../fixtures/recordings/', import.meta.url);
/** Recorded traffic lies beside the repo where there is any; it is no part of it. */
const SHARED = new URL('../../../shared/recordings/', import.meta.url);

export const hasShared = existsSync(SHARED);

/** A recording without its request: a bare body of the Responses API. */
function fromBody(body: string): Omit<Recording, 'name'> {
  const { model } = JSON.parse(body) as { model: string };
  return {
    request: { method: 'POST', url: 'https://api.openai.com/v1/responses', body: { model, input: '' } },
    response: { status: 200, headers: { 'content-type': 'application/json' }, body },
  };
}

function readFolder(folder: URL): Recording[] {
  const root = fileURLToPath(folder);
  return globSync('**/*.json', { cwd: root })
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const read = JSON.parse(text) as Partial<Recording>;
      const recording = read.request === undefined ? fromBody(text) : (read as Recording);
      return { ...recording, name: `${path.replace(basename(path), '')}${basename(path, '.json')}` };
    });
}

export const ownRecordings: readonly Recording[] = readFolder(OWN);
export const sharedRecordings: readonly Recording[] = hasShared ? readFolder(SHARED) : [];
