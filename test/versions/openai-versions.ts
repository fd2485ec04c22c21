/** One tested release of the openai client: a row here is a column of the matrix. */
export interface OpenAIVersion {
  readonly text: string;
  /** The name it is installed under; its real path is .../node_modules/openai, which is what the hook sees. */
  readonly alias: string;
  readonly major: number;
  readonly minor: number;
}

function defineVersion(text: string): OpenAIVersion {
  const [major, minor] = text.split('.', 2);
  return { text, alias: `openai-${major}-${minor}`, major: Number(major), minor: Number(minor) };
}

/** The oldest supported release, the last ones of 4, 5 and 6, and 7 where its inside changed. */
export const openAIVersions: readonly OpenAIVersion[] = [
  defineVersion('4.19.0'),
  defineVersion('4.104.0'),
  defineVersion('5.23.2'),
  defineVersion('6.49.0'),
  defineVersion('7.0.0'),
  defineVersion('7.5.0'),
  defineVersion('7.21.0'),
  defineVersion('7.57.0'),
];

/** @param bound a version as `major.minor`. */
export function isAtLeast(version: OpenAIVersion, bound: string): boolean {
  const [major, minor] = bound.split('.', 2).map(Number) as [number, number];
  return version.major > major || (version.major === major && version.minor >= minor);
}
