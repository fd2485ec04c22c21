import type { AttributeRow } from './attributes/attribute-row.ts';
import type { MetricRow } from './metrics/metric-row.ts';

const NOT_IN_A_NAME = /[^a-zA-Z0-9:]+/;
const NOT_IN_A_LABEL = /[^a-zA-Z0-9]+/g;
const STARTS_WITH_DIGIT = /^\d/;

/** The words that Prometheus adds for a unit; units in braces are annotations and add none. */
const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds' };

/**
 * The name that an OTLP metric has in Prometheus 3 (translation strategy UnderscoreEscapingWithSuffixes, its
 * default). A histogram's series have `_bucket`, `_count` and `_sum` after it.
 */
export function prometheusName({ name, unit, kind }: Pick<MetricRow, 'name' | 'unit' | 'kind'>): string {
  let words = name.split(NOT_IN_A_NAME).filter((word) => word !== '');
  const unitWord = UNIT_WORDS[unit];
  if (unitWord !== undefined && !words.includes(unitWord)) words.push(unitWord);
  const suffix = kind === 'counter' ? 'total' : kind === 'gauge' && unit === '1' ? 'ratio' : undefined;
  if (suffix !== undefined) words = [...words.filter((word) => word !== suffix), suffix];
  const joined = words.join('_');
  return STARTS_WITH_DIGIT.test(joined) ? `_${joined}` : joined;
}

/** The name that an attribute has as a label in Prometheus 3. */
export function prometheusLabel({ key }: Pick<AttributeRow, 'key'>): string {
  const label = key.replaceAll(NOT_IN_A_LABEL, '_');
  return STARTS_WITH_DIGIT.test(label) ? `key_${label}` : label;
}
