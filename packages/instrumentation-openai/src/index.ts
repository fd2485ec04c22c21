export { instrument } from './instrument.ts';
export {
  type AnyLoggerProvider,
  OpenAIInstrumentation,
  type OpenAIInstrumentationConfig,
} from './instrumentation.ts';
