import type { Call } from './call.ts';
import type { Fold } from './endpoint.ts';

type Reading = Fold<unknown, unknown>;

interface Held {
  readonly call: Call;
  readonly end: (call: Call, fold: Reading | undefined) => void;
  readonly fold?: Reading;
}

/**
 * Ends calls whose answer, stream or iterator the app dropped unread. What is held must not reach back to what it
 * is registered with, or neither would ever be collected: hence functions of the module and no closures.
 */
const dropped = new FinalizationRegistry<Held>(({ call, end, fold }) => {
  end(call, fold);
});

function endUnparsed(call: Call): void {
  if (!call.isParsing) call.endAtHeaders();
}

function endUnread(call: Call): void {
  if (!call.isBeingRead) call.cancel();
}

function endHalfRead(call: Call, fold: Reading | undefined): void {
  if (fold !== undefined) call.stopReading(fold);
}

/** Ends a call when the properties of its answer were collected and nobody ever asked for the parsed value. */
export function endWhenNeverParsed(props: object, call: Call): void {
  hold(props, { call, end: endUnparsed });
}

/** Ends a call when its stream was collected and nobody ever read it. */
export function endWhenNeverRead(stream: object, call: Call): void {
  hold(stream, { call, end: endUnread });
}

/** Ends a call when the iterator over its stream was collected half-read. */
export function endWhenHalfRead(iterator: object, call: Call, fold: Reading): void {
  hold(iterator, { call, end: endHalfRead, fold });
}

/**
 * A call has one registration at most. What is registered survives every minor collection, and with a stream all
 * its buffers do: 500 chunks cost 150 µs more of major collections where the registration outlived the call.
 */
function hold(target: object, held: Held): void {
  if (held.call.isHeld) dropped.unregister(held.call);
  held.call.isHeld = true;
  dropped.register(target, held, held.call);
}

/** Lets go of what a call that has ended was registered with. */
export function letGo(call: Call): void {
  if (call.isHeld) dropped.unregister(call);
}
