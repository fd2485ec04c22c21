import type { Call } from './call.ts';
import type { Fold } from './endpoint.ts';

/**
 * Ends calls whose answer, stream or iterator the app dropped unread. What is held must not reach back to
 * what it is registered with, or neither would ever be collected: hence records and no closures.
 */
const answers = new FinalizationRegistry<Call>((call) => {
  if (!call.isParsing) call.endAtHeaders();
});
const streams = new FinalizationRegistry<Call>((call) => {
  if (!call.isBeingRead) call.cancel();
});
const iterators = new FinalizationRegistry<{ readonly call: Call; readonly fold: Fold<unknown, unknown> }>(
  ({ call, fold }) => {
    call.stopReading(fold);
  },
);

/** Ends a call when the properties of its answer were collected and nobody ever asked for the parsed value. */
export function endWhenNeverParsed(props: object, call: Call): void {
  answers.register(props, call);
}

/** Ends a call when its stream was collected and nobody ever read it. */
export function endWhenNeverRead(stream: object, call: Call): void {
  streams.register(stream, call);
}

/** Ends a call when the iterator over its stream was collected half-read. */
export function endWhenHalfRead(iterator: object, call: Call, fold: Fold<unknown, unknown>): void {
  iterators.register(iterator, { call, fold });
}
