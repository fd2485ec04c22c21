import { constants } from 'node:os';
import { createPricer } from '@genvitals/pricing';
import type { Surroundings } from '../command.ts';
import { CliError } from '../errors.ts';
import { createStyle } from '../text.ts';
import { createAdminApi } from './admin-api.ts';
import { readBilled } from './billed.ts';
import { dayOf, type DayRange, MS_PER_DAY, startOf } from './days.ts';
import { findReasons } from './difference-reasons.ts';
import { type ReconcileFindings, toReconcileReport } from './reconcile-report.ts';
import { defaultDays, type ReconcileOptions } from './reconcile-options.ts';
import { toReconcileText } from './reconcile-text.ts';
import { reconcile } from './reconciliation.ts';
import { askedSource } from './sources.ts';
import { readPricesOption } from './user-prices-option.ts';

/** Exit code where there is something to look at. */
const FOUND = 3;
const SIGNAL_EXIT_BASE = 128;

function toRange({ from, to }: ReconcileOptions, nowMs: number): DayRange {
  const last = to ?? dayOf(nowMs - MS_PER_DAY);
  const first = from ?? dayOf(startOf(last) - (defaultDays - 1) * MS_PER_DAY);
  if (first > last) {
    throw new CliError(
      'CLI_INVALID_OPTION',
      `Expected \`--from\` to be no day after ${last}, got "${first}".`,
    );
  }
  return { from: first, to: last };
}

function readKey(env: Surroundings['env']): string {
  const key = (env['OPENAI_ADMIN_KEY'] ?? '').trim();
  const wanted = 'Expected OPENAI_ADMIN_KEY to be an admin key of your organization at OpenAI';
  const place = 'an owner makes one at platform.openai.com/settings/organization/admin-keys.';
  if (key === '') throw new CliError('COSTS_KEY_MISSING', `${wanted}, got nothing; ${place}`);
  // A header would quote it in its error.
  if (!/^[\x21-\x7E]+$/.test(key)) {
    throw new CliError('COSTS_KEY_MISSING', `${wanted}, got characters that no key has; ${place}`);
  }
  return key;
}

async function findOut(options: ReconcileOptions, { env, signal }: Surroundings): Promise<ReconcileFindings> {
  const nowMs = Date.now();
  const range = toRange(options, nowMs);
  const source = askedSource(options);
  const api = createAdminApi(options['base-url'], readKey(env), signal);
  const pricer = createPricer(readPricesOption(options.prices, env));
  const { provider, project, tolerance } = options;
  const counted = await source.count(options, range, signal);
  const billed = await readBilled(api, range, project);
  const found = reconcile(range, counted.models, billed, tolerance);
  const lines = found.lines.map((line) => {
    const day = found.lines.filter((each) => each.day === line.day);
    const reasons = line.isDifferent ? findReasons({ line, day, pricer, provider, nowMs }) : [];
    return { ...line, reasons };
  });
  return {
    ...found,
    lines,
    ...range,
    source: source.title(options),
    project,
    tolerancePercent: tolerance,
    notes: [...counted.notes, ...billed.notes],
  };
}

/** Tells what differs; gives the exit code. */
export async function reconcileCosts(options: ReconcileOptions, surroundings: Surroundings): Promise<number> {
  const { stdout, signal } = surroundings;
  let found: ReconcileFindings;
  try {
    found = await findOut(options, surroundings);
  } catch (error) {
    if (!signal.aborted) throw error;
    return SIGNAL_EXIT_BASE + constants.signals[signal.reason as NodeJS.Signals];
  }
  stdout.write(
    options.json
      ? `${JSON.stringify(toReconcileReport(found), undefined, 2)}\n`
      : toReconcileText(found, createStyle(stdout)),
  );
  return [...found.days, ...found.lines].some(({ isDifferent }) => isDifferent) ? FOUND : 0;
}
