import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliErrors } from '../src/index.ts';
import { run } from './genvitals-process.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

test('--version is that of package.json', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test.each([[[]], [['--help']], [['-h']], [['help']]])('%j tells the commands', async (args) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Usage: genvitals <command> [options]');
  expect(stdout).toMatch(/^ {2}demo {2}/m);
});

test.each([[['costs']], [['costs', '--help']], [['costs', '-h']]])(
  '%j tells the commands of it',
  async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}costs check {2}/m);
    expect(stdout).not.toMatch(/^ {2}demo {2}/m);
  },
);

test.each([
  ['costs', 'check'],
  ['costs', 'reconcile'],
  ['experiment', 'list'],
])('the help of %s %s fits 80 columns', async (...words) => {
  const { code, stdout } = await run([...words, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: genvitals ${words.join(' ')} [options]`);
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

test('the help of demo tells every option in 80 columns', async () => {
  const { code, stdout } = await run(['demo', '--calls', '3', '--help']);
  expect(code).toBe(0);
  for (const option of [
    '--calls N',
    '--seed N',
    '--incident NAME',
    '--json',
    '--real',
    '--max-usd USD',
    '--yes',
  ]) {
    expect(stdout).toContain(`  ${option}`);
  }
  expect(stdout).toContain('context-loss');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each<[readonly string[], keyof typeof cliErrors, string]>([
  [
    ['dmeo'],
    'CLI_UNKNOWN_COMMAND',
    'Expected a command (demo, costs check, costs reconcile, experiment list, experiment show, experiment stop), got "dmeo"',
  ],
  [
    ['costs', 'chekc'],
    'CLI_UNKNOWN_COMMAND',
    'Expected a command (costs check, costs reconcile), got "costs chekc"',
  ],
  [['costs check'], 'CLI_UNKNOWN_COMMAND', 'got "costs check"'],
  [['constructor'], 'CLI_UNKNOWN_COMMAND', 'got "constructor"'],
  [['demo', '--cals', '5'], 'CLI_INVALID_OPTION', "Unknown option '--cals'"],
  [['demo', 'now'], 'CLI_INVALID_OPTION', "'now'"],
  [
    ['demo', '--calls', '0'],
    'CLI_INVALID_OPTION',
    'Expected `--calls` to be a whole number from 1 to 100000, got "0"',
  ],
  [['demo', '--calls', '1e3'], 'CLI_INVALID_OPTION', 'got "1e3"'],
  [['demo', '--calls', ''], 'CLI_INVALID_OPTION', 'got ""'],
  [['demo', '--seed', '-1'], 'CLI_INVALID_OPTION', '--seed'],
  [['demo', '--incident', 'fire'], 'CLI_INVALID_OPTION', 'Expected `--incident` to be one of latency-step, '],
  [['demo', '--max-usd', '0'], 'CLI_INVALID_OPTION', 'Expected `--max-usd` to be an amount above 0'],
  [['demo', '--json=yes'], 'CLI_INVALID_OPTION', '--json'],
  [
    ['demo', '--real', '--incident', 'context-loss'],
    'CLI_INVALID_OPTION',
    'only the simulator has incidents',
  ],
  [['demo', '--real', '--yes'], 'DEMO_KEY_MISSING', 'OPENAI_API_KEY'],
])('%j is refused in one sentence', async (args, code, sentence) => {
  const ended = await run(args);
  expect(ended).toMatchObject({ code: cliErrors[code].exitCode, stdout: '' });
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr).toMatch(new RegExp(`^genvitals: .*\\[${code}\\]\n$`));
});
