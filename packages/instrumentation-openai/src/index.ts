export { instrument } from './instrument.ts';
export { OpenAIInstrumentation, type OpenAIInstrumentationConfig } from './instrumentation.ts';
