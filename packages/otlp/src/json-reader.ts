import { OtlpError } from './errors.ts';
import { MAX_DEPTH, MAX_FIELDS, tooManyFields } from './wire-reader.ts';

/** Where in a JSON request the reader is, so that an error can name the place. */
export class JsonReader {
  readonly path: (string | number)[] = [];
  depth = 0;
  fields = 0;

  fail(wanted: string, came: unknown): never {
    const place = this.path.length === 0 ? 'the body' : this.path.join('.');
    throw new OtlpError('OTLP_MALFORMED', `expected ${place} to be ${wanted}, got ${describe(came)}`);
  }

  object(json: unknown): Record<string, unknown> {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) this.fail('an object', json);
    return json as Record<string, unknown>;
  }

  enter(fields: number): void {
    this.fields += fields;
    if (this.fields > MAX_FIELDS) throw tooManyFields();
    if (++this.depth > MAX_DEPTH) this.fail(`nested at most ${MAX_DEPTH} deep`, 'more');
  }

  leave(): void {
    this.depth--;
  }
}

/** The type and, of what cannot be content, the value: bodies may hold prompts, and errors end up in logs. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number' || typeof value === 'boolean') return `${value} (${typeof value})`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
