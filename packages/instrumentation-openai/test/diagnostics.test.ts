import { logs } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { chatCompletion } from './answers.ts';
import { CHAT, createStage } from './app-stage.ts';
import { json } from './provider-server.ts';

function watchStderr(): string[] {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return written;
}

const SEMCONV = /^genvitals: GENVITALS_SEMCONV: .*wanted v1\.41, latest or dup, got "newest".*v1\.41 holds/;
const CONSOLE = /^genvitals: GENVITALS_CONSOLE: .*got "perhaps"/;

describe('what is said of problems', () => {
  test('a wrong option is said once each, by diag where a logger is set; its default holds', async () => {
    const written = watchStderr();
    const stage = await createStage({
      env: { GENVITALS_SEMCONV: 'newest', GENVITALS_CONSOLE: 'perhaps', GENVITALS_PER_CHUNK: '' },
      diagnostics: [SEMCONV, CONSOLE],
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    await stage.client().chat.completions.create(CHAT);
    expect(stage.said()).toEqual([expect.stringMatching(SEMCONV), expect.stringMatching(CONSOLE)]);
    expect(written).toEqual([]);
    const [info] = await stage.points('genvitals.instrumentation.info');
    expect(info?.attributes['genvitals.semconv']).toBe('v1.41');
  });

  test('without a logger it goes to stderr, as one line each', async () => {
    const written = watchStderr();
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'newest' }, without: ['diag'] });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(written).toEqual([expect.stringMatching(SEMCONV)]);
    expect(written[0]?.endsWith('\n')).toBe(true);
    expect(written[0]?.trimEnd()).not.toContain('\n');
  });

  test('a stderr that throws is no matter', async () => {
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation(() => {
      throw new Error('no stderr');
    });
    onTestFinished(() => spy.mockRestore());
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'newest' }, without: ['diag'] });
    stage.script(json(chatCompletion()));
    const answer = await stage.client().chat.completions.create(CHAT);
    expect(answer.id).toBe('chatcmpl-1');
    expect(spy).toHaveBeenCalledOnce();
  });

  test('a logger that throws takes no call with it', async () => {
    const stage = await createStage({ diagnostics: ['a call could not be recorded'] });
    logs.disable();
    logs.setGlobalLoggerProvider({
      getLogger: () => ({
        emit() {
          throw new Error('no room');
        },
        enabled: () => true,
      }),
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);
    // A fault of somebody's, said once.
    expect(stage.said()).toEqual([
      expect.stringMatching(/^genvitals: a call could not be recorded \(Error at \S/),
    ]);
  });
});

describe("a fault of somebody else's", () => {
  const SECRET = 'what somebody wrote';
  const quoting = (): never => {
    throw Object.assign(new Error(`${SECRET}\n${SECRET}\n    at ${SECRET} (file.js:1:1)`), { name: SECRET });
  };

  test.each<[string, () => unknown]>([
    ['an error that quotes somebody in many lines', quoting],
    ['an error with an odd stack', () => Object.assign(new Error(SECRET), { stack: 1 })],
    ['a proxy', () => new Proxy(new Error(SECRET), { get: quoting, getPrototypeOf: quoting })],
  ])('%s takes no call with it, and is not quoted', async (_name, make) => {
    const stage = await createStage({ diagnostics: ['a call could not be recorded'] });
    const odd = (): never => {
      throw make();
    };
    logs.disable();
    logs.setGlobalLoggerProvider({ getLogger: () => ({ emit: odd, enabled: () => true }) });
    stage.script(json(chatCompletion()));
    const answer = await stage.client().chat.completions.create(CHAT);
    expect(answer.id).toBe('chatcmpl-1');
    expect(stage.said()).toHaveLength(1);
    expect(stage.said().join()).not.toContain(SECRET);
  });
});

describe('the logs API of SDK 2', () => {
  const SLOT = Symbol.for('io.opentelemetry.js.api.logs');
  type Globals = { [SLOT]?: (version: number) => unknown };

  function registerSdk2(version = 1): { records: any[]; scopes: unknown[] } {
    const records: any[] = [];
    const scopes: unknown[] = [];
    const provider = {
      getLogger(...scope: unknown[]) {
        scopes.push(scope);
        return { emit: (record: unknown) => void records.push(record) };
      },
    };
    const noop = { getLogger: () => ({ emit: () => undefined }) };
    (globalThis as Globals)[SLOT] = (wanted) => (wanted === version ? provider : noop);
    onTestFinished(() => {
      delete (globalThis as Globals)[SLOT];
    });
    return { records, scopes };
  }

  test('gets the event where api 1.10 has no logger provider', async () => {
    const { records, scopes } = registerSdk2();
    const stage = await createStage({ without: ['logs'] });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      eventName: 'gen_ai.client.inference.operation.details',
      severityNumber: 9,
      severityText: 'INFO',
      attributes: stage.span().attributes,
    });
    expect(scopes).toEqual([
      [
        '@genvitals/instrumentation-openai',
        expect.any(String),
        { schemaUrl: 'https://opentelemetry.io/schemas/1.41.0' },
      ],
    ]);
  });

  test('is not asked where api 1.10 has one: an event is told once', async () => {
    const { records } = registerSdk2();
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(records).toEqual([]);
    expect(stage.events()).toHaveLength(1);
  });
});
