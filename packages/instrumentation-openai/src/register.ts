import { installHook, loadRuntime } from './preload.ts';

// For apps with an OpenTelemetry SDK of their own: nothing is started here, the SDK's providers are found
// when the first call is made.
if (!installHook()) {
  loadRuntime().diagnostics.warnOnce(
    'hook',
    'this runtime has no module.registerHooks, so openai cannot be seen as it is loaded: call `instrument(OpenAI)` of @genvitals/instrumentation-openai where the client is made.',
  );
}
