import type { Attributes, Context, Span } from '@opentelemetry/api';
import { attributePrefixes, attributes as ledger } from '@genvitals/conventions';
import type { Assignment } from './assignment.ts';
import { processSlot } from './process-slot.ts';
import { promptHash } from './prompt-hash.ts';
import { settings } from './settings.ts';
import { type PromptWords, type ReceivedWords, tagsOf, textOf, WRITTEN_USER_ID } from './words.ts';

/** `createContextKey` of the API is `Symbol.for`, so all copies of this package agree on the place. */
const KEY = Symbol.for('genvitals.context.attribution');

const CONVERSATION_ID = ledger.conversationId.key;
const EXPERIMENT_ASSIGNMENTS = ledger.experimentAssignments.key;
const EXPERIMENT_NAME = ledger.experimentName.key;
const EXPERIMENT_UNIT = ledger.experimentUnit.key;
const EXPERIMENT_VARIANT = ledger.experimentVariant.key;
const FEATURE_NAME = ledger.featureName.key;
const FEATURE_SOURCE = ledger.featureSource.key;
const PROMPT_HASH = ledger.promptHash.key;
const PROMPT_HASH_SOURCE = ledger.promptHashSource.key;
const PROMPT_NAME = ledger.promptName.key;
const PROMPT_VERSION = ledger.promptVersion.key;
const SESSION_ID = ledger.sessionId.key;
const USER_ID = ledger.userId.key;

/** The labels that say which prompt and which arm. */
export const ARM_KEYS: readonly string[] = [PROMPT_NAME, PROMPT_VERSION, EXPERIMENT_NAME, EXPERIMENT_VARIANT];

/** The labels of metrics that come of the app's words, beside the feature. */
export type ArmLabels = Readonly<Record<string, string>>;

/** A job that begins the next one is inside of all before it: they would be kept, and told of each call, for ever. */
const MAX_DEPTH = 32;

const NO_LABELS: ArmLabels = {};
const NO_ASSIGNMENTS: readonly Assignment[] = [];

function assignmentOf(value: Assignment | undefined): Assignment | undefined {
  const name = textOf(value?.name);
  const variant = textOf(value?.variant);
  // What everybody gets, for want of a unit or since a stop, would mix with what chance has decided.
  const isByChance = value?.reason === undefined || value.reason === 'split';
  return name === undefined || variant === undefined || !isByChance
    ? undefined
    : { name, variant, unit: textOf(value?.unit) };
}

function withNewest(around: readonly Assignment[], newest: Assignment): readonly Assignment[] {
  return around.length === 0 ? [newest] : [...around.filter(({ name }) => name !== newest.name), newest];
}

function promptOf(value: PromptWords | undefined): PromptWords | undefined {
  const name = textOf(value?.name);
  if (name === undefined) return undefined;
  const template = typeof value?.template === 'string' ? value.template : undefined;
  return { name, version: textOf(value?.version), template };
}

/** What the app said of the calls that are made here, with what was said around it. */
export class Attribution {
  readonly feature: string | undefined;
  readonly sessionId: string | undefined;
  readonly conversationId: string | undefined;
  readonly prompt: PromptWords | undefined;
  /** One an experiment; the newest is the last. */
  readonly assignments: readonly Assignment[];
  /** What was said around it; undefined too where that is too deep inside of other words. */
  readonly parent: Attribution | undefined;
  readonly depth: number;
  /** As the app gave it: never to be written as it is. */
  readonly givenUserId: string | undefined;
  /** As another service of the app has written it. */
  readonly writtenUserId: string | undefined;
  readonly tags: Readonly<Record<string, string | number | boolean>> | undefined;
  /** That of the server request inside of which this was said; words around many requests have none. */
  request: Span | undefined;
  #attributes: Attributes | undefined;
  #armKey: string | undefined;

