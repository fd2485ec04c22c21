import { type Ask, promptTextOf } from './ask.ts';
import { toGroundedAnswer, toPlainQuote } from './grounded-answer.ts';
import { isRefused } from './harm.ts';
import type { Effects } from './incidents.ts';
import { toFiller, toInventedAnswer, toVagueAnswer, topicOf, withWrongFigures } from './invented-answer.ts';
import { type ReadPrompt, readPrompt } from './passages.ts';
import { type Random, createRandom } from './random.ts';
import { toSchemaValue } from './schema-value.ts';
import { countTokens, toTokens } from './tokens.ts';
import { type ChosenCall, chooseCalls } from './tool-choice.ts';

export interface ToolCall extends ChosenCall {
  readonly pieces: readonly string[];
}

/** One choice of an answer, before an endpoint gives it its shape. */
export interface Answer {
  readonly kind: 'text' | 'refusal' | 'tools';
  /** The text token by token; a stream sends them one by one. */
  readonly pieces: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly reasoningTokens: number;
  /** All tokens of the answer, reasoning among them. */
  readonly outputTokens: number;
  readonly finish: 'stop' | 'length' | 'tool_calls' | 'content_filter';
}

const refusal = "I'm sorry, but I can't help with that request.";
const unknownAnswer = 'The documents I was given do not say anything about that.';
/** Name, brackets and the rest of what a call is wrapped in. */
const tokensAroundToolCall = 7;

const efforts: Record<string, number> = { none: 0, minimal: 0.2, low: 0.5, medium: 1, high: 2.5, xhigh: 4 };

function reasoningTokensFor(ask: Ask, effects: Effects, random: Random): number {
  if (!ask.model.reasoning) return 0;
  const effort = efforts[ask.effort ?? 'medium'] ?? 1;
  // Reasoning is counted in steps of 64, as the real figures are.
  return 64 * Math.round(random.logNormal(4, 0.5) * effort * effects.reasoningFactor);
}

/** "Reply with exactly OK." is a favourite of tests, and a model does it. */
function literalAnswer(question: string): string | undefined {
  const match =
    /^\W*(?:reply|respond|answer)\s+with\s+exactly:?\s+(.+)$/isu.exec(question) ??
    /^\W*say:?\s+["“]?(.+?)["”]?$/isu.exec(question);
  return match?.[1]?.trim();
}

function honestAnswer({ question, passages }: ReadPrompt, answersTool: boolean, random: Random): string {
  if (passages.length === 0) return toInventedAnswer(question, random);
  return (
    toGroundedAnswer(question, passages, random) ?? (answersTool ? toPlainQuote(passages) : unknownAnswer)
  );
}

function degrade(answer: string, question: string, random: Random): string {
  const wrong = withWrongFigures(answer, random);
  const ways = [toVagueAnswer, toInventedAnswer, () => wrong].slice(0, wrong === answer ? 2 : 3);
  return random.pick(ways)(question, random);
}

function lengthen(text: string, question: string, wantedTokens: number, random: Random): string {
  const sentences = [text];
  let tokens = countTokens(text);
  while (tokens < wantedTokens) {
    const sentence = toFiller(question, random);
    sentences.push(sentence);
    tokens += Math.max(1, countTokens(sentence));
  }
  return sentences.join(' ');
}

const longestAskedFor = 20_000;

function plainText(
  ask: Ask,
  prompt: ReadPrompt,
  effects: Effects,
  degraded: boolean,
  random: Random,
): string {
  const { question } = prompt;
  const literal = literalAnswer(question);
  if (literal !== undefined) return literal;
  const honest = honestAnswer(prompt, ask.turns.at(-1)?.role === 'tool', random);
  const text = degraded ? degrade(honest, question, random) : honest;
  const words = /\b(\d{2,6})[- ]?words?\b/iu.exec(question)?.[1];
  const asked = words === undefined ? 0 : Math.min(longestAskedFor, Math.round(Number(words) * 1.3));
  const wanted =
    effects.outputFactor === 1 ? asked : Math.max(asked, countTokens(text) * effects.outputFactor);
  return lengthen(text, question, wanted, random);
}

