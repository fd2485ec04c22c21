import type { AttributeRow } from './attribute-row.ts';

/** What people and models wrote. Off unless asked for. */
export const contentAttributes = {
  inputMessages: {
    key: 'gen_ai.input.messages',
    type: 'any',
    brief: 'The messages sent to the model.',
    cardinality: 'high',
    content: true,
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  outputMessages: {
    key: 'gen_ai.output.messages',
    type: 'any',
    brief: 'The messages that the model answered, one per choice.',
    cardinality: 'high',
    content: true,
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  systemInstructions: {
    key: 'gen_ai.system_instructions',
    type: 'any',
    brief: 'Instructions that are sent beside the messages.',
    cardinality: 'high',
    content: true,
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  toolDefinitions: {
    key: 'gen_ai.tool.definitions',
    type: 'any',
    brief: 'The tools that the model may call.',
    cardinality: 'high',
    content: true,
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
} as const satisfies Record<string, AttributeRow>;
