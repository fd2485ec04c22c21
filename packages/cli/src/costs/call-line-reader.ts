import { callLine, type CallLineField } from '@genvitals/conventions';

/** What is read of a call line. */
export interface ReadCall {
  readonly atMs: number;
  readonly provider: string;
  readonly model: string;
  readonly isAnswered: boolean;
  readonly inputTokens: number | undefined;
  readonly cachedTokens: number;
  readonly outputTokens: number | undefined;
  readonly costUsd: number | undefined;
  readonly costStatus: string | undefined;
}

const TYPES = { timestamp: 'string', string: 'string', int: 'number', double: 'number' } as const;

const fields = Object.entries(callLine).map(([name, { type, ...row }]) => ({
  name,
  type: TYPES[type],
  isRequired: 'isRequired' in row,
}));

function isCallLine(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Readonly<Record<string, unknown>>;
  return fields.every(({ name, type, isRequired }) => {
    const came = line[name];
    if (came === undefined) return !isRequired;
    return typeof came === type && (type === 'string' || (came as number) >= 0);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses a line; gives undefined where it is none of a call. */
export function readCallLine(text: string): ReadCall | undefined {
  // Logs of apps have other lines between ours, and most are no JSON at all.
  const line = text.startsWith('{') ? parseJson(text) : undefined;
  if (!isCallLine(line)) return undefined;
  const textOf = (field: CallLineField): string | undefined => line[field] as string | undefined;
  const numberOf = (field: CallLineField): number | undefined => line[field] as number | undefined;
  const atMs = Date.parse(textOf('timestamp') ?? '');
  if (!Number.isFinite(atMs)) return undefined;
  return {
    atMs,
    provider: textOf('provider') ?? '',
    model: textOf('response_model') ?? textOf('model') ?? '(no model)',
    isAnswered: textOf('outcome') !== 'error',
    inputTokens: numberOf('input_tokens'),
    cachedTokens: numberOf('cached_tokens') ?? 0,
    outputTokens: numberOf('output_tokens'),
    costUsd: numberOf('cost_usd'),
    costStatus: textOf('cost_status'),
  };
}
