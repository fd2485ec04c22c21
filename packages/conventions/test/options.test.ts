import { describe, expect, test } from 'vitest';
import {
  type OptionName,
  OptionError,
  type OptionRow,
  options,
  isAllowedHost,
  parseAllowedHosts,
  parseCallLog,
  parseFlag,
  parseNamedHosts,
  parseNamesMode,
  parseSwitch,
  readOptions,
} from '@genvitals/conventions';

const rows = Object.entries(options) as [OptionName, OptionRow<unknown>][];

/** What may be any text has no wrong one. */
const ANY_TEXT: ReadonlySet<string> = new Set(['features', 'hashKey', 'samplingSalt', 'judgeToken']);

/** No setting has both: what may be a path is no number, and a number is no path. */
function wrongValueOf({ parse }: OptionRow<unknown>): string {
  try {
    parse('./');
    return '1';
  } catch {
    return './';
  }
}

describe('reading the environment', () => {
  test('without variables every setting has its default and nothing is a problem', () => {
    const { values, problems } = readOptions({});
    expect(problems).toEqual([]);
    expect(values).toEqual(Object.fromEntries(rows.map(([name, row]) => [name, row.default])));
  });

  test('an empty variable, or one of spaces, is an unset one', () => {
    const env = Object.fromEntries(rows.map(([, row]) => [row.env, '  ']));
    expect(readOptions(env)).toEqual(readOptions({}));
  });

  test('every variable is read into its own setting', () => {
    const { values, problems } = readOptions({
      GENVITALS_SEMCONV: 'dup',
      GENVITALS_SDK: 'off',
      GENVITALS_CONSOLE: '1',
      GENVITALS_CALL_LOG: './calls.jsonl',
      GENVITALS_PER_CHUNK: 'on',
      GENVITALS_PROVIDERS: 'LLM.example.com=OpenAI',
      GENVITALS_HTTP: '0',
      GENVITALS_UNDICI: 'false',
      GENVITALS_INJECT_STREAM_USAGE: 'yes',
      GENVITALS_PRICES: 'prices.yaml',
      GENVITALS_FEATURES: '/ask, /chat',
      GENVITALS_USER_ID: 'hmac',
      GENVITALS_HASH_KEY: 'secret',
      GENVITALS_BAGGAGE_HOSTS: 'Orders.example.com, *.lan:8080',
      GENVITALS_FEEDBACK_KEY: 'sixteen or more.',
      GENVITALS_FEEDBACK_EXPIRY_DAYS: '0.5',
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'event_only',
      GENVITALS_CAPTURE_FRACTION: '0.25',
      GENVITALS_SAMPLING_SALT: 'pepper',
      GENVITALS_JUDGE_URL: 'https://judge.example.com/',
      GENVITALS_JUDGE_TOKEN: 'secret',
      GENVITALS_MASK: './mask.json',
      GENVITALS_DIRECTORY: './ops/genvitals',
    });
    expect(problems).toEqual([]);
    expect(values).toEqual({
      semconv: 'dup',
      sdk: 'off',
      console: true,
      callLog: { to: 'file', path: './calls.jsonl' },
      perChunk: 'on',
      providers: [{ host: 'llm.example.com', port: undefined, provider: 'openai' }],
      http: false,
      undici: false,
      injectStreamUsage: true,
      prices: 'prices.yaml',
      features: ['/ask', '/chat'],
      userId: 'hmac',
      hashKey: 'secret',
      baggageHosts: [
        { host: 'orders.example.com', port: undefined, isBelow: false },
        { host: 'lan', port: 8080, isBelow: true },
      ],
      feedbackKey: 'sixteen or more.',
      feedbackExpiryDays: 0.5,
      captureContent: 'EVENT_ONLY',
      captureFraction: 0.25,
      samplingSalt: 'pepper',
      judgeUrl: 'https://judge.example.com',
      judgeToken: 'secret',
      mask: { by: 'file', path: './mask.json' },
      directory: './ops/genvitals',
    });
  });

  test('spaces around a value and the case of its letters do not count', () => {
    const { values, problems } = readOptions({ GENVITALS_SEMCONV: ' Latest ', GENVITALS_CALL_LOG: 'STDERR' });
    expect(problems).toEqual([]);
    expect(values).toMatchObject({ semconv: 'latest', callLog: { to: 'stderr' } });
  });

  test('a wrong value is told with what was wanted, what came and what holds now, and never thrown', () => {
    const { values, problems } = readOptions({ GENVITALS_SEMCONV: '1.40', GENVITALS_CONSOLE: '1' });
    expect(values).toMatchObject({ semconv: 'v1.41', console: true });
    expect(problems).toEqual([
      {
        code: 'OPTION_INVALID',
        env: 'GENVITALS_SEMCONV',
        wanted: 'v1.41, latest or dup',
        came: '1.40',
        message:
          'GENVITALS_SEMCONV: wanted v1.41, latest or dup, got "1.40"; v1.41 holds until it is corrected or unset',
      },
    ]);
  });

  test('a problem is wanted in the words of the row', () => {
    const wrong = Object.fromEntries(rows.map(([, row]) => [row.env, wrongValueOf(row)]));
    const { problems } = readOptions(wrong);
    const picky = rows.filter(([name]) => !ANY_TEXT.has(name)).map(([, row]) => row.env);
    expect(problems.map(({ env }) => env)).toEqual(picky);
    for (const { env, wanted, message } of problems) {
      expect(rows.find(([, row]) => row.env === env)?.[1].wanted).toBe(wanted);
      expect(message).toMatch(/wanted .+, got (?:"1"|"\.\/"|something else|one of \d+);/);
      expect(message).toContain(`wanted ${wanted}, got `);
    }
  });

  test('a variable with our prefix that no setting has is told, with the setting that was meant', () => {
    const { values, problems } = readOptions({
      GENVITALS_CONSOL: '1',
      GENVITALS_CALLLOG: 'stderr',
      MY_GENVITALS_CONSOLE: '1',
    });
    expect(values).toMatchObject({ console: false, callLog: { to: 'off' } });
    expect(problems).toEqual([
      {
        code: 'OPTION_UNKNOWN',
        env: 'GENVITALS_CONSOL',
        wanted: 'GENVITALS_CONSOLE',
        came: 'GENVITALS_CONSOL',
        message: 'GENVITALS_CONSOL: no such setting; did you mean GENVITALS_CONSOLE?',
      },
      expect.objectContaining({
        message: 'GENVITALS_CALLLOG: no such setting; did you mean GENVITALS_CALL_LOG?',
      }),
    ]);
  });

  test.each(['GENVITALS_COLOUR', `GENVITALS_${'X'.repeat(500)}`])(
    'a variable that is near to no setting is told with all settings (%s)',
    (name) => {
      const [problem] = readOptions({ [name]: '1' }).problems;
      expect(problem?.code).toBe('OPTION_UNKNOWN');
      for (const [, { env }] of rows) expect(problem?.message).toContain(env);
      expect(problem?.message.length).toBeLessThan(1_000);
    },
  );

  test.each(['sk-secret', 'http://user:sk-secret@judge', 'http://judge?token=sk-secret'])(
    'an address that is none is not repeated, as it may be a secret in the wrong place (%s)',
    (text) => {
      const [problem] = readOptions({ GENVITALS_JUDGE_URL: text }).problems;
      expect(problem?.message).toContain('wanted off or an address such as http://judge:4390');
      expect(problem?.message).not.toContain('secret');
    },
  );

  test('a message does not repeat a huge value', () => {
    const { problems } = readOptions({ GENVITALS_SDK: 'x'.repeat(10_000) });
    expect(problems[0]?.message.length).toBeLessThan(200);
  });
});

