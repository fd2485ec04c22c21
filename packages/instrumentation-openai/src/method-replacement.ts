/** A method of the openai client, whatever its signature is. */
export type Method<This = object> = (this: This, ...args: unknown[]) => unknown;

/** What runs instead of a method: it gets the object, the method itself and its arguments. */
export type Wrapper<This> = (target: This, original: Method<This>, args: unknown[]) => unknown;

/** Marks what is patched already, whichever copy of this package did it. */
const PATCHED = Symbol.for('genvitals.openai.patched');

/** The object of a prototype chain that has a method itself: in openai 4 that is the client's base class. */
function ownerOf(start: object, name: string): object | undefined {
  let owner: object | null = start;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}

/** Puts a wrapper in a method's place, once, under the method's own name and length. */
export function replaceMethod<This extends object>(
  start: object,
  name: string,
  wrapper: Wrapper<This>,
): void {
  const target = ownerOf(start, name);
  if (target === undefined) return;
  const original = (target as Record<string, unknown>)[name] as
    | (Method<This> & { [PATCHED]?: true })
    | undefined;
  if (typeof original !== 'function' || original[PATCHED] === true) return;
  const patched = function (this: This, ...args: unknown[]): unknown {
    return wrapper(this, original, args);
  };
  Object.defineProperty(patched, PATCHED, { value: true });
  Object.defineProperty(patched, 'name', { value: name, configurable: true });
  Object.defineProperty(patched, 'length', { value: original.length, configurable: true });
  Object.defineProperty(target, name, {
    value: patched,
    configurable: true,
    writable: true,
    enumerable: false,
  });
}
