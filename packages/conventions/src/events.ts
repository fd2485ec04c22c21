import type { Emitter } from './attributes/attribute-row.ts';
import type { AttributeName } from './attributes/index.ts';

/** A log record with an event name. */
export interface EventRow {
  readonly name: string;
  readonly severityText: 'INFO' | 'WARN';
  /** OpenTelemetry's number of that severity. */
  readonly severityNumber: 9 | 13;
  readonly brief: string;
  /** What it carries; `call` is all that the span of the call has. */
  readonly attributes: 'call' | readonly AttributeName[];
  readonly emitter: Emitter;
}

/** What every event about a user's case carries, so that it can be joined to calls. */
const CASE_ATTRIBUTES = [
  'conversationId',
  'sessionId',
  'userId',
  'featureName',
  'promptName',
  'promptVersion',
  'experimentName',
  'experimentVariant',
] as const;

/** Every event that genvitals may emit, by the name it has in code. */
export const events = {
  inferenceOperationDetails: {
    name: 'gen_ai.client.inference.operation.details',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'One for every call, whatever the sampling of traces.',
    attributes: 'call',
    emitter: 'instrumentation-openai',
  },
  retrievalDetails: {
    name: 'genvitals.retrieval.details',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'What a retrieval found; only where content goes to events, or to the judge.',
    attributes: [
      'operationName',
      'dataSourceId',
      'retrievalTopK',
      'retrievalQueryText',
      'retrievalDocuments',
      'errorType',
      ...CASE_ATTRIBUTES,
    ],
    emitter: 'context',
  },
  toolDetails: {
    name: 'genvitals.tool.details',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'What a tool was given and gave back; only where content goes to events, or to the judge.',
    attributes: [
      'operationName',
      'toolName',
      'toolType',
      'toolCallId',
      'toolCallArguments',
      'toolCallResult',
      'agentName',
      'errorType',
      ...CASE_ATTRIBUTES,
    ],
    emitter: 'context',
  },
  evaluationResult: {
    name: 'gen_ai.evaluation.result',
    severityText: 'INFO',
    severityNumber: 9,
    brief: "A verdict by a judge or by people, in the judged span's context.",
    attributes: [
      'evaluationName',
      'evaluationScoreValue',
      'evaluationScoreLabel',
      'evaluationExplanation',
      'responseId',
      'errorType',
      'evaluationEvaluatorId',
      'evaluationEvaluatorVersion',
      'evaluationEvaluatorType',
      'proposedEvaluationEvaluatorId',
      'proposedEvaluationEvaluatorVersion',
      'proposedEvaluationEvaluatorType',
      'evaluationId',
      'evaluationIssues',
      'evaluationIssueCodes',
      'evaluationSamplingProbability',
      'evaluationSamplingReason',
      'evaluationContextSource',
      'evaluationRubricHash',
      'evaluationJudgeConfig',
      'feedbackRevision',
      ...CASE_ATTRIBUTES,
    ],
    emitter: 'context',
  },
  taskOutcome: {
    name: 'genvitals.task.outcome',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'How a task ended.',
    attributes: [
      'taskId',
      'taskName',
      'taskStatus',
      'taskFailureReason',
      'escalationReason',
      'escalationTarget',
      ...CASE_ATTRIBUTES,
    ],
    emitter: 'context',
  },
  conversationEscalated: {
    name: 'genvitals.conversation.escalated',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'A conversation was handed to a person.',
    attributes: ['escalationReason', 'escalationTarget', ...CASE_ATTRIBUTES],
    emitter: 'context',
  },
  sessionActivity: {
    name: 'genvitals.session.activity',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'A person did something, or got an answer: what tells a conversation that was given up.',
    attributes: ['sessionActivityKind', ...CASE_ATTRIBUTES],
    emitter: 'context',
  },
  conversationAbandoned: {
    name: 'genvitals.conversation.abandoned',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'A person gave a conversation up.',
    attributes: CASE_ATTRIBUTES,
    emitter: 'context',
  },
  conversion: {
    name: 'genvitals.conversion',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'What the app is for was reached.',
    attributes: ['conversionName', 'conversionValueAmount', 'conversionValueCurrency', ...CASE_ATTRIBUTES],
    emitter: 'context',
  },
  featureFlagEvaluation: {
    name: 'feature_flag.evaluation',
    severityText: 'INFO',
    severityNumber: 9,
    brief: 'Who was assigned to which arm of an experiment.',
    attributes: [
      'featureFlagKey',
      'featureFlagResultVariant',
      'featureFlagResultReason',
      'featureFlagContextId',
      'featureFlagProviderName',
    ],
    emitter: 'context',
  },
} as const satisfies Record<string, EventRow>;

/** An event's name in code. */
export type EventName = keyof typeof events;
