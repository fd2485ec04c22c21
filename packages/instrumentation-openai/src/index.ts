export { type MaskedCall, type MaskHook, setMaskHook } from './content/mask-hook.ts';
export { instrument } from './instrument.ts';
export {
  type AnyLoggerProvider,
  OpenAIInstrumentation,
  type OpenAIInstrumentationConfig,
} from './instrumentation.ts';
