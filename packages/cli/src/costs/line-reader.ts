import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const NEWLINE = 0x0a;

/**
 * Reads a file line by line, some at a time, however large it is; `.gz` is unpacked. Of a line with more
 * bytes than `maxBytes` undefined comes in its place. Rejects as the file does.
 */
export async function* readLines(
  path: string,
  maxBytes: number,
): AsyncGenerator<readonly (string | undefined)[]> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const unzip = path.endsWith('.gz') ? createGunzip() : undefined;
  if (unzip !== undefined) file.on('error', (error) => unzip.destroy(error)).pipe(unzip);
  let rest: Buffer[] = [];
  let restBytes = 0;

  const takeLine = (end: Buffer): string | undefined => {
    const isTooLong = restBytes + end.length > maxBytes;
    const line = isTooLong ? undefined : Buffer.concat([...rest, end]).toString('utf8');
    rest = [];
    restBytes = 0;
    return line;
  };

  try {
    for await (const chunk of (unzip ?? file) as AsyncIterable<Buffer>) {
      const lines: (string | undefined)[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        lines.push(takeLine(chunk.subarray(start, end)));
        start = end + 1;
      }
      const left = chunk.subarray(start);
      restBytes += left.length;
      // Of a line that is too long already, only its length matters.
      if (restBytes <= maxBytes) rest.push(left);
      else rest = [];
      if (lines.length > 0) yield lines;
    }
    if (restBytes > 0) yield [takeLine(Buffer.alloc(0))];
  } finally {
    file.destroy();
    unzip?.destroy();
  }
}
