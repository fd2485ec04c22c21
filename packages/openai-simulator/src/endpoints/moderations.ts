import { readContent } from '../content-parts.ts';
import type { CallContext, Endpoint, Reply } from '../endpoint.ts';
import { modelFor } from '../endpoint.ts';
import { apiErrors } from '../errors.ts';
import { harmCategoriesOf } from '../harm.ts';
import { ids } from '../ids.ts';
import { type JsonObject, isObject, isStringArray } from '../json.ts';
import { createRandom } from '../random.ts';
import { toEvent } from '../sse.ts';
import { countTokens } from '../tokens.ts';
import { noUsage } from '../usage.ts';

/** Every category, and whether the model looks at images for it. */
const categories: Record<string, boolean> = {
  harassment: false,
  'harassment/threatening': false,
  hate: false,
  'hate/threatening': false,
  illicit: false,
  'illicit/violent': false,
  'self-harm': true,
  'self-harm/intent': true,
  'self-harm/instructions': true,
  sexual: true,
  'sexual/minors': false,
  violence: true,
  'violence/graphic': true,
};

interface Input {
  readonly text: string;
  readonly hasImage: boolean;
}

function readInputs(input: unknown): Input[] {
  if (input === undefined || input === null) throw apiErrors.missingParameter('input');
  if (typeof input === 'string') return [{ text: input, hasImage: false }];
  if (isStringArray(input) && input.length > 0) return input.map((text) => ({ text, hasImage: false }));
  // A list of parts is one input, of text and images together.
  const read = Array.isArray(input) && input.length > 0 ? readContent(input) : undefined;
  if (read === undefined || !Array.isArray(input)) {
    throw apiErrors.badRequest(
      "Invalid type for 'input': expected one of a string, an array of strings or an array of objects.",
      'input',
      'invalid_type',
    );
  }
  const hasImage = (input as readonly unknown[]).some(
    (part) => isObject(part) && part['type'] === 'image_url',
  );
  return [{ text: read.text, hasImage }];
}

function toResult({ text, hasImage }: Input, seed: number): JsonObject {
  const raised = harmCategoriesOf(text);
  const random = createRandom(seed, 'moderation', text);
  const flags: [string, boolean][] = [];
  const scores: [string, number][] = [];
  const inputTypes: [string, string[]][] = [];
  for (const [category, seesImages] of Object.entries(categories)) {
    const isRaised = raised.has(category);
    flags.push([category, isRaised]);
    scores.push([category, isRaised ? 0.7 + 0.29 * random.next() : random.logNormal(1e-5, 1)]);
    inputTypes.push([category, hasImage && seesImages ? ['text', 'image'] : ['text']]);
  }
  return {
    flagged: raised.size > 0,
    categories: Object.fromEntries(flags),
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(inputTypes),
  };
}

function respond(inputs: readonly Input[], served: string, call: CallContext): Reply {
  return {
    usage: noUsage,
    tellsUsage: false,
    width: 1,
    body: {
      id: ids.moderation(call.random),
      model: served,
      results: inputs.map((input) => toResult(input, call.surroundings.seed)),
    },
    frames: undefined,
    errorFrame: () => toEvent(apiErrors.serverError().body),
    failedBody: undefined,
    headers: {},
  };
}

export const moderations: Endpoint = {
  name: 'moderations',
  path: '/v1/moderations',
  rateLimited: false,
  read(body) {
    const { model, asked } = modelFor('moderation', body, 'omni-moderation-latest');
    const inputs = readInputs(body['input']);
    return {
      model,
      reservedTokens: inputs.reduce((sum, { text }) => sum + countTokens(text), 0),
      promptText: () => inputs.map(({ text }) => text).join('\n'),
      respond: (call) => respond(inputs, asked, call),
    };
  },
};
