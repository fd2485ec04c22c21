/** What to do where a bundler has built openai into the app. */
const WAYS_OUT =
  'make it external (`serverExternalPackages: ["openai"]`, `--external:openai`), build with a plugin of @genvitals/instrumentation-openai/bundler, or call `instrument(OpenAI)` of @genvitals/instrumentation-openai where the client is made';

/**
 * Says why calls of a client are not seen, and what helps.
 * @param isHooked whether modules can be watched as they are loaded; then it is bundled, else nobody can tell
 */
export function unfollowedSentence(version: string, isHooked: boolean): string {
  const openai = version === 'unknown' ? 'openai' : `openai ${version}`;
  return isHooked
    ? `${openai} is bundled into your build, so its calls can't be traced by themselves: ${WAYS_OUT}.`
    : `calls of ${openai} can't be traced by themselves, for module.registerHooks is missing in ${process.version}: take Node 22.15 or newer, or call \`instrument(OpenAI)\` of @genvitals/instrumentation-openai where the client is made.`;
}
