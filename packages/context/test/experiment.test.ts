import { createHmac } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { withContext } from '@genvitals/context';
import {
  ExperimentError,
  getExperiment,
  readExperiment,
  stopExperiment,
} from '@genvitals/context/experiments';
import { setContextHost } from '@genvitals/context/host';
import { logs, trace } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import { WatchedFile } from '../src/experiments/watched-file.ts';
import { createDirectory, createExperimentStage, fileOf, GREETING } from './experiment-stage.ts';

const KEY = { GENVITALS_HASH_KEY: 'pepper' };
const hashOf = (unit: string): string =>
  createHmac('sha256', 'pepper').update(unit).digest('hex').slice(0, 32);

// By unitPosition: user-1 stands at .83 of greeting and user-6 at .32.
const CONTROL_USER = 'user-1';
const CANDIDATE_USER = 'user-6';

describe('an experiment', () => {
  test('assigns a unit to its arm, and tells what the file says of that', () => {
    createExperimentStage();
    const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
    expect(assign(CANDIDATE_USER)).toEqual({
      name: 'greeting',
      variant: 'candidate',
      unit: CANDIDATE_USER,
      reason: 'split',
      prompt: { name: 'greeting', version: '4' },
      parameters: { temperature: 0.2, tools: ['search'] },
    });
    expect(assign(CONTROL_USER)).toMatchObject({ variant: 'control', parameters: {} });
    expect(assign(17).unit).toBe('17');
    expect(assign(17).variant).toBe(assign('17').variant);
  });

  test('is on the spans that are made under it, with the unit as a keyed hash', () => {
    const stage = createExperimentStage(KEY);
    const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
    withContext({ feature: 'support', experiment: assign(CANDIDATE_USER) }, () => undefined);
    expect(stage.spans.getFinishedSpans()[0]?.attributes).toMatchObject({
      'genvitals.experiment.name': 'greeting',
      'genvitals.experiment.variant': 'candidate',
      'genvitals.experiment.unit': hashOf(CANDIDATE_USER),
    });
  });

  test('is found below GENVITALS_DIRECTORY', () => {
    createExperimentStage({ GENVITALS_DIRECTORY: createDirectory({ greeting: GREETING }) });
    expect(getExperiment('greeting').isDefined).toBe(true);
  });

  test.each(['', '../greeting', 'Greeting', 'a b', '-a', 'a'.repeat(65), undefined as never])(
    'cannot be named %j',
    (name) => {
      createExperimentStage();
      expect(() => getExperiment(name, { directory: createDirectory() })).toThrow(ExperimentError);
    },
  );

  test.each([undefined, null, '', Number.NaN, {} as never])(
    'gives control to nobody (%j), tells that once, and counts it neither as exposed nor on calls',
    (nobody) => {
      const stage = createExperimentStage(KEY);
      const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
      const assignments = [assign(nobody), assign(nobody)];
      for (const assignment of assignments)
        expect(assignment).toMatchObject({ variant: 'control', reason: 'default', unit: undefined });
      withContext({ experiment: assign(nobody) }, () => undefined);
      expect(stage.spans.getFinishedSpans()[0]?.attributes).toEqual({});
      expect(stage.exposures()).toEqual([]);
      expect(stage.warnings).toHaveLength(1);
      expect(stage.warnings[0]).toContain('experiment greeting: assign() wants the id of a user, got ');
    },
  );

  test.each([
    ['missing', {}, 'EXPERIMENT_UNKNOWN'],
    ['broken', { greeting: 'arms: [' }, 'EXPERIMENT_NOT_YAML'],
    ['one of three arms', { greeting: GREETING.replace('split', '  bold:\nsplit') }, 'EXPERIMENT_THIRD_ARM'],
  ])('whose file is %s gives control, tells that once, and is not on calls', (_, files, code) => {
    const stage = createExperimentStage(KEY);
    const experiment = getExperiment('greeting', { directory: createDirectory(files) });
    expect(experiment.isDefined).toBe(false);
    for (const unit of [CANDIDATE_USER, CONTROL_USER])
      expect(experiment.assign(unit)).toMatchObject({
        variant: 'control',
        reason: 'default',
        parameters: {},
      });
    withContext({ experiment: experiment.assign(CANDIDATE_USER) }, () => undefined);
    expect(stage.spans.getFinishedSpans()[0]?.attributes).toEqual({});
    expect(stage.exposures()).toEqual([]);
    expect(stage.warnings).toEqual([expect.stringContaining(`everybody gets control. ${code}: `)]);
  });
});

