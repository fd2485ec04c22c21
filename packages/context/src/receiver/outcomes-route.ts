import type { CaseFacts } from '../feedback/case-facts.ts';
import type { TokenContent } from '../feedback/token.ts';
import { caseKey } from '../outcomes/case-key.ts';
import { convert } from '../outcomes/conversion.ts';
import { escalate } from '../outcomes/escalation.ts';
import type { OutcomeResult } from '../outcomes/outcome-result.ts';
import { endTask, type EscalationWords, newTaskId, type TaskStatus } from '../outcomes/task.ts';
import { UNSET } from '../signals.ts';
import { textOf } from '../words.ts';
import { RefusedRequest } from './exchange.ts';
import type { JsonObject } from './feedback-route.ts';
import { openLimited, taken } from './opened.ts';
import type { ReceiverSettings } from './settings.ts';

/** How a task may end by somebody's word; that it was given up, nobody says. */
const ENDS: readonly TaskStatus[] = ['completed', 'failed', 'escalated'];

/** One word: what a person wrote is content, for which there is a comment. */
const WORD = /^[\p{L}\p{N}_.:-]{1,64}$/u;

/** Who sends, and what. */
interface Report {
  readonly body: JsonObject;
  readonly ofSystem: boolean;
  readonly settings: ReceiverSettings;
}

/** A system may tell of what it has no token of: the labels are then its own words. */
function factsOfSystem(body: JsonObject): CaseFacts {
  return {
    traceFlags: 0,
    responseId: textOf(body['responseId']),
    conversationId: textOf(body['conversationId']),
    labels: { featureName: textOf(body['feature']) ?? UNSET },
  };
}

/** What the report is of, and what makes two the same one. */
function caseOf({ body, ofSystem, settings }: Report): { facts: CaseFacts; key: string | undefined } {
  if (body['of'] === undefined && ofSystem) return { facts: factsOfSystem(body), key: textOf(body['id']) };
  const content = openLimited(body['of'], 'any', settings);
  return { facts: content.facts, key: caseKey(content) };
}

/** Why, and to whom: words of the app, which a visitor's page may pass on, and a sentence of his may not be. */
function whyOf({ body, ofSystem }: Report): EscalationWords {
  const wordOf = (value: unknown): string | undefined => {
    const text = textOf(value);
    return text !== undefined && (ofSystem || WORD.test(text)) ? text : undefined;
  };
  return { reason: wordOf(body['reason']), target: wordOf(body['target']) };
}

function takeTask(report: Report): OutcomeResult {
  const { body, ofSystem, settings } = report;
  const status = ENDS.find((each) => each === body['status']);
  if (status === undefined)
    throw new RefusedRequest('OUTCOME_INVALID', `A task needs a status: one of ${ENDS.join(', ')}`);
  const why = whyOf(report);
  if (body['task'] !== undefined || !ofSystem) {
    const { facts, task }: TokenContent = openLimited(body['task'], 'task', settings);
    if (task === undefined) throw new RefusedRequest('TOKEN_KIND_WRONG');
    return endTask(facts, task, status, why);
  }
  const name = textOf(body['name']);
  if (name === undefined) throw new RefusedRequest('OUTCOME_INVALID', 'A task needs its token, or a name');
  return endTask(factsOfSystem(body), { id: textOf(body['id']) ?? newTaskId(), name }, status, why);
}

function takeConversion(report: Report): OutcomeResult {
  const { body, ofSystem, settings } = report;
  const { facts, key } = caseOf(report);
  const { name, value } = body;
  const isNamed = typeof name === 'string' && settings.conversionNames.has(name);
  if (!ofSystem && !(isNamed && value === undefined)) throw new RefusedRequest('OUTCOME_FORBIDDEN');
  return convert(facts, { name, value }, key);
}

function takeEscalation(report: Report): OutcomeResult {
  const { facts, key } = caseOf(report);
  return escalate(facts, whyOf(report), key);
}

const OUTCOMES: Readonly<Record<string, (report: Report) => OutcomeResult>> = {
  task: takeTask,
  conversion: takeConversion,
  escalation: takeEscalation,
};

/** `POST /v1/outcomes`: how a task ended, a conversion, or a conversation that was handed to a person. */
export function takeOutcome(body: JsonObject, ofSystem: boolean, settings: ReceiverSettings): OutcomeResult {
  const { type } = body;
  const take = typeof type === 'string' && Object.hasOwn(OUTCOMES, type) ? OUTCOMES[type] : undefined;
  if (take === undefined)
    throw new RefusedRequest(
      'OUTCOME_INVALID',
      `An outcome needs a type: one of ${Object.keys(OUTCOMES).join(', ')}`,
    );
  return taken(take({ body, ofSystem, settings }));
}
