import { createInterface } from 'node:readline/promises';
import type { Surroundings } from '../command.ts';
import { CliError } from '../errors.ts';
import { DEFAULT_CALLS, type DemoOptions } from './demo-options.ts';
import { type Budget, createTariff, models } from './prices.ts';

const PASSED_ON = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_ORG_ID',
  'OPENAI_PROJECT_ID',
  'GENVITALS_PROVIDERS',
] as const;

/** What the assistant gets when it may spend money, and how much that may be. */
export interface RealModel {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly budget: Budget;
}

/**
 * Says what the real API will cost and asks for a yes; throws where there is no key or
 * no yes. Only from here does a key of the user's environment reach the assistant.
 */
export async function confirmReal(options: DemoOptions, surroundings: Surroundings): Promise<RealModel> {
  const { env, stderr } = surroundings;
  if (env['OPENAI_API_KEY'] === undefined || env['OPENAI_API_KEY'] === '') {
    throw new CliError(
      'DEMO_KEY_MISSING',
      '--real talks to the real API, so it needs OPENAI_API_KEY. Without --real, a simulator answers and nothing is spent.',
    );
  }
  const calls = options.calls ?? DEFAULT_CALLS;
  const cap = options['max-usd'];
  const tariff = createTariff();
  stderr.write(
    [
      `About ${calls} calls to ${env['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1'}`,
      `(${Object.values(models).join(', ')}).`,
      `Estimate at OpenAI's list prices: about ${toUsd(tariff.usualUsd(calls))}.`,
      `The demo ends before it could pass the cap of ${toUsd(cap)} (--max-usd).`,
      '',
    ].join('\n'),
  );
  if (!options.yes) await askForYes(surroundings);
  return {
    env: Object.fromEntries(PASSED_ON.map((name) => [name, env[name]])),
    budget: tariff.createBudget(cap),
  };
}

async function askForYes({ stdin, stderr, signal }: Surroundings): Promise<void> {
  if (!stdin.isTTY) {
    throw new CliError('DEMO_NOT_CONFIRMED', 'Expected --yes, since there is no terminal to ask on.');
  }
  // Not as a terminal: it would take Ctrl-C for itself.
  const prompt = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    const answer = await prompt.question('Spend that? [y/N] ', { signal });
    if (/^\s*y(?:es)?\s*$/i.test(answer)) return;
  } finally {
    prompt.close();
  }
  throw new CliError('DEMO_NOT_CONFIRMED', 'Nothing was sent.');
}

function toUsd(amount: number): string {
  return `${amount.toFixed(amount < 0.1 ? 3 : 2)} USD`;
}
