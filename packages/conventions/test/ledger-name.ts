/** The prefixes that a name in code leaves out; the longest that fits counts. */
const SILENT_PREFIXES = [
  'gen_ai.client.inference.',
  'gen_ai.client.operation.',
  'gen_ai.',
  'genvitals.',
] as const;

function toCamelCase(wireName: string): string {
  return wireName.replaceAll(/[._]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The name in code that a wire name asks for. */
export function ledgerName(wireName: string, options: { readonly proposal?: boolean } = {}): string {
  const prefix = SILENT_PREFIXES.find((each) => wireName.startsWith(each)) ?? '';
  // `inference` and `operation` say which set of names it is, so they stay; `client` says nothing.
  const kept = prefix.startsWith('gen_ai.client.') ? prefix.slice('gen_ai.client.'.length) : '';
  const name = toCamelCase(kept + wireName.slice(prefix.length));
  return options.proposal ? `proposed${name[0]?.toUpperCase()}${name.slice(1)}` : name;
}
