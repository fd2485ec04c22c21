import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isMainThread, threadId } from 'node:worker_threads';
import { getStringListFromEnv } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { readAppPackage } from '../app-package.ts';
import { readFunctionFacts } from '../function-platform.ts';
import { VERSION } from '../version.ts';

const INSTANCE_ID = 'service.instance.id';

/**
 * Who sends. Written out instead of asking OpenTelemetry's host and process detectors: those add the command line,
 * its arguments and the user's name, which may hold secrets, and ids of the machine. What the app sets by
 * OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME stands above all of it.
 */
export function createResource(): Resource {
  const app = readAppPackage();
  const told = detectResources({ detectors: [envDetector] });
  const attributes: Record<string, string | number> = {
    'telemetry.distro.name': 'genvitals',
    'telemetry.distro.version': VERSION,
    [INSTANCE_ID]: randomUUID(),
  };
  if (app !== undefined) attributes['service.name'] = app.name;
  if (app?.version !== undefined) attributes['service.version'] = app.version;
  const facts = readFunctionFacts(process.env);
  const ofFunction = {
    'cloud.provider': facts?.provider,
    'cloud.platform': facts?.platform,
    'cloud.region': facts?.region,
    'faas.name': facts?.name,
    'faas.version': facts?.version,
    // The functions of a repository often have one package.json.
    'service.name': facts?.name,
  };
  for (const [key, value] of Object.entries(ofFunction)) if (value !== undefined) attributes[key] = value;
  const detectors = getStringListFromEnv('OTEL_NODE_RESOURCE_DETECTORS') ?? ['all'];
  const isOn = (name: string): boolean => detectors.includes('all') || detectors.includes(name);
  if (isOn('host')) attributes['host.name'] = hostname();
  if (isOn('process')) {
    attributes['process.pid'] = process.pid;
    attributes['process.runtime.name'] = 'nodejs';
    attributes['process.runtime.version'] = process.versions.node;
  }
  return defaultResource().merge(resourceFromAttributes(attributes)).merge(told).merge(uniqueInstance(told));
}

/**
 * An id that the environment gives is given to all processes and threads of a deployment alike, and counters that
 * share it would overwrite each other; so all but the first make it their own.
 */
function uniqueInstance(told: Resource): Resource {
  const id = told.attributes[INSTANCE_ID];
  const isFirst = isMainThread && cluster.isPrimary;
  if (typeof id !== 'string' || isFirst) return resourceFromAttributes({});
  return resourceFromAttributes({ [INSTANCE_ID]: `${id}/${process.pid}/${threadId}` });
}