describe('parsers', () => {
  test.each(['1', 'true', 'TRUE', 'on', 'yes'])('%s is true', (text) => {
    expect(parseFlag(text)).toBe(true);
  });

  test.each(['0', 'false', 'off', 'No'])('%s is false', (text) => {
    expect(parseFlag(text)).toBe(false);
  });

  test.each(['off', 'stderr', 'stdout'])('the call log goes to %s', (to) => {
    expect(parseCallLog(to)).toEqual({ to });
  });

  test.each(['1', 'true', 'on', 'logs/', '.', '..'])('%s is no file for the call log', (text) => {
    expect(() => parseCallLog(text)).toThrow(OptionError);
  });

  test.each([
    ['a.example=x', { host: 'a.example', port: undefined, provider: 'x' }],
    ['A.Example.:8080 = My-Provider.1', { host: 'a.example', port: 8080, provider: 'my-provider.1' }],
    ['*.lan=x', { host: '*.lan', port: undefined, provider: 'x' }],
    ['[::1]:80=x', { host: '::1', port: 80, provider: 'x' }],
    ['[0:0::1]=x', { host: '::1', port: undefined, provider: 'x' }],
    ['münchen.example=x', { host: 'xn--mnchen-3ya.example', port: undefined, provider: 'x' }],
  ])('%s names the provider of a host', (text, named) => {
    expect(parseNamedHosts(` ${text} ,`)).toEqual([named]);
  });

  test.each([
    'x',
    '=x',
    'a.example=',
    'a.example',
    'https://a.example=x',
    'a.example/v1=x',
    'a.example:70000=x',
    'a.example:=x',
    'a b=x',
    'a.example=two words',
    'user@a.example=x',
    '[::1=x',
    '[zz]=x',
    'a(.example=x',
    'a.example=y',
    `a.example=${'x'.repeat(65)}`,
  ])('%j names no provider, and is told while the rest holds', (text) => {
    const rejected: OptionError[] = [];
    const named = parseNamedHosts(`a.example=x,${text},b.example=y`, (error) => rejected.push(error));
    expect(named.map(({ host }) => host)).toEqual(['a.example', 'b.example']);
    expect(rejected.map(({ came }) => came)).toEqual([text]);
  });

  test.each([
    ['a.example', 'A.Example.', 443, true],
    ['a.example', 'b.a.example', 443, false],
    ['a.example', 'xa.example', 443, false],
    ['a.example:80', 'a.example', 80, true],
    ['a.example:80', 'a.example', 443, false],
    ['a.example:80', 'a.example', undefined, false],
    ['*.a.example', 'b.a.example', 443, true],
    ['*.a.example', 'c.b.a.example', 443, true],
    ['*.a.example', 'a.example', 443, false],
    ['*.a.example', 'xa.example', 443, false],
    ['[::1]:80', '[::1]', 80, true],
    ['münchen.example', 'xn--mnchen-3ya.example', 443, true],
    ['', 'a.example', 443, false],
  ])('%j allows %s, port %s: %s', (text, host, port, isAllowed) => {
    expect(isAllowedHost(parseAllowedHosts(text), host, port)).toBe(isAllowed);
  });

  test.each([
    '*',
    '*.',
    'https://a.example',
    'a.example/v1',
    'a.*.example',
    'a.example:70000',
    'user@a.example',
  ])('%j allows no host, and is told while the rest holds', (text) => {
    const rejected: OptionError[] = [];
    const allowed = parseAllowedHosts(`a.example,${text}`, (error) => rejected.push(error));
    expect(allowed.map(({ host }) => host)).toEqual(['a.example']);
    expect(rejected.map(({ came }) => came)).toEqual([text]);
  });

  test('a list of which a part is wrong holds otherwise, and is one problem however long it is', () => {
    const wrong = Array.from({ length: 10_000 }, (_, count) => `wrong-${count}`).join(',');
    const { values, problems } = readOptions({ GENVITALS_PROVIDERS: `a.example=x,${wrong}` });
    expect(values.providers).toEqual([{ host: 'a.example', port: undefined, provider: 'x' }]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(
      /^GENVITALS_PROVIDERS: wanted host=provider or .*; this is left out/,
    );
    expect(problems[0]?.message.length).toBeLessThan(300);
  });

  test('parsers throw one error with its code', () => {
    for (const parse of [parseNamesMode, parseSwitch, parseFlag, parseNamedHosts]) {
      expect(() => parse('maybe')).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', came: 'maybe' }) as Error,
      );
    }
  });
});

describe('the table of options', () => {
  test('a default written as people would write it is read as the default', () => {
    for (const [, row] of rows) {
      expect(row.parse(row.defaultText), row.env).toEqual(row.default);
    }
  });

  test('variables are in our own namespace and named after the setting, where OpenTelemetry has none', () => {
    for (const [name, { env }] of rows) {
      if (env.startsWith('OTEL_')) continue;
      expect(env).toBe(`GENVITALS_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`);
    }
  });

  test('every setting is told in a sentence', () => {
    for (const [, { sentence }] of rows) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('content', () => {
  const read = (text: string) => readOptions({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: text });

  test('is captured by the words of OpenTelemetry alone, and by no other yes', () => {
    expect(read('True').values.captureContent).toBe('SPAN_AND_EVENT');
    expect(read('FALSE').values.captureContent).toBe('NO_CONTENT');
    for (const word of ['yes', 'on', '1', 'all']) {
      const { values, problems } = read(word);
      expect(values.captureContent).toBe('NO_CONTENT');
      expect(problems).toHaveLength(1);
    }
  });
});
