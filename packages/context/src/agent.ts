import type { Context } from '@opentelemetry/api';
import { attributes as ledger } from '@genvitals/conventions';
import { present } from './label-sets.ts';
import { INTERNAL_KIND, runStep } from './step.ts';
import { textOf } from './words.ts';

const KEY = Symbol.for('genvitals.context.agent');

/** Who acts. */
export interface AgentWords {
  readonly name: string;
  readonly version?: string | undefined;
  /** What it is for. */
  readonly description?: string | undefined;
}

/** The agent at work around here. */
export function agentNameIn(context: Context): string | undefined {
  return context.getValue(KEY) as string | undefined;
}

/**
 * Runs `fn` as the work of an agent, with a span of its own around its calls, retrievals and tools. Gives back just
 * what `fn` gives, and throws just what it throws.
 *
 * @example
 * const answer = await agent({ name: 'triage', version: '3' }, () => answerTicket(ticket));
 */
export function agent<Result>(words: AgentWords, fn: () => Result): Result {
  return runStep(
    'invoke_agent',
    (operation) => {
      const name = textOf(words.name);
      return {
        operation,
        target: name,
        kind: INTERNAL_KIND,
        attributes: present({
          [ledger.agentName.key]: name,
          [ledger.agentVersion.key]: textOf(words.version),
          [ledger.agentDescription.key]: textOf(words.description),
        }),
        carried: [KEY, name],
      };
    },
    fn,
  );
}
