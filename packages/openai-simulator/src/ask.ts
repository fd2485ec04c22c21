import type { Model } from './models.ts';
import type { PromptPart } from './tokens.ts';

/** One message of a conversation, whichever endpoint it came by. `developer` is `system` here. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Tokens of what has no text: images, audio, files. */
  readonly extraTokens: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema, as it came. */
  readonly parameters: unknown;
}

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: unknown };

/** What is asked of a model, whichever endpoint it came by. */
export interface Ask {
  readonly model: Model;
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  /** 'auto', 'none', 'required', or the tool that must be called. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string };
  readonly parallelToolCalls: boolean;
  readonly format: OutputFormat;
  readonly maxOutputTokens: number | undefined;
  readonly stop: readonly string[];
  readonly effort: string | undefined;
}

/** The prompt as text: what an incident looks at, and what makes one prompt's answer its own. */
export function promptTextOf(ask: Ask): string {
  return ask.turns.map((turn) => `${turn.role}: ${turn.text}`).join('\n');
}

/** The prompt as the model counts it: tools first, then each turn with its marks. */
export function promptPartsOf(ask: Ask): PromptPart[] {
  const parts: PromptPart[] = [];
  for (const tool of ask.tools) {
    parts.push({
      text: `${tool.name} ${tool.description} ${JSON.stringify(tool.parameters ?? null)}`,
      extraTokens: 8,
    });
  }
  if (ask.format.kind === 'schema') {
    parts.push({ text: JSON.stringify(ask.format.schema ?? null), extraTokens: 8 });
  }
  for (const turn of ask.turns) {
    parts.push({ text: turn.role, extraTokens: 2 });
    parts.push({ text: turn.text, extraTokens: turn.extraTokens });
  }
  parts.push({ text: '', extraTokens: 3 });
  return parts;
}
