import { keepLastCalls } from './last-calls.ts';

export { agent, type AgentWords } from './agent.ts';
export { AttributionSpanProcessor } from './attribution-processor.ts';
export type { Assignment } from './assignment.ts';
export { retrieval, type RetrievalWords, type RetrievedDocument } from './retrieval.ts';
export { tool, type ToolWords } from './tool.ts';
export { withContext } from './with-context.ts';
export type { CallWords, PromptWords } from './words.ts';

keepLastCalls();
