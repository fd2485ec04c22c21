import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from './genvitals-process.ts';

const GREETING = `# Why we try this.
hypothesis: A shorter greeting leads to more answers.
arms:
  control: { prompt: { name: greeting, version: 3 } } # as it is
  candidate:
    prompt: { name: greeting, version: 4 }
    parameters: { style: "short \\e[31m red", temperature: 0.2 }
`;
const BROKEN = 'hypothesis: h\narms: { control: {}, candidate: {}, bold: {} }\n';

interface Files {
  readonly directory: string;
  text(name: string): string;
}

function write(files: Readonly<Record<string, string>>): Files {
  const directory = mkdtempSync(join(tmpdir(), 'genvitals-experiment-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'experiments'));
  const pathOf = (name: string): string => join(directory, 'experiments', `${name}.yaml`);
  for (const [name, text] of Object.entries(files)) writeFileSync(pathOf(name), text);
  return { directory, text: (name) => readFileSync(pathOf(name), 'utf8') };
}

const experiment = (directory: string, ...args: string[]) =>
  run(['experiment', ...args], { GENVITALS_DIRECTORY: directory });

function expectToFit(text: string): void {
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
}

describe('genvitals experiment stop', () => {
  test('writes the stop into the file, and keeps all else of it', async () => {
    const { directory, text } = write({ greeting: GREETING });
    const { code, stdout, stderr } = await experiment(directory, 'stop', 'greeting');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^greeting is stopped: everybody gets control since \d{4}-\d\d-\d\dT[\d:.]+Z\.$/m);
    expect(text('greeting')).toMatch(/^stopped: \{ at: [\d:.TZ-]+, arm: control \}$/m);
    expect(text('greeting').startsWith(GREETING)).toBe(true);
    expect(readdirSync(join(directory, 'experiments'))).toEqual(['greeting.yaml']);
  });

  test('takes the arm that everybody is to get, and changes nothing twice', async () => {
    const { directory, text } = write({ greeting: GREETING });
    const stop = ['stop', 'greeting', '--arm', 'candidate', '--dir', directory];
    expect((await run(['experiment', ...stop])).code).toBe(0);
    const stopped = text('greeting');
    const { code, stdout } = await run(['experiment', ...stop]);
    expect(code).toBe(0);
    expect(stdout).toContain('greeting was stopped before: everybody gets candidate since ');
    expect(text('greeting')).toBe(stopped);
  });

  test.each([
    [['stop', 'greting'], 'got greting (did you mean greeting?)', 'EXPERIMENT_UNUSABLE'],
    [['stop', 'three'], 'three.yaml:2: arms.bold: wanted control and candidate alone', 'EXPERIMENT_UNUSABLE'],
    [['stop', '../greeting'], 'EXPERIMENT_NAME_INVALID', 'EXPERIMENT_UNUSABLE'],
    [['show', 'tone'], 'wanted one of greeting, three, got tone', 'EXPERIMENT_UNUSABLE'],
    [
      ['stop'],
      'Expected the name of an experiment, and nothing else but options, got nothing',
      'CLI_INVALID_OPTION',
    ],
    [['stop', 'greeting', 'three'], 'got "greeting three"', 'CLI_INVALID_OPTION'],
    [
      ['stop', 'greeting', '--arm', 'both'],
      'Expected `--arm` to be control or candidate',
      'CLI_INVALID_OPTION',
    ],
    [['list', '--dir', ''], 'Expected `--dir` to be a path', 'CLI_INVALID_OPTION'],
    [['stpo', 'greeting'], 'Expected a command (experiment list, ', 'CLI_UNKNOWN_COMMAND'],
  ])(
    'or another command as %j is refused in one sentence and changes nothing',
    async (args, sentence, code) => {
      const { directory, text } = write({ greeting: GREETING, three: BROKEN });
      const ended = await experiment(directory, ...args);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(sentence);
      expect(ended.stderr).toMatch(new RegExp(`^genvitals: .*\\[${code}\\]\n$`));
      expect([text('greeting'), text('three')]).toEqual([GREETING, BROKEN]);
    },
  );

  test('refuses a directory that can be none', async () => {
    const { code, stderr } = await experiment('true', 'list');
    expect(code).toBe(2);
    expect(stderr).toContain('GENVITALS_DIRECTORY: wanted the path of a directory, got "true"');
  });
});

describe('genvitals experiment list', () => {
  test('tells which run, which were stopped and which are broken, in 80 columns', async () => {
    const stopped = `${GREETING}stopped: { at: 2026-11-26T16:00:00Z, arm: control }\n`;
    const { directory } = write({ greeting: GREETING, ['long'.repeat(16)]: stopped, three: BROKEN });
    const { code, stdout, stderr } = await experiment(directory, 'list');
    expect(code).toBe(2);
    expectToFit(stdout);
    expect(stdout).toMatch(/^greeting +runs +90\/10 +A shorter/m);
    expect(stdout).toMatch(/^longlong\S+… +control since 2026-11-26 +90\/10/m);
    expect(stdout).toMatch(/^three +broken: control$/m);
    expect(stderr).toMatch(/^genvitals: EXPERIMENT_THIRD_ARM: .*\[EXPERIMENT_UNUSABLE\]\n$/);
  });

  test('says so where there is none', async () => {
    const { directory } = write({});
    const { code, stdout } = await experiment(join(directory, 'nowhere'), 'list');
    expect(code).toBe(0);
    expect(stdout).toBe(`No experiment has a file in ${directory}/nowhere/experiments.\n`);
  });

  test('prints one document with --json', async () => {
    const { directory } = write({ greeting: GREETING, three: BROKEN });
    const { stdout } = await experiment(directory, 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      directory,
      experiments: [
        { name: 'greeting', split: { control: 90, candidate: 10 } },
        { name: 'three', error: expect.stringContaining('bold') },
      ],
    });
  });
});

describe('genvitals experiment show', () => {
  test('tells what an experiment is, and which arm a unit gets, and no command to the terminal', async () => {
    const { directory } = write({ greeting: GREETING });
    const { code, stdout } = await experiment(directory, 'show', 'greeting', '--unit', 'user-6');
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toMatch(/^greeting: runs$/m);
    expect(stdout).toMatch(/^candidate +prompt greeting 4; style short \[31m red, temperature 0\.2$/m);
    expect(stdout).toMatch(/^unit +user-6 gets control \(split; it stands at 0\.3210\)$/m);
  });

  test('prints one document with --json', async () => {
    const { directory } = write({ greeting: GREETING });
    const { stdout } = await experiment(directory, 'show', 'greeting', '--unit', 'user-6', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'greeting',
      minJudged: 500,
      asked: { id: 'user-6', variant: 'control', reason: 'split' },
    });
  });
});
