import type { CallBook } from './call-book.ts';
import { type Comparison, describeComparison } from './comparison.ts';
import { sumCosts } from './cost-sum.ts';
import { wrap } from '../wrap.ts';
import { counted, type Style } from '../text.ts';

const WIDTH = 78;
/** Of what was added up in another order. */
const SUMMING_NOISE = 1e-9;

/** The last words: whether the signals agree, what the incident changed, what to do next. */
export function toClosing(book: CallBook, comparison: Comparison | undefined, style: Style): string[] {
  return [
    '',
    ...(comparison === undefined ? [] : toIncident(comparison, style)),
    ...wrap(toAgreement(book), WIDTH).map((line) => ` ${line}`),
    '',
    ` ${style.bold('Next, with your own app:')}`,
    '   npm i @genvitals/node',
    '   GENVITALS_CONSOLE=1 node --require @genvitals/node/register app.js',
    '',
  ];
}

function toIncident(comparison: Comparison, style: Style): string[] {
  const { table, note } = describeComparison(comparison);
  const [title = '', ...rows] = table;
  return [
    ` ${style.dim(title)}`,
    ...[...rows, '', ...wrap(note, WIDTH), ''].map((line) => (line === '' ? '' : ` ${line}`)),
  ];
}

function toAgreement(book: CallBook): string {
  const { spans, events, counted: metric, countedUsd = 0 } = book.signals();
  const { usd = 0 } = sumCosts(book.calls());
  if (spans !== events || events !== metric)
    return `Traces tell of ${spans} calls, events of ${events}, metrics of ${metric}: something was lost on the way.`;
  const votes = book.people.votes().length;
  const countedVotes = book.people.countedVotes();
  if (votes !== countedVotes)
    return `Events tell of ${counted(votes, 'vote')}, metrics of ${countedVotes}: something was lost on the way.`;
  const cost = Math.abs(usd - countedUsd) <= usd * SUMMING_NOISE ? ' and the same cost' : '';
  const voted = votes === 0 ? '' : `, events and metrics of the same ${counted(votes, 'vote')}`;
  return `Traces, events and metrics were sent apart and tell of the same ${counted(spans, 'call')}${cost}${voted}: nothing was sampled away, nothing was lost.`;
}
