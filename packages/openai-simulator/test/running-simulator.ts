import { type Simulator, type SimulatorOptions, createSimulator } from '@genvitals/openai-simulator';
import OpenAI, { type ClientOptions } from 'openai';
import { onTestFinished } from 'vitest';

/** A simulator that does not wait and ends with its test. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator({ latencyScale: 0, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** The real client, without retries unless asked for. */
export function clientOf(simulator: Simulator, options: ClientOptions = {}): OpenAI {
  return new OpenAI({
    apiKey: 'sk-test',
    baseURL: simulator.url,
    maxRetries: 0,
    logLevel: 'off',
    ...options,
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: any;
}

/** One request as bytes; `path` is below the base URL. */
export async function send(
  simulator: Simulator,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  method = body === undefined ? 'GET' : 'POST',
): Promise<RawAnswer> {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status: response.status, headers: response.headers, text, body: parsed };
}

/** The data of every event of a stream, without [DONE]. */
export function eventsOf(text: string): any[] {
  return text
    .split('\n\n')
    .map((event) => /^data: (.*)$/mu.exec(event)?.[1])
    .filter((data): data is string => data !== undefined && data !== '[DONE]')
    .map((data) => JSON.parse(data) as unknown);
}

export function ask(content: string): { role: 'user'; content: string }[] {
  return [{ role: 'user', content }];
}

export const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Tells the current weather in a city',
    parameters: {
      type: 'object',
      properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['location', 'unit'],
      additionalProperties: false,
    },
  },
} as const;

export const ratingSchema = {
  type: 'object',
  properties: {
    score: { type: 'integer', minimum: 1, maximum: 5 },
    grounded: { type: 'boolean' },
    reason: { type: 'string' },
    labels: { type: 'array', items: { type: 'string', enum: ['good', 'bad'] }, minItems: 1, maxItems: 3 },
  },
  required: ['score', 'grounded', 'reason', 'labels'],
  additionalProperties: false,
};
