import { processState } from './process-state.ts';

/**
 * What bundlers take for `@genvitals/node/register`: the way back to the package as it is installed. It has a thread
 * and parts that are loaded later, all of which are files.
 */
const places = [`${process.cwd()}/`, ...(process.argv[1] === undefined ? [] : [process.argv[1]])];

function load(): boolean {
  // A bundler would make something of its own of `createRequire`.
  const { createRequire } = process.getBuiltinModule('node:module');
  for (const place of places) {
    try {
      createRequire(place)('@genvitals/node/register');
      return true;
    } catch {
      // The next place may have it.
    }
  }
  return false;
}

if (!load() && !processState().said.has('built in')) {
  processState().said.add('built in');
  process.stderr.write(
    "genvitals: @genvitals/node is built into a bundle and not installed beside it, so no OpenAI call is seen: leave it out of the bundle (Next.js: serverExternalPackages: ['openai', '@genvitals/node']).\n",
  );
}
