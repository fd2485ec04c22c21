import type { Surroundings } from '../command.ts';
import { type BoardState, toBoard, toHeader, toProgressLine } from './board.ts';
import type { CallBook } from './call-book.ts';
import { createScreen } from './screen.ts';
import { createStyle } from '../text.ts';

const REPAINT_MS = 250;
const LINE_MS = 2_000;
const WIDTH = 80;

/** What people see while the demo runs. */
export interface Show {
  phase(text: string): void;
  incident(summary: string): void;
  /** Ends what moves; what is printed after it stays. */
  close(): void;
  /** The last state of the board, for the closing. */
  board(): string[];
  readonly elapsedSeconds: () => number;
}

export interface ShowOptions {
  readonly book: CallBook;
  readonly surroundings: Surroundings;
  /** Prints nothing by itself. */
  readonly isSilent: boolean;
}

/** A board that is painted over and over on a terminal; elsewhere a line now and then. */
export function createShow({ book, surroundings, isSilent }: ShowOptions): Show {
  const { stdout, env } = surroundings;
  const style = createStyle(stdout);
  const startedAtMs = performance.now();
  const state: { phase: string; incident: string | undefined } = { phase: '', incident: undefined };
  let endedAtMs: number | undefined;
  const elapsedSeconds = (): number => ((endedAtMs ?? performance.now()) - startedAtMs) / 1000;
  const now = (): BoardState => ({ book, elapsedSeconds: elapsedSeconds(), ...state });
  const width = (): number => Math.min(stdout.columns ?? WIDTH, WIDTH);

  const isTerminal = stdout.isTTY === true && env['TERM'] !== 'dumb';
  const screen = isTerminal && !isSilent ? createScreen(stdout) : undefined;
  const paint = (): void =>
    screen?.draw([...toHeader(width(), style), '', ...toBoard(now(), width(), style)]);
  const say = (line: string): void => {
    if (!isSilent && screen === undefined) stdout.write(`${line}\n`);
  };
  for (const line of toHeader(width(), style)) say(line);
  const timer = setInterval(
    () => (screen === undefined ? say(toProgressLine(now())) : paint()),
    screen === undefined ? LINE_MS : REPAINT_MS,
  );

  return {
    phase: (text) => {
      state.phase = text;
      paint();
    },
    incident: (summary) => {
      state.incident = summary;
      say(`      incident: ${summary}`);
    },
    close: () => {
      clearInterval(timer);
      endedAtMs ??= performance.now();
      screen?.close();
    },
    board: () => {
      const header = screen === undefined ? [] : toHeader(width(), style);
      return [...header, '', ...toBoard(now(), width(), style)];
    },
    elapsedSeconds,
  };
}
