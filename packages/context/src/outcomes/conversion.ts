import { attributes as ledger } from '@genvitals/conventions';
import { attributesOf, type CaseFacts, contextOf, factsHere } from '../feedback/case-facts.ts';
import { refuse } from '../feedback/errors.ts';
import { isRefusal, openOwnToken } from '../feedback/feedback.ts';
import { count, emit, open } from '../signals.ts';
import { prepareForWords } from '../with-context.ts';
import { textOf } from '../words.ts';
import { caseKey } from './case-key.ts';
import { once } from './counted-once.ts';
import { COUNTED, type OutcomeResult, told } from './outcome-result.ts';

/** What a conversion is worth. */
export interface ConversionValue {
  readonly amount: number;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
}

/** What the app is for, reached. */
export interface ConversionWords {
  /** Such as `sale`; few different ones: it labels metrics. */
  readonly name: string;
  readonly value?: ConversionValue | undefined;
  /** A token of the call or the task that it came of, where it is told later or elsewhere; it then counts once. */
  readonly of?: string | undefined;
}

const CURRENCY = /^[A-Z]{3}$/;

/** Throws what the app's OpenTelemetry throws. @param key what makes two the same one; undefined to count each */
export function convert(
  facts: CaseFacts,
  words: { readonly name?: unknown; readonly value?: unknown },
  key: string | undefined,
): OutcomeResult {
  prepareForWords();
  const name = textOf(words.name);
  if (name === undefined) return refuse('OUTCOME_INVALID', 'a conversion without a name');
  const { amount, currency } = (words.value ?? {}) as Partial<ConversionValue>;
  const hasValue = words.value !== undefined;
  const isValue = Number.isFinite(amount) && typeof currency === 'string' && CURRENCY.test(currency);
  if (hasValue && !isValue)
    return refuse('OUTCOME_INVALID', 'a value without an amount in figures and a currency such as EUR');
  const attributes = {
    ...attributesOf(facts),
    [ledger.conversionName.key]: name,
    ...(hasValue && {
      [ledger.conversionValueAmount.key]: amount,
      [ledger.conversionValueCurrency.key]: currency,
    }),
  };
  const isCounted = once(key === undefined ? undefined : `conversion ${name} ${key}`, () => {
    emit('conversion', attributes, contextOf(facts));
    open('conversions', { ...facts.labels, conversionName: name });
    count('conversions', { ...facts.labels, conversionName: name });
  });
  return isCounted ? COUNTED : refuse('OUTCOME_REPEATED', name);
}

/** Counts that what the app is for was reached. Never throws: the result says what happened. */
export function converted(words: ConversionWords): OutcomeResult {
  return told('a conversion', () => {
    const token = words?.of;
    if (token === undefined) return convert(factsHere(), words ?? {}, undefined);
    const content = openOwnToken(token, 'any');
    return isRefusal(content) ? content : convert(content.facts, words, caseKey(content));
  });
}
