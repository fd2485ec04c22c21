import * as fc from 'fast-check';

/** Values that no JSON holds, and that an app may hand to the client all the same. */
const oddities: readonly (() => unknown)[] = [
  () => undefined,
  () => Number.NaN,
  () => 10n,
  () => Symbol('odd'),
  () => () => 'odd',
  () => new Date(0),
  () => new Date(Number.NaN),
  () => Buffer.from('odd'),
  () => new Float32Array(3),
  () => new Map([['a', 1]]),
  () => Object.create(null) as unknown,
  () => {
    const circle: unknown[] = [];
    circle.push(circle, { circle });
    return circle;
  },
  () => ({
    get content(): string {
      throw new Error('no content');
    },
  }),
  () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no field');
        },
      },
    ),
  () => JSON.parse('{"__proto__": {"role": "user"}}') as unknown,
  () => JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown,
  () => `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  () => '{"id":12345678901234567890}',
  () => `data:image/png;base64,${'A'.repeat(40)}`,
  () => 'data:,',
  () => 'data:',
  () => 'A'.repeat(2000),
  () => 'constructor',
  () => '__proto__',
];

/**
 * Values of any type and shape whose keys and texts are mostly `words`: those that the readers look for.
 * @param types what half of the objects have as their `type`
 */
export function oddValues(words: readonly string[], types: readonly string[]): fc.Arbitrary<unknown> {
  const word = fc.constantFrom(...words);
  const leaf = fc.oneof(
    { weight: 4, arbitrary: word },
    fc.constantFrom(null, true, 0, 1, -1, 1.5, '', '{"a":[1]}', 'https://example.com/a.png'),
    fc.string({ maxLength: 12 }),
    fc.constantFrom(...oddities).map((make) => make()),
  );
  const key = fc.oneof({ weight: 6, arbitrary: word }, fc.string({ maxLength: 4 }));
  return fc.letrec<{ value: unknown; object: object }>((tie) => ({
    object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
    value: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'value' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
      fc
        .tuple(tie('object'), fc.constantFrom(...types))
        .map(([object, type]) => Object.assign(object, { type })),
    ),
  })).value;
}
