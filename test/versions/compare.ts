/** The first places where two plain values differ, for people. */
export function findDifferences(wanted: unknown, got: unknown, path = '', found: string[] = []): string[] {
  if (found.length >= 5 || Object.is(wanted, got)) return found;
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (!isObject(wanted) || !isObject(got) || Array.isArray(wanted) !== Array.isArray(got)) {
    found.push(`${path || 'value'}: ${show(wanted)} became ${show(got)}`);
    return found;
  }
  if (Array.isArray(wanted) && wanted.length !== (got as unknown[]).length) {
    found.push(`${path}: ${wanted.length} items became ${(got as unknown[]).length}`);
  }
  const keys = Object.keys(wanted);
  if (!Array.isArray(wanted) && keys.join() !== Object.keys(got).join()) {
    found.push(`${path}: keys ${keys.join()} became ${Object.keys(got).join()}`);
  }
  for (const key of keys) {
    const [one, two] = [wanted, got].map((holder) => (holder as Record<string, unknown>)[key]);
    findDifferences(one, two, `${path}.${key}`, found);
  }
  return found;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