  /** Survives words of any shape: what is none is left out. */
  constructor(words: ReceivedWords, parent: Attribution | undefined) {
    const depth = parent === undefined ? 0 : parent.depth + 1;
    this.parent = depth < MAX_DEPTH ? parent : undefined;
    this.depth = this.parent === undefined ? 0 : depth;
    this.feature = textOf(words.feature) ?? parent?.feature;
    const given = textOf(words.userId);
    const written = textOf(words[WRITTEN_USER_ID]);
    this.givenUserId = given ?? (written === undefined ? parent?.givenUserId : undefined);
    this.writtenUserId = written ?? (given === undefined ? parent?.writtenUserId : undefined);
    this.sessionId = textOf(words.sessionId) ?? parent?.sessionId;
    this.conversationId = textOf(words.conversationId) ?? parent?.conversationId;
    this.prompt = (words.prompt === undefined ? undefined : promptOf(words.prompt)) ?? parent?.prompt;
    const around = parent?.assignments ?? NO_ASSIGNMENTS;
    const assignment = words.experiment === undefined ? undefined : assignmentOf(words.experiment);
    this.assignments = assignment === undefined ? around : withNewest(around, assignment);
    const tags = words.tags === undefined ? undefined : tagsOf(words.tags);
    const tagsAround = parent?.tags;
    this.tags =
      tags === undefined || tagsAround === undefined ? (tags ?? tagsAround) : { ...tagsAround, ...tags };
  }

  /** What spans and events carry of it; made once, and never changed. */
  get attributes(): Attributes {
    return (this.#attributes ??= this.#toAttributes());
  }

  /** The user's id as it may be written. */
  get userId(): string | undefined {
    const { ids } = settings();
    if (this.givenUserId !== undefined) return ids.userId(this.givenUserId);
    return ids.areWritten ? this.writtenUserId : undefined;
  }

  /** Prompt and experiment as labels, each pair whole or not at all. */
  get armLabels(): ArmLabels {
    const { prompt } = this;
    const assignment = this.assignments.at(-1);
    if (prompt?.version === undefined && assignment === undefined) return NO_LABELS;
    return {
      ...(prompt?.version !== undefined && { [PROMPT_NAME]: prompt.name, [PROMPT_VERSION]: prompt.version }),
      ...(assignment && { [EXPERIMENT_NAME]: assignment.name, [EXPERIMENT_VARIANT]: assignment.variant }),
    };
  }

  /** The same for the same labels; empty where there are none. */
  get armKey(): string {
    return (this.#armKey ??=
      Object.values(this.armLabels).length === 0 ? '' : JSON.stringify(this.armLabels));
  }

  #toAttributes(): Attributes {
    const attributes: Attributes = {};
    if (this.feature !== undefined) {
      attributes[FEATURE_NAME] = this.feature;
      attributes[FEATURE_SOURCE] = 'app';
    }
    const { userId } = this;
    if (userId !== undefined) attributes[USER_ID] = userId;
    if (this.sessionId !== undefined) attributes[SESSION_ID] = this.sessionId;
    if (this.conversationId !== undefined) attributes[CONVERSATION_ID] = this.conversationId;
    this.#describePrompt(attributes);
    this.#describeExperiments(attributes);
    for (const key in this.tags) {
      const value = this.tags[key];
      if (value !== undefined) attributes[attributePrefixes.tag.prefix + key] = value;
    }
    return attributes;
  }

  #describePrompt(attributes: Attributes): void {
    if (this.prompt === undefined) return;
    const { name, version, template } = this.prompt;
    attributes[PROMPT_NAME] = name;
    if (version !== undefined) attributes[PROMPT_VERSION] = version;
    const hash = template === undefined ? undefined : promptHash(template);
    if (hash === undefined) return;
    attributes[PROMPT_HASH] = hash;
    attributes[PROMPT_HASH_SOURCE] = 'template';
  }

  #describeExperiments(attributes: Attributes): void {
    const newest = this.assignments.at(-1);
    if (newest === undefined) return;
    attributes[EXPERIMENT_NAME] = newest.name;
    attributes[EXPERIMENT_VARIANT] = newest.variant;
    const unit = newest.unit === undefined ? undefined : settings().ids.hash(newest.unit);
    if (unit !== undefined) attributes[EXPERIMENT_UNIT] = unit;
    if (this.assignments.length > 1)
      attributes[EXPERIMENT_ASSIGNMENTS] = this.assignments.map(({ name, variant }) => `${name}=${variant}`);
  }
}

/** What the app said around here. */
export function attributionIn(context: Context): Attribution | undefined {
  return (context.getValue(KEY) as Attribution | undefined) ?? processSlot().fallback?.getStore();
}

export function withAttribution(context: Context, attribution: Attribution): Context {
  return context.setValue(KEY, attribution);
}
