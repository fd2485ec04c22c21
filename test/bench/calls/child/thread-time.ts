const never = new Int32Array(new SharedArrayBuffer(4));
const SHORT_MS = 0.05;

/**
 * CPU that this thread has used, in µs. Linux books it at scheduler ticks, 4 ms apart, and whenever a thread goes
 * to sleep: so this one sleeps for a moment first.
 */
export function threadTimeUs(): number {
  Atomics.wait(never, 0, 0, SHORT_MS);
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
