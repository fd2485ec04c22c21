import type { Turn } from './ask.ts';
import { isObject } from './json.ts';
import { wordsOf } from './words.ts';

export interface Passage {
  /** The mark the prompt gives it, as "[2]"; '' where it has none. */
  readonly mark: string;
  readonly sentences: readonly string[];
}

export interface ReadPrompt {
  /** What is asked: the last user turn without the context it carries. */
  readonly question: string;
  /** The context that stands in the prompt; empty where the app sent none. */
  readonly passages: readonly Passage[];
}

const contextNoun =
  'context|documents?|docs|sources?|passages?|excerpts?|articles?|knowledge|references?|search results|snippets?|information|notes|handbook|manual|faqs?|policies';
const openingTag = new RegExp(`<(${contextNoun.replace(/ /gu, '[_-]')})\\b[^<>]{0,200}>`, 'giu');
/** A line that opens the context: "Context:", "Use these documents:", "## Context". */
const opening = new RegExp(
  `\\b(?:${contextNoun})\\b.*:\\W*$|^\\s*(?:#+|\\*\\*)\\s*(?:${contextNoun})\\W*$`,
  'iu',
);
/** A sentence that announces it: "Answer from the documents below." It opens only what follows a blank line. */
const announcement = new RegExp(
  `\\b(?:${contextNoun})\\b.*\\b(?:below|following)\\b|\\bfollowing\\b.*\\b(?:${contextNoun})\\b`,
  'iu',
);
/** "Context: the text itself" on one line. */
const inlineContext = new RegExp(`^\\W*(?:${contextNoun})\\W*:\\s*(?=\\S)`, 'iu');
const questionLabel =
  /^\W*(?:the\s+)?(?:user'?s?\s+)?(?:question|query|user|customer|task|request)\b[^:\n]{0,30}:\s*/iu;
const endWords = 'question|query|user|customer|task|request|answer|instructions?|rules|format';
const endLabel = new RegExp(`^\\W*(?:${endWords})\\b[^:\\n]{0,30}:|^\\s*#+\\s*(?:${endWords})\\b`, 'iu');
const passageMark =
  /^\s*(?:#+\s*)?(\[\d+\]|\(\d+\)|(?:document|doc|source|passage|excerpt|article)\s+#?\d+)\W*\s*/iu;
const placeholder =
  /^\W*(?:none|n\/a|empty|null|undefined|nothing(?: found)?|no (?:relevant |matching )?(?:context|documents?|passages?|results?|sources?|information|articles?)\b.*)\W*$/iu;

function toSentences(text: string): string[] {
  return (
    text
      .split(/(?<=[.!?])["”')\]]?\s+(?=\S)|\n+/u)
      // A heading is no sentence: it is not what an answer quotes.
      .filter((line) => !/^\s*#/u.test(line))
      .map((sentence) => sentence.replace(/^[\s>*\-•]+/u, '').trim())
      .filter(
        (sentence) => wordsOf(sentence).length >= 3 && !placeholder.test(sentence.slice(0, longestLabel)),
      )
  );
}

/** The leaves of a value as "key: value". */
function leavesOf(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, key));
  if (isObject(value)) return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, name));
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return [key === '' ? shown : `${key}: ${shown}`];
}

/** A tool's JSON as one sentence, so that an answer can quote it. */
function flattenJson(text: string): string {
  if (!/^\s*[[{]/u.test(text)) return text;
  try {
    return leavesOf(JSON.parse(text), '').join(', ');
  } catch {
    return text;
  }
}

/** Patterns with a free middle are tried on so much of a line only: a prompt may be one line of megabytes. */
const longestLabel = 300;
const longestQuestion = 8000;

interface Block {
  mark: string;
  lines: string[];
}

/** Takes `<context>...</context>` and its like out of a text; one pass, however many tags stay open. */
function takeTagged(text: string, blocks: Block[]): string {
  const kept: string[] = [];
  const neverClosed = new Set<string>();
  let from = 0;
  for (const match of text.matchAll(openingTag)) {
    const closing = `</${match[1] ?? ''}>`;
    if (match.index < from || neverClosed.has(closing)) continue;
    const inside = match.index + match[0].length;
    const end = text.indexOf(closing, inside);
    if (end < 0) {
      neverClosed.add(closing);
      continue;
    }
    blocks.push({
      mark: '',
      lines: text
        .slice(inside, end)
        .replace(/<[^<>]{0,200}>/gu, '\n')
        .split('\n'),
    });
    kept.push(text.slice(from, match.index));
    from = end + closing.length;
  }
  kept.push(text.slice(from));
  return kept.join('\n');
}

/** Splits one turn into the blocks of context it carries and the rest. */
function splitTurn(text: string): { readonly blocks: readonly Block[]; readonly rest: string } {
  const blocks: Block[] = [];
  const rest: string[] = [];
  const untagged = takeTagged(text, blocks);
  let current: Block | undefined;
  let announced = false;
  for (const line of untagged.split('\n')) {
    const label = line.slice(0, longestLabel);
    const opensHere =
      (line.length <= longestLabel && opening.test(label)) || (announced && line.trim() === '');
    announced = announcement.test(label);
    const mark = passageMark.exec(line);
    if (mark !== null) {
      current = { mark: mark[1] ?? '', lines: [line.slice(mark[0].length)] };
      blocks.push(current);
    } else if (endLabel.test(line)) {
      current = undefined;
      rest.push(line);
    } else if (inlineContext.test(line)) {
      current = { mark: '', lines: [line.replace(inlineContext, '')] };
      blocks.push(current);
    } else if (current === undefined && opensHere) {
      current = { mark: '', lines: [] };
      blocks.push(current);
    } else if (current === undefined) {
      rest.push(line);
    } else {
      current.lines.push(line);
    }
  }
  return { blocks, rest: rest.join('\n') };
}

function questionOf(rest: string): string {
  const lines = rest.split('\n');
  const labelled = lines.findLastIndex((line) => questionLabel.test(line));
  if (labelled < 0) return rest.trim();
  const first = (lines[labelled] ?? '').replace(questionLabel, '');
  const following = lines.slice(labelled + 1);
  const end = following.findIndex((line) => endLabel.test(line));
  const asked = [first, ...(end < 0 ? following : following.slice(0, end))].join('\n').trim();
  return asked === '' ? rest.trim() : asked;
}

/** Reads a prompt as a model would: what is the context, and what is asked of it. */
export function readPrompt(turns: readonly Turn[]): ReadPrompt {
  const passages: Passage[] = [];
  let question = '';
  for (const turn of turns) {
    if (turn.role === 'assistant') continue;
    if (turn.role === 'tool') {
      const flat = flattenJson(turn.text);
      const sentences = toSentences(flat);
      if (sentences.length > 0 || flat.trim() !== '') {
        passages.push({ mark: '', sentences: sentences.length > 0 ? sentences : [flat.trim()] });
      }
      continue;
    }
    const { blocks, rest } = splitTurn(turn.text);
    for (const block of blocks) {
      const sentences = toSentences(block.lines.join('\n'));
      if (sentences.length > 0) passages.push({ mark: block.mark, sentences });
    }
    if (turn.role === 'user') question = questionOf(rest).slice(0, longestQuestion);
  }
  return { question, passages };
}
