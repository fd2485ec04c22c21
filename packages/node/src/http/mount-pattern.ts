/** One parameter of an express 4 mount; unnamed groups have numbers. */
export interface Key {
  readonly name?: string | number;
}

const HEAD = /^\^/;
const TAIL = /(?:\\\/\?)?(?:\(\?=\\\/\|\$\))?$/;
const LITERAL = /^[\w\-~%@!:,;=&'/ ]$/;

/**
 * The pattern a mount of express 4 was written as, read back from the regular expression it keeps:
 * `^\/tenants\/(?:([^\/]+?))\/?(?=\/|$)` is `/tenants/:tenant`. Unknown of one that is more than names and parameters.
 */
export function patternOf(source: string, keys: readonly Key[]): string | undefined {
  if (!HEAD.test(source) || !source.endsWith(String.raw`(?=\/|$)`)) return undefined;
  const reader = new PatternReader(source.replace(HEAD, '').replace(TAIL, ''), keys);
  return reader.read();
}

/** How many groups a regular expression captures. */
export function groupsIn(source: string): number {
  return (new RegExp(`${source}|`).exec('')?.length ?? 1) - 1;
}

class PatternReader {
  readonly #source: string;
  readonly #keys: readonly Key[];
  #at = 0;
  #keyAt = 0;

  constructor(source: string, keys: readonly Key[]) {
    this.#source = source;
    this.#keys = keys;
  }

  read(): string | undefined {
    const pattern = this.#sequence();
    return pattern !== undefined && this.#at === this.#source.length ? pattern : undefined;
  }

  #sequence(): string | undefined {
    let pattern = '';
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      const part = this.#part();
      if (part === undefined) return undefined;
      pattern += part;
    }
    return pattern;
  }

  #part(): string | undefined {
    if (this.#source.startsWith('(?:', this.#at)) return this.#group();
    const char = this.#source[this.#at] ?? '';
    if (char === '(') return this.#parameter();
    if (char !== '\\') return LITERAL.test(char) ? this.#take(char, 1) : undefined;
    const escaped = this.#source[this.#at + 1] ?? '';
    // `\d` and the like stand for many characters.
    return /\W/.test(escaped) ? this.#take(escaped, 2) : undefined;
  }

  #group(): string | undefined {
    this.#at += 3;
    const inner = this.#sequence();
    if (inner === undefined || this.#source[this.#at] !== ')') return undefined;
    this.#at += 1;
    if (this.#source[this.#at] !== '?') return inner;
    this.#at += 1;
    return /^[/.]?:\w+$/.test(inner) ? `${inner}?` : `(${inner})?`;
  }

  #parameter(): string | undefined {
    const end = this.#endOfGroup();
    const body = this.#source.slice(this.#at + 1, end);
    if (end === -1 || body.startsWith('?') || groupsIn(body) > 0) return undefined;
    const name = this.#keys[this.#keyAt]?.name ?? 'value';
    this.#keyAt += 1;
    this.#at = end + 1;
    return typeof name === 'number' && body === '.*' ? '*' : `:${name}`;
  }

  #endOfGroup(): number {
    let depth = 0;
    let isInClass = false;
    for (let at = this.#at; at < this.#source.length; at += 1) {
      const char = this.#source[at];
      if (char === '\\') at += 1;
      else if (isInClass) isInClass = char !== ']';
      else if (char === '[') isInClass = true;
      else if (char === '(') depth += 1;
      else if (char === ')' && (depth -= 1) === 0) return at;
    }
    return -1;
  }

  #take(text: string, length: number): string {
    this.#at += length;
    return text;
  }
}
