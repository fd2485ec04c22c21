/** What to do where a bundler has built openai into the app. */
const WAYS_OUT =
  'make it external (`serverExternalPackages: ["openai"]`, `--external:openai`), build with a plugin of @genvitals/instrumentation-openai/bundler, or call `instrument(OpenAI)` of @genvitals/instrumentation-openai where the client is made. Where nothing is bundled, openai was loaded first: load genvitals by `--import` or `--require`, not by an import in the code';

/** Test runners that load modules by themselves, always or if told to, and what has their calls traced. */
const RUNNERS: Readonly<Record<string, string>> = {
  jest: 'its tests run as they do without us; to have them traced, run them by `node --test` or vitest',
  vitest:
    'its tests run as they do without us; to have them traced, take `pool: "forks"` or "threads" and leave openai out of `server.deps.inline`',
};

/**
 * The test runner that this process is of. By its script, in a packages' folder: what tests start as a process of its
 * own has the runner's environment too.
 */
function testRunner(): string | undefined {
  const script = globalThis.process?.argv?.[1] ?? '';
  return /[\\/]node_modules[\\/](?:.*[\\/])?(jest|vitest)\b/.exec(script)?.[1];
}

/**
 * Says why calls of a client are not seen, and what helps.
 * @param isHooked whether modules can be watched as they are loaded; then it is bundled or loaded by a test runner's
 * own means, else nobody can tell
 */
export function unfollowedSentence(version: string, isHooked: boolean): string {
  const openai = version === 'unknown' ? 'openai' : `openai ${version}`;
  if (!isHooked)
    return `calls of ${openai} can't be traced by themselves, for module.registerHooks is missing in ${process.version}: take Node 22.15 or newer, or call \`instrument(OpenAI)\` of @genvitals/instrumentation-openai where the client is made.`;
  const runner = testRunner();
  return runner === undefined
    ? `${openai} is bundled into your build, so its calls can't be traced by themselves: ${WAYS_OUT}.`
    : `${openai} is loaded by ${runner}'s own module system, past the hook, so its calls are not traced: ${RUNNERS[runner]}.`;
}
