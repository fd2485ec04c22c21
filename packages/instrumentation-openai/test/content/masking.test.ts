import { type CallContent, contentPatterns } from '@genvitals/conventions';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasker, maskContent, type MaskPattern } from '../../src/content/masking.ts';

const patterns: readonly MaskPattern[] = Object.values(contentPatterns).map((row) => ({
  ...row,
  regExp: new RegExp(row.pattern, 'gu'),
}));

function mask(text: string): string {
  return createMasker(patterns).mask(text);
}

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow/+==\n-----END RSA PRIVATE KEY-----';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g';

/** What is taken, and what stands then. */
const taken: readonly (readonly [string, string])[] = [
  ['mail anna@example.com.', 'mail <EMAIL_1>.'],
  ['mail <Anna.Lee+shop@mail.example.co.uk>', 'mail <<EMAIL_1>>'],
  ['über@müller.de', '<EMAIL_1>'],
  ['https://example.com/?to=anna%40example.com&x=1', 'https://example.com/?to=<EMAIL_1>&x=1'],
  ['почта иван@пример.рф', 'почта <EMAIL_1>'],
  ['a@xn--bcher-kva.xn--p1ai', '<EMAIL_1>'],
  ['请联系anna@example.com谢谢', '请联系<EMAIL_1>谢谢'],
  ['anna@example.com0bob@example.com', '<EMAIL_1><EMAIL_2>'],
  ['"anna@example.com","x"', '"<EMAIL_1>","x"'],
  ['call +49 170 1234567 today', 'call <PHONE_1> today'],
  ['+49 (0)30 / 123 45 67', '<PHONE_1>'],
  ['+1-415-555-0132', '<PHONE_1>'],
  ['+33 6 12 34 56 78', '<PHONE_1>'],
  ['0049 170 1234567', '<PHONE_1>'],
  ['Tel.0170/1234567', 'Tel.<PHONE_1>'],
  ['06 12 34 56 78', '<PHONE_1>'],
  ['06.12.34.56.78', '<PHONE_1>'],
  ['020 7946 0958', '<PHONE_1>'],
  ['090-1234-5678', '<PHONE_1>'],
  ['(415) 555-0132', '<PHONE_1>'],
  ['415.555.0132', '<PHONE_1>'],
  ['(11) 91234-5678', '<PHONE_1>'],
  ['98765 43210', '<PHONE_1>'],
  ['138 0013 8000', '<PHONE_1>'],
  ['+49\u00A0170\u00A01234567', '<PHONE_1>'],
  ['card 4111111111111111', 'card <CARD_1>'],
  ['4111 1111 1111 1111 123', '<CARD_1> 123'],
  ['2024 4111 1111 1111 1111', '2024 <CARD_1>'],
  ['3782-822463-10005, 12/28', '<CARD_1>, 12/28'],
  ['4111111111111111 12/28', '<CARD_1> 12/28'],
  ['DE89 3704 0044 0532 0130 00 is my account', '<IBAN_1> is my account'],
  ['de89370400440532013000', '<IBAN_1>'],
  ['GB82 WEST 1234 5698 7654 32', '<IBAN_1>'],
  ['key=sk-proj-abcDEF0123456789abcDEF_-x', 'key=<API_KEY_1>'],
  ['sk-abcdefghijklmnopqrstuvwx', '<API_KEY_1>'],
  ['sk-ant-api03-0123456789abcdefghij', '<API_KEY_1>'],
  [`ghp_${'a1'.repeat(18)}`, '<API_KEY_1>'],
  [`github_pat_${'a1_'.repeat(20)}`, '<API_KEY_1>'],
  ['id AKIAIOSFODNN7EXAMPLE!', 'id <API_KEY_1>!'],
  ['xoxb-123456789012-abcdef', '<API_KEY_1>'],
  [`AIza${'b2'.repeat(17)}c`, '<API_KEY_1>'],
  [`hf_${'b2'.repeat(17)}`, '<API_KEY_1>'],
  [`sk_live_${'b2'.repeat(12)}`, '<API_KEY_1>'],
  ['Authorization: Bearer abcdef0123456789', 'Authorization: <BEARER_TOKEN_1>'],
  [`Authorization: Bearer ${JWT}`, 'Authorization: Bearer <JWT_1>'],
  [JWT, '<JWT_1>'],
  [`a\n${PEM}\nb`, 'a\n<PRIVATE_KEY_1>\nb'],
  [`a ${JSON.stringify(PEM)} b`, 'a "<PRIVATE_KEY_1>" b'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza', '<PRIVATE_KEY_1>'],
  ['postgres://app:hunter2@db.example.com/x', 'postgres<CREDENTIALS_1>db.example.com/x'],
];

/** What looks alike and stays. */
const left: readonly string[] = [
  'lodash@4.17.21',
  '@anna wrote',
  'user@host',
  'on 2026-11-26 at 14:30:05',
  'on 01.12.2024 14:30',
  'on 01/12/24 1030',
  '2026-11-26T14:30:00+01:00',
  '192.168.100.200',
  '0.0123456789012',
  '0.4539148803436467',
  '[0.0234567891, -0.0987654321]',
  '2+123456789',
  'Nature (2019) 1234-1240',
  '1764167405123',
  '550e8400-e29b-41d4-a716-446655440000',
  '$1,234,567.89',
  'order 4711, 129.99 EUR',
  '4111111111111112',
  '1234 5678 9012 3456',
  'GB82 WEST 1234 5698 7654 33',
  'AB12 this is prose',
  'sk-learn',
  'AKIA and ASIA',
  'the bearer of bad news',
  'Bearer responsibilities-of-all',
  '-----BEGIN PUBLIC KEY-----MFkw-----END PUBLIC KEY-----',
  'eyJ',
  'https://example.com:8080/a@b',
  '<EMAIL_1> and <PHONE_2>',
];

/** Known to be taken though they are something else: rather too much than too little. */
const takenInVain: readonly (readonly [string, string])[] = [
  ['logo@2x.png', '<EMAIL_1>'],
  ['git@github.com:genvitals', '<EMAIL_1>:genvitals'],
  ['order 0123456789', 'order <PHONE_1>'],
  ['DE88 3704 0044 0532 0130 00', 'DE88 3704 <PHONE_1>'],
  ['sk-bratislava-old-town-hotel', '<API_KEY_1>'],
];

describe('the default patterns', () => {
  test.each(taken)('%j becomes %j', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  test.each(left)('%j stays', (text) => {
    expect(mask(text)).toBe(text);
  });

  test.each(takenInVain)('%j becomes %j, in vain', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });
});

describe('numbers of placeholders', () => {
  test('the same value has the same number in all texts of a call, and in another call one of its own', () => {
    const masker = createMasker(patterns);
    expect(masker.mask('bob@example.com, anna@example.com')).toBe('<EMAIL_1>, <EMAIL_2>');
    expect(masker.mask('Anna@Example.com and +49 170 1234567')).toBe('<EMAIL_2> and <PHONE_1>');
    expect(masker.mask('+491701234567')).toBe('<PHONE_1>');
    expect(createMasker(patterns).mask('anna@example.com')).toBe('<EMAIL_1>');
  });

  test('keys of different kinds share one row of numbers', () => {
    expect(mask('AKIAIOSFODNN7EXAMPLE xoxb-123456789012 AKIAIOSFODNN7EXAMPL2')).toBe(
      '<API_KEY_1> <API_KEY_3> <API_KEY_2>',
    );
  });
});

describe('long texts', () => {
  test('are masked to a length above the limits, and the rest is left out with a mark', () => {
    const text = `anna@example.com ${'word '.repeat(100_000)}bob@example.com`;
    const masked = mask(text);
    expect(masked.startsWith('<EMAIL_1> word')).toBe(true);
    expect(masked.length).toBeGreaterThan(32_768);
    const [end = '', bytes = ''] = /… \[(\d+) bytes left out\]$/.exec(masked) ?? [];
    const kept = masked.length - end.length - '<EMAIL_1>'.length + 'anna@example.com'.length;
    expect(kept + Number(bytes)).toBe(text.length);
  });

  test('half a value at the cut is not shown', () => {
    const key = `sk-${'a1'.repeat(40)}`;
    for (const shift of [-60, -20, -5, 0, 5]) {
      const text = `${'x '.repeat((65_536 + shift) / 2)}${key}${' y'.repeat(10_000)}`;
      expect(mask(text)).not.toContain('sk-');
    }
  });

  test('a call has an end of what is masked, and nothing beyond it is shown', () => {
    const masker = createMasker(patterns);
    const texts = Array.from({ length: 20 }, () => masker.mask('word '.repeat(10_000)));
    expect(texts[0]).toBe('word '.repeat(10_000));
    expect(texts.at(-1)).toBe('… [50000 bytes left out]');
  });
});

describe('a pattern of the user’s own', () => {
  test('does not look into placeholders, and one that matches nothing at all ends', () => {
    const word: MaskPattern = { placeholder: 'WORD', regExp: /[A-Z]*/gu };
    expect(createMasker([...patterns, word]).mask('AB anna@example.com')).toBe('<WORD_1> <EMAIL_1>');
  });
});

const secret = fc.constantFrom(
  'anna@example.com',
  '+49 170 1234567',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  'sk-proj-0123456789abcdefghij',
  'AKIAIOSFODNN7EXAMPLE',
  JWT,
  PEM,
);
const filler = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }));
const bits = fc.string({
  unit: fc.constantFrom(...'0123456789 +-./@:()aeE_\n'.split(''), 'sk-', 'DE89', 'x.de'),
});

