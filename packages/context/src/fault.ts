const FRAME = /^\s+at .*:\d+:\d+\)?$/;

function frameOf({ stack, message }: Error): string {
  if (typeof stack !== 'string') return '';
  // The message stands in front of the frames, and its lines may look like one.
  const after = stack.slice(stack.indexOf(message) + message.length);
  return after.split('\n').find((line) => FRAME.test(line)) ?? '';
}

/** The name of an error's class, or what else was thrown. Its own `name` may be any text. Never throws. */
export function classOfError(error: unknown): string {
  try {
    if (!(error instanceof Error)) return typeof error;
    const { name }: { name?: unknown } = error.constructor;
    return typeof name === 'string' && name !== '' ? name : 'Error';
  } catch {
    return 'unreadable';
  }
}

/**
 * An error in words that may be told: its class, and where it was thrown. Never its message, which may quote what
 * people wrote. An error of any shape is survived.
 */
export function describeFault(error: unknown): string {
  try {
    return error instanceof Error ? `${classOfError(error)} ${frameOf(error).trim()}`.trim() : typeof error;
  } catch {
    return 'unreadable';
  }
}
