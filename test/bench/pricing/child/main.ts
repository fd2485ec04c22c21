/** Loads one package, in a process of its own, and prints what that took as JSON. */
const specifier = process.argv[2] ?? '';
const collect = globalThis.gc;
if (collect === undefined) throw new Error('Expected --expose-gc');

collect();
const heapBefore = process.memoryUsage().heapUsed;
const startedAt = process.cpuUsage();
const loaded = (await import(specifier)) as object;
const { user, system } = process.cpuUsage(startedAt);
collect();
const bytes = process.memoryUsage().heapUsed - heapBefore;
process.stdout.write(JSON.stringify({ cpuMicroseconds: user + system, bytes, names: Object.keys(loaded) }));