test('a file that is named .yml is told of', () => {
  const directory = createDirectory();
  writeFileSync(fileOf(directory, 'greeting').replace('.yaml', '.yml'), GREETING);
  expect(() => readExperiment(directory, 'greeting')).toThrow(/\(rename greeting\.yml to greeting\.yaml\)/);
});

describe('an exposure', () => {
  test('is told once for a unit in a process, by its hash', () => {
    const stage = createExperimentStage(KEY);
    const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
    for (let turn = 0; turn < 3; turn++) for (const unit of [CANDIDATE_USER, CONTROL_USER]) assign(unit);
    const told = { 'feature_flag.key': 'greeting', 'feature_flag.provider.name': 'genvitals' };
    expect(stage.exposures()).toEqual([
      {
        ...told,
        'feature_flag.result.variant': 'candidate',
        'feature_flag.result.reason': 'split',
        'feature_flag.context.id': hashOf(CANDIDATE_USER),
      },
      {
        ...told,
        'feature_flag.result.variant': 'control',
        'feature_flag.result.reason': 'split',
        'feature_flag.context.id': hashOf(CONTROL_USER),
      },
    ]);
  });

  test.each([{}, { GENVITALS_USER_ID: 'raw' }])(
    'and spans without a key have no unit, neither hashed nor raw (%j)',
    (env) => {
      const stage = createExperimentStage({ GENVITALS_HASH_KEY: '', ...env });
      const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
      withContext({ experiment: assign(CANDIDATE_USER) }, () => trace.getTracer('t').startSpan('s').end());
      expect(stage.exposures()).toHaveLength(1);
      const written = JSON.stringify([
        stage.exposures(),
        stage.spans.getFinishedSpans().map(({ attributes }) => attributes),
      ]);
      expect(written).toContain('candidate');
      expect(written).not.toContain(CANDIDATE_USER);
      expect(written).not.toMatch(/context\.id|experiment\.unit/);
    },
  );

  test('has the same hash as spans, also of an id that is cut there', () => {
    const stage = createExperimentStage(KEY);
    const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
    withContext({ experiment: assign('u'.repeat(300)) }, () => undefined);
    expect(stage.exposures()).toMatchObject([
      {
        'feature_flag.context.id': stage.spans.getFinishedSpans()[0]?.attributes['genvitals.experiment.unit'],
      },
    ]);
  });

  test('of very many units takes a bounded memory', () => {
    createExperimentStage();
    const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
    logs.disable();
    for (let unit = 0; unit < 250_000; unit++) assign(unit);
    const slot = Reflect.get(globalThis, Symbol.for('genvitals.context.v1')) as {
      exposed: { newer: Set<number>; older: Set<number> };
    };
    expect(slot.exposed.newer.size + slot.exposed.older.size).toBeLessThanOrEqual(200_000);
  });

  test('that a logger throws at is the business of nobody', () => {
    const stage = createExperimentStage();
    const { assign } = getExperiment('greeting', { directory: createDirectory({ greeting: GREETING }) });
    const emit = vi.fn<() => void>(() => {
      throw new Error('full');
    });
    setContextHost({ judge: { emit } });
    expect(assign(CANDIDATE_USER).variant).toBe('candidate');
    expect(emit).toHaveBeenCalledTimes(1);
    expect(stage.warnings).toEqual([expect.stringContaining('an exposure could not be told: Error at')]);
  });
});

