import { ARM_LABELS } from './labels.ts';
import type { MetricRow } from './metric-row.ts';

const CASE_LABELS = ['featureName', ...ARM_LABELS] as const;

/** What people thought of answers, and what came of them. */
export const businessMetrics = {
  feedbackSubmissions: {
    name: 'genvitals.feedback.submissions',
    kind: 'counter',
    unit: '{feedback}',
    brief: 'Feedback that people gave.',
    labels: [...CASE_LABELS, 'feedbackRating'],
    emitter: 'context',
    reporter: 'observable',
  },
  taskStarted: {
    name: 'genvitals.task.started',
    kind: 'counter',
    unit: '{task}',
    brief: 'Tasks that were begun.',
    labels: ['taskName', ...CASE_LABELS],
    emitter: 'context',
    reporter: 'observable',
  },
  taskOutcomes: {
    name: 'genvitals.task.outcomes',
    kind: 'counter',
    unit: '{task}',
    brief: 'Tasks by how they ended; completion is completed over started.',
    labels: ['taskName', ...CASE_LABELS, 'taskStatus'],
    emitter: 'context',
    reporter: 'observable',
  },
  conversationStarted: {
    name: 'genvitals.conversation.started',
    kind: 'counter',
    unit: '{conversation}',
    brief: 'Conversations that were begun.',
    labels: CASE_LABELS,
    emitter: 'context',
    reporter: 'observable',
  },
  conversationEscalations: {
    name: 'genvitals.conversation.escalations',
    kind: 'counter',
    unit: '{conversation}',
    brief: 'Conversations that were handed to a person.',
    labels: CASE_LABELS,
    emitter: 'context',
    reporter: 'observable',
  },
  conversationAbandonments: {
    name: 'genvitals.conversation.abandonments',
    kind: 'counter',
    unit: '{conversation}',
    brief: 'Conversations that people gave up.',
    labels: CASE_LABELS,
    emitter: 'context',
    reporter: 'observable',
  },
  conversions: {
    name: 'genvitals.conversions',
    kind: 'counter',
    unit: '{conversion}',
    brief: 'What the app is for, reached.',
    labels: [...CASE_LABELS, 'conversionName'],
    emitter: 'context',
    reporter: 'observable',
  },
} as const satisfies Record<string, MetricRow>;
