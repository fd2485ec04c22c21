import { keepLastCalls } from './last-calls.ts';

export { AttributionSpanProcessor } from './attribution-processor.ts';
export type { Assignment } from './assignment.ts';
export { withContext } from './with-context.ts';
export type { CallWords, PromptWords } from './words.ts';

keepLastCalls();
