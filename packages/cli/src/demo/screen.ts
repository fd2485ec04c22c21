import type { Surroundings } from '../command.ts';

/** A terminal that is painted over and over, beside what stood on it before. */
export interface Screen {
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

const ESCAPE = '\u001b[';
const ENTER = `${ESCAPE}?1049h${ESCAPE}?25l`;
const LEAVE = `${ESCAPE}?25h${ESCAPE}?1049l`;

export function createScreen(stdout: Surroundings['stdout']): Screen {
  let isOpen = false;
  let isOver = false;
  const close = (): void => {
    isOver = true;
    if (!isOpen) return;
    isOpen = false;
    stdout.write(LEAVE);
    process.off('exit', close);
  };
  return {
    draw(lines) {
      if (isOver) return;
      if (!isOpen) {
        isOpen = true;
        // Whatever ends the process: a terminal without a cursor is a nuisance.
        process.on('exit', close);
        stdout.write(ENTER);
      }
      // Painted over in one write, each line cleared to its end, so that nothing flickers.
      const rows = stdout.rows ?? lines.length;
      // Where there are too few rows, the empty lines are missed least.
      const shown = lines.length > rows ? lines.filter((line) => line !== '') : lines;
      const painted = shown
        .slice(0, rows)
        .map((line) => `${line}${ESCAPE}K`)
        .join('\r\n');
      stdout.write(`${ESCAPE}H${painted}${ESCAPE}J`);
    },
    close,
  };
}