function formatted(ask: Ask, text: string, question: string, random: Random): string {
  if (ask.format.kind === 'text') return text;
  if (ask.format.kind === 'json') return JSON.stringify({ answer: text });
  const textFor = (property: string): string =>
    /answer|text|content|message|summary|reason|explanation|comment|description|response/iu.test(property)
      ? text
      : topicOf(question);
  return JSON.stringify(toSchemaValue(ask.format.schema, textFor, random));
}

function cutAtStop(text: string, stop: readonly string[]): string {
  const places = stop.map((word) => (word === '' ? -1 : text.indexOf(word))).filter((place) => place >= 0);
  return places.length === 0 ? text : text.slice(0, Math.min(...places));
}

/** Calls as far as the budget goes: one that does not fit is cut in its arguments, as a text would be. */
function toToolAnswer(
  chosen: readonly ChosenCall[],
  reasoningTokens: number,
  budget: number,
): Omit<Answer, 'reasoningTokens'> {
  const toolCalls: ToolCall[] = [];
  let left = budget;
  for (const call of chosen) {
    const around = Math.min(left, countTokens(call.name) + tokensAroundToolCall);
    const all = toTokens(call.arguments);
    const pieces = all.slice(0, left - around);
    toolCalls.push({ name: call.name, arguments: pieces.join(''), pieces });
    left -= around + pieces.length;
    if (pieces.length < all.length) break;
  }
  const whole =
    toolCalls.length === chosen.length && toolCalls.at(-1)?.arguments === chosen.at(-1)?.arguments;
  return {
    kind: 'tools',
    pieces: [],
    toolCalls,
    outputTokens: reasoningTokens + budget - left,
    finish: whole ? 'tool_calls' : 'length',
  };
}

/** What is different about one call. */
export interface AnswerCircumstances {
  readonly seed: number;
  readonly choice: number;
  readonly effects: Effects;
  /** Chance that belongs to the call, not to the prompt: whether it is struck, how long it thinks. */
  readonly random: Random;
  /** The content filter stops it halfway. */
  readonly filtered: boolean;
}

/** What the model says. The same prompt gets the same words under the same seed; only luck differs by call. */
export function toAnswer(ask: Ask, circumstances: AnswerCircumstances): Answer {
  const { effects, choice, seed, filtered } = circumstances;
  const degraded = circumstances.random.next() < effects.degradedShare;
  const wantedReasoning = reasoningTokensFor(ask, effects, circumstances.random);
  const random = createRandom(seed, choice, ask.model.id, promptTextOf(ask));
  const prompt = readPrompt(ask.turns);
  const budget = ask.maxOutputTokens ?? ask.model.maxOutputTokens;
  const reasoningTokens = Math.min(wantedReasoning, budget);
  const left = budget - reasoningTokens;
  const base = { reasoningTokens, toolCalls: [], pieces: [] };
  // Reasoning comes out of the same budget: a small one ends before the first word.
  if (left === 0) return { ...base, kind: 'text', outputTokens: reasoningTokens, finish: 'length' };

  const refused = isRefused(prompt.question);
  const chosen = refused ? [] : chooseCalls(ask, prompt.question, effects.keepCallingTools, random);
  if (chosen.length > 0) return { reasoningTokens, ...toToolAnswer(chosen, reasoningTokens, left) };

  const text = refused
    ? refusal
    : formatted(ask, plainText(ask, prompt, effects, degraded, random), prompt.question, random);
  const pieces = toTokens(cutAtStop(text, ask.stop));
  const allowed = filtered ? Math.min(left, Math.floor(pieces.length / 2)) : left;
  const kept = pieces.slice(0, allowed);
  const finish = filtered ? 'content_filter' : kept.length < pieces.length ? 'length' : 'stop';
  return {
    ...base,
    kind: refused ? 'refusal' : 'text',
    pieces: kept,
    outputTokens: reasoningTokens + kept.length,
    finish,
  };
}
