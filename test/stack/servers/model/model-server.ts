import { join } from 'node:path';

import { findServer } from '../../recipes/cache.ts';
import { findFreePort, startServer, type ServerProcess } from '../server-process.ts';
import { MODEL_FILE, modelServer } from './recipe.ts';

export const MODEL = 'smollm2-135m';
/** Tokens of prompt and answer together; a longer prompt is refused. */
export const CONTEXT_TOKENS = 4096;
const READY_WITHIN_MS = 120_000;

export interface ModelServer extends ServerProcess {
  /** What OPENAI_BASE_URL should be. */
  readonly url: string;
}

/** The model server, up and without embeddings, which it has only when asked. */
export async function startModelServer(): Promise<ModelServer> {
  const place = await findServer(modelServer);
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/v1`;
  const options = {
    model: join(place, MODEL_FILE),
    host: '127.0.0.1',
    port: String(port),
    n_ctx: String(CONTEXT_TOKENS),
    chat_format: 'chatml',
    model_alias: MODEL,
  };
  const server = await startServer({
    name: modelServer.name,
    command: join(place, 'bin', 'python'),
    args: [
      '-I',
      '-m',
      'llama_cpp.server',
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    readyUrl: `${url}/models`,
    readyWithinMs: READY_WITHIN_MS,
  });
  return { ...server, url };
}
