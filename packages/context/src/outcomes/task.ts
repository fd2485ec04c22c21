import { attributes as ledger, type AttributeValue } from '@genvitals/conventions';
import { describeFault } from '../fault.ts';
import { attributesOf, type CaseFacts, contextOf, factsHere } from '../feedback/case-facts.ts';
import { tokenOf } from '../feedback/current-call.ts';
import { refuse } from '../feedback/errors.ts';
import { isRefusal, openOwnToken } from '../feedback/feedback.ts';
import { nodeCrypto } from '../feedback/signing-keys.ts';
import type { NamedTask } from '../feedback/token.ts';
import { settings } from '../settings.ts';
import { count, emit, open } from '../signals.ts';
import { prepareForWords } from '../with-context.ts';
import { textOf } from '../words.ts';
import { once } from './counted-once.ts';
import { COUNTED, type OutcomeResult, told } from './outcome-result.ts';

export type TaskStatus = AttributeValue<'taskStatus'>;

/** Why, and to whom: words of the app and few different ones, not what a person wrote. */
export interface EscalationWords {
  readonly reason?: string | undefined;
  readonly target?: string | undefined;
}

/** Something that a person wants done. The first of its ends is counted; later ones are left out. */
export interface Task {
  /** To end it later or in another process: `resumeTask(token)`. Undefined where it cannot be signed. */
  readonly token: string | undefined;
  complete(): OutcomeResult;
  /** @param reason a word of the app, such as `no_answer` */
  fail(reason?: string): OutcomeResult;
  escalate(words?: EscalationWords): OutcomeResult;
}

const STATUSES: readonly TaskStatus[] = ledger.taskStatus.values;
const ID_BYTES = 8;
const UNNAMED = 'unset';

/** Ends a task, once in a process. Throws what the app's OpenTelemetry throws. */
export function endTask(
  facts: CaseFacts,
  task: NamedTask,
  status: TaskStatus,
  why: EscalationWords = {},
): OutcomeResult {
  prepareForWords();
  const reason = textOf(why.reason);
  const target = textOf(why.target);
  const reasonKey = status === 'escalated' ? ledger.escalationReason.key : ledger.taskFailureReason.key;
  const attributes = {
    ...attributesOf(facts),
    [ledger.taskId.key]: task.id,
    [ledger.taskName.key]: task.name,
    [ledger.taskStatus.key]: status,
    ...(reason !== undefined && { [reasonKey]: reason }),
    ...(target !== undefined && { [ledger.escalationTarget.key]: target }),
  };
  const isCounted = once(`task ${task.id}`, () => {
    emit('taskOutcome', attributes, contextOf(facts));
    openOutcomes(facts, task);
    count('taskOutcomes', { ...facts.labels, taskName: task.name, taskStatus: status });
  });
  return isCounted ? COUNTED : refuse('OUTCOME_REPEATED', `the task ${task.name} has ended`);
}

function openOutcomes({ labels }: CaseFacts, { name }: NamedTask): void {
  for (const taskStatus of STATUSES) open('taskOutcomes', { ...labels, taskName: name, taskStatus });
}

function taskOf(facts: CaseFacts, task: NamedTask, token: string | undefined): Task {
  const end = (status: TaskStatus, why?: EscalationWords): OutcomeResult =>
    told('the end of the task', () => endTask(facts, task, status, why), task.name);
  return {
    token,
    complete: () => end('completed'),
    fail: (reason) => end('failed', { reason }),
    escalate: (words) => end('escalated', words ?? {}),
  };
}

/** An id that no other task has. */
export function newTaskId(): string {
  const bytes = nodeCrypto()?.randomBytes(ID_BYTES);
  return bytes?.toString('hex') ?? Math.random().toString(16).slice(2);
}

/** Counts a task that begins. @param name few different ones: it labels metrics */
export function startTask(name: string): Task {
  const task = { id: newTaskId(), name: textOf(name) ?? UNNAMED };
  let facts: CaseFacts | undefined;
  let token: string | undefined;
  try {
    prepareForWords();
    facts = factsHere();
    token = tokenOf(facts, task);
    openOutcomes(facts, task);
    count('taskStarted', { ...facts.labels, taskName: task.name });
  } catch (error) {
    settings().diagnostics.warnOnce('task', `a task is not counted: ${describeFault(error)}`);
  }
  return taskOf(facts ?? { traceFlags: 0, labels: { featureName: 'unset' } }, task, token);
}

/**
 * A task that was begun elsewhere or earlier, to be ended here; it is not counted as started again.
 * @returns undefined where the token is not good, which is said once
 */
export function resumeTask(token: string | undefined): Task | undefined {
  const content = openOwnToken(token, 'task');
  if (!isRefusal(content)) return content.task && taskOf(content.facts, content.task, token);
  settings().diagnostics.warnOnce(`task ${content.code}`, `resumeTask() has no task: ${content.reason}.`);
  return undefined;
}
