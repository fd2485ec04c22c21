import { keepLastCalls } from './last-calls.ts';

export { agent, type AgentWords } from './agent.ts';
export { AttributionSpanProcessor } from './attribution-processor.ts';
export type { Assignment } from './assignment.ts';
export { retrieval, type RetrievalWords, type RetrievedDocument } from './retrieval.ts';
export { tool, type ToolWords } from './tool.ts';
export { currentCall } from './feedback/current-call.ts';
export type { FeedbackErrorCode, Refusal } from './feedback/errors.ts';
export { feedback, type FeedbackWords } from './feedback/feedback.ts';
export type { FeedbackRating, FeedbackResult } from './feedback/vote.ts';
export {
  type AbandonmentOptions,
  type AbandonmentTracking,
  trackAbandonment,
} from './outcomes/abandonment.ts';
export {
  type ConversationWords,
  sessionActivity,
  type SessionActivityKind,
  type SessionActivityWords,
  startConversation,
} from './outcomes/conversation.ts';
export { type ConversionValue, type ConversionWords, converted } from './outcomes/conversion.ts';
export { escalated, type EscalatedWords } from './outcomes/escalation.ts';
export type { OutcomeResult } from './outcomes/outcome-result.ts';
export { type EscalationWords, resumeTask, startTask, type Task } from './outcomes/task.ts';
export { withContext } from './with-context.ts';
export type { CallWords, PromptWords } from './words.ts';

keepLastCalls();
