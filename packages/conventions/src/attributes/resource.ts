import type { AttributeRow } from './attribute-row.ts';

/** Who sends: on the resource, not on each span. */
export const resourceAttributes = {
  serviceName: {
    key: 'service.name',
    type: 'string',
    brief: 'The name of the service.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'node',
  },
  serviceVersion: {
    key: 'service.version',
    type: 'string',
    brief: 'The version of the service.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'node',
  },
  serviceInstanceId: {
    key: 'service.instance.id',
    type: 'string',
    brief: 'One process or worker thread of the service.',
    cardinality: 'high',
    source: 'semconv',
    emitter: 'node',
  },
  deploymentEnvironmentName: {
    key: 'deployment.environment.name',
    type: 'string',
    brief: 'The environment that the service runs in.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'node',
  },
} as const satisfies Record<string, AttributeRow>;