describe('whatever the text', () => {
  test('a value between spaces never appears', () => {
    fc.assert(
      fc.property(filler, secret, filler, (before, value, after) => {
        expect(mask(`${before} "${value}" ${after}`)).not.toContain(value);
      }),
    );
  });

  test('masking what is masked changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(bits, filler, secret), { maxLength: 12 }), (parts) => {
        const masked = mask(parts.join(''));
        expect(mask(masked)).toBe(masked);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the content of a call', () => {
  const content: CallContent = {
    systemInstructions: [{ type: 'text', content: 'help anna@example.com' }],
    inputMessages: [
      {
        role: 'user',
        name: 'bob@example.com',
        parts: [
          { type: 'text', content: 'I am anna@example.com' },
          { type: 'uri', modality: 'image', uri: 'https://example.com/?m=anna@example.com' },
          { type: 'blob', modality: 'image', content: `sha256:${'0123456789'.repeat(6)}abcd`, size_bytes: 7 },
        ],
      },
    ],
    outputMessages: [
      {
        role: 'assistant',
        finish_reason: 'tool_call',
        parts: [
          {
            type: 'tool_call',
            name: 'send',
            id: 'call_1',
            arguments: { to: [{ 'anna@example.com': 'anna@example.com' }], card: 4111111111111111, n: 5 },
          },
          { type: 'tool_call_response', response: { type: 'bob@example.com', ok: true, none: null } },
        ],
      },
    ],
    toolDefinitions: [{ type: 'function', name: 'send', description: 'as bob@example.com', parameters: {} }],
  };

  test('is masked in every text and number, with the same numbers throughout; keys stay', () => {
    const before = structuredClone(content);
    expect(maskContent(content, createMasker(patterns).mask)).toEqual({
      systemInstructions: [{ type: 'text', content: 'help <EMAIL_1>' }],
      inputMessages: [
        {
          role: 'user',
          name: '<EMAIL_2>',
          parts: [
            { type: 'text', content: 'I am <EMAIL_1>' },
            { type: 'uri', modality: 'image', uri: 'https://example.com/?m=<EMAIL_1>' },
            content.inputMessages?.[0]?.parts[2],
          ],
        },
      ],
      outputMessages: [
        {
          role: 'assistant',
          finish_reason: 'tool_call',
          parts: [
            {
              type: 'tool_call',
              name: 'send',
              id: 'call_1',
              arguments: { to: [{ 'anna@example.com': '<EMAIL_1>' }], card: '<CARD_1>', n: 5 },
            },
            { type: 'tool_call_response', response: { type: '<EMAIL_2>', ok: true, none: null } },
          ],
        },
      ],
      toolDefinitions: [{ type: 'function', name: 'send', description: 'as <EMAIL_2>', parameters: {} }],
    });
    expect(content).toEqual(before);
  });

  test('that is absent stays absent', () => {
    expect(maskContent({}, mask)).toEqual({});
  });

  test('keeps what a part is, whatever the pattern', () => {
    const { inputMessages } = maskContent(content, () => 'X');
    expect(inputMessages?.[0]).toMatchObject({
      role: 'user',
      name: 'X',
      parts: [{ type: 'text', content: 'X' }, {}, {}],
    });
  });

  test('that is nested too deep to walk is left out below', () => {
    let deep: CallContent['toolDefinitions'] | object = { secret: 'bob@example.com' };
    for (let level = 0; level < 50_000; level++) deep = { deep };
    const part = { type: 'tool_call', name: 'f', arguments: deep as never };
    const masked = maskContent({ inputMessages: [{ role: 'user', parts: [part] }] }, mask);
    expect(JSON.stringify(masked)).toContain('… [left out: nested too deep]');
  });

  test('throws what the mask throws', () => {
    const fault = new Error('no');
    expect(() =>
      maskContent(content, () => {
        throw fault;
      }),
    ).toThrow(fault);
  });
});
