import type { Call } from './call.ts';
import type { Fold } from './endpoint.ts';

type Reading = Fold<unknown, unknown>;

interface Held {
  readonly call: Call;
  readonly end: (call: Call, fold: Reading | undefined) => void;
  readonly fold?: Reading;
}

/**
 * Ends calls whose answer or stream the app dropped. What is held must not reach back to what it is registered
 * with, or neither would ever be collected: hence functions of the module and no closures.
 */
const dropped = new FinalizationRegistry<Held>(({ call, end, fold }) => {
  end(call, fold);
});

function endUnparsed(call: Call): void {
  if (!call.isParsing) call.endAtHeaders();
}

function endUnread(call: Call, fold: Reading | undefined): void {
  if (fold !== undefined && call.isBeingRead) call.stopReading(fold);
  else call.cancel();
}

/** Ends a call when the properties of its answer were collected and nobody ever asked for the parsed value. */
export function endWhenNeverParsed(props: object, call: Call): void {
  hold(props, { call, end: endUnparsed });
}

/** Ends a call when its stream was collected unread or half-read: a generator keeps alive what it was called on. */
export function endWhenNotReadOut(stream: object, call: Call, fold: Reading): void {
  hold(stream, { call, end: endUnread, fold });
}

/**
 * A call has one registration at most. What is registered survives every minor collection, a stream with all its
 * buffers, so it is let go of when the call ends.
 */
function hold(target: object, held: Held): void {
  letGo(held.call);
  held.call.isHeld = true;
  dropped.register(target, held, held.call);
}

/** Lets go of what a call was registered with. */
export function letGo(call: Call): void {
  if (call.isHeld) dropped.unregister(call);
}