describe('a stop', () => {
  const atMs = Date.parse('2026-11-26T16:00:00Z');

  test.each(['control', 'candidate'] as const)(
    'gives everybody %s, told as static, and takes the experiment off calls',
    (arm) => {
      const stage = createExperimentStage(KEY);
      const directory = createDirectory({ greeting: GREETING });
      stopExperiment({ directory, name: 'greeting', arm, atMs });
      const { assign } = getExperiment('greeting', { directory });
      for (const unit of [CANDIDATE_USER, CONTROL_USER])
        expect(assign(unit)).toMatchObject({ variant: arm, reason: 'static', prompt: { name: 'greeting' } });
      expect(stage.exposures()).toMatchObject([
        { 'feature_flag.result.variant': arm, 'feature_flag.result.reason': 'static' },
        { 'feature_flag.result.variant': arm, 'feature_flag.result.reason': 'static' },
      ]);
      withContext({ experiment: assign(CANDIDATE_USER) }, () => undefined);
      expect(stage.spans.getFinishedSpans()[0]?.attributes).toEqual({});
    },
  );

  test('leaves comments and all else of the file as they are', () => {
    const directory = createDirectory({ greeting: GREETING });
    const stopped = stopExperiment({ directory, name: 'greeting', arm: 'control', atMs });
    expect(stopped.isChanged).toBe(true);
    expect(readFileSync(fileOf(directory, 'greeting'), 'utf8')).toBe(
      `${GREETING}stopped: { at: 2026-11-26T16:00:00.000Z, arm: control }\n`,
    );
    expect(stopExperiment({ directory, name: 'greeting', arm: 'control', atMs: 0 }).isChanged).toBe(false);
    stopExperiment({ directory, name: 'greeting', arm: 'candidate', atMs });
    expect(readExperiment(directory, 'greeting').stopped?.arm).toBe('candidate');
  });

  test.each([
    ['without an end of its last line', GREETING.trimEnd()],
    ['with the line ends of Windows', GREETING.replaceAll('\n', '\r\n')],
    ['in braces', `# why\n{ hypothesis: h, arms: { control: {}, candidate: {} } }\n`],
    ['with an end mark', `${GREETING}...\n`],
    ['with every line indented', GREETING.replaceAll(/^/gm, '  ').trimEnd()],
    [
      'with a stop of three lines',
      `${GREETING}stopped: # late\n  at: 2026-11-01T00:00:00Z\n  arm: candidate\nunit: user\n`,
    ],
  ])('is written into a file %s', (_, text) => {
    const directory = createDirectory({ greeting: text });
    stopExperiment({ directory, name: 'greeting', arm: 'control', atMs });
    const { stopped, hypothesis } = readExperiment(directory, 'greeting');
    expect(stopped).toEqual({ at: '2026-11-26T16:00:00.000Z', arm: 'control' });
    expect(hypothesis).not.toBe('');
    const written = readFileSync(fileOf(directory, 'greeting'), 'utf8');
    for (const comment of text.match(/#.*/g) ?? []) expect(written).toContain(comment.trim());
    expect(written.replaceAll('\r\n', '').includes('\n')).toBe(!text.includes('\r\n'));
  });

  test('of a broken file is refused and changes nothing', () => {
    const directory = createDirectory({ greeting: 'arms: [' });
    expect(() => stopExperiment({ directory, name: 'greeting', arm: 'control', atMs })).toThrow(
      ExperimentError,
    );
    expect(readFileSync(fileOf(directory, 'greeting'), 'utf8')).toBe('arms: [');
  });
});

describe('a file that is watched', () => {
  function watch(files: Readonly<Record<string, string>>): {
    readonly directory: string;
    readonly file: WatchedFile;
    readonly problems: string[];
    pass(ms: number): void;
  } {
    const directory = createDirectory(files);
    const problems: string[] = [];
    let now = 5;
    const file = new WatchedFile({
      directory,
      name: 'greeting',
      nowMs: () => now,
      onProblem: ({ code }) => problems.push(code),
    });
    return { directory, file, problems, pass: (ms) => void (now += ms) };
  }

  test('is looked at again after two seconds, and not before', () => {
    const { directory, file, pass } = watch({ greeting: GREETING });
    expect(file.current()?.stopped).toBeUndefined();
    stopExperiment({ directory, name: 'greeting', arm: 'control', atMs: 0 });
    pass(1_999);
    expect(file.current()?.stopped).toBeUndefined();
    pass(1);
    expect(file.current()?.stopped?.arm).toBe('control');
  });

  test('that is not changed is not read again', () => {
    const { file, pass } = watch({ greeting: GREETING });
    const first = file.current();
    pass(60_000);
    expect(file.current()).toBe(first);
  });

  test('may be broken, repaired, taken away and put back', () => {
    const { directory, file, problems, pass } = watch({ greeting: GREETING });
    const path = fileOf(directory, 'greeting');
    const current = (): string | undefined => {
      pass(2_000);
      return file.current()?.hypothesis;
    };
    expect(current()).toContain('shorter');
    writeFileSync(path, 'arms: [');
    expect(current()).toBeUndefined();
    writeFileSync(path, GREETING);
    expect(current()).toContain('shorter');
    renameSync(path, `${path}.away`);
    expect([current(), current()]).toEqual([undefined, undefined]);
    renameSync(`${path}.away`, path);
    expect(current()).toContain('shorter');
    rmSync(directory, { recursive: true });
    expect(current()).toBeUndefined();
    expect(problems).toEqual(['EXPERIMENT_NOT_YAML', 'EXPERIMENT_UNKNOWN', 'EXPERIMENT_UNKNOWN']);
  });
});
