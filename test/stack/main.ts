import { prepareServer } from './recipes/cache.ts';
import { servers } from './servers/index.ts';

// Builds what is not in the cache yet. Tests come after it and only start what is there.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}

const say = (line: string): void => void process.stderr.write(`test:stack: ${line}\n`);

try {
  for (const recipe of servers) {
    const startedAtMs = performance.now();
    let isBuilt = false;
    const place = await prepareServer(recipe, {
      signal: stop.signal,
      onProgress: (line) => {
        if (!isBuilt) say(`building the ${recipe.name} once (${recipe.duration})`);
        isBuilt = true;
        say(line);
      },
    });
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
    say(`${isBuilt ? `built the ${recipe.name} in ${seconds} s` : `the ${recipe.name} is there`}: ${place}`);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
