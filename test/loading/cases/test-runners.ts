import assert from 'node:assert/strict';
import { ourArgv } from '../app.ts';
import { runCommand } from '../command.ts';
import { installFixture } from '../fixture.ts';
import { type LoadingCase, withWorld } from '../loading-case.ts';
import { arrived, SOON } from './runners.ts';

const group = 'Test runners';
/** Of the tests in the fixture two ask the server, and one a fetch that is mocked. */
const CALLS = 3;

interface Expected {
  readonly passes: RegExp;
  /** What is said, once; where nothing is, the calls are traced. */
  readonly says?: RegExp;
}

/** An app's tests, with mocks of the client among them, under NODE_OPTIONS: they pass, whatever is seen of them. */
function testRunner(
  name: string,
  command: string,
  args: readonly string[],
  { passes, says }: Expected,
  more: Readonly<Record<string, string>> = {},
): LoadingCase {
  return {
    group,
    name,
    run: async (flag) => {
      const { folder } = await installFixture('runners');
      return withWorld(async (world) => {
        const env = { ...world.env, ...SOON, ...more, NO_COLOR: '1', NODE_OPTIONS: ourArgv(flag).join(' ') };
        // Fails where a test does.
        const { stdout, stderr } = await runCommand(command, args, { cwd: folder, env });
        const printed = `${stdout}\n${stderr}`;
        assert.match(printed, passes);
        const said = printed.split('\n').filter((line) => line.includes('genvitals'));
        if (says === undefined) {
          assert.deepEqual(said, []);
          await arrived(world, CALLS);
          return `its tests and mocks pass, ${CALLS} calls traced, nothing printed`;
        }
        assert.equal(said.length, 1, `one line, got ${said.join('\n')}`);
        assert.match(said[0] ?? '', says);
        await arrived(world, 0);
        return 'its tests and mocks pass, no calls traced, one line says why';
      });
    },
  };
}

const VITEST = './node_modules/.bin/vitest';
const vitestPasses = /Tests {2}5 passed/;
const byVitest = /^genvitals: openai 7\.57\.0 is loaded by vitest's own module system/;
const byJest = /^genvitals: openai 7\.57\.0 is loaded by jest's own module system/;

function vitest(pool: string, says?: RegExp, more?: Readonly<Record<string, string>>): LoadingCase {
  const title = `vitest 5.1, pool ${pool}${more === undefined ? '' : ', openai inlined'}`;
  const expected = { passes: vitestPasses, ...(says === undefined ? {} : { says }) };
  return testRunner(title, VITEST, ['run', `--pool=${pool}`], expected, more);
}

const JEST = './node_modules/.bin/jest';
const jestPasses = /Tests: +5 passed/;
const jestArgs = ['--testMatch', '**/tests/jest.test.cjs'];

export const testRunnerCases: readonly LoadingCase[] = [
  testRunner('node --test', process.execPath, ['--test', 'tests/node.test.mts'], { passes: /pass 4\n/ }),
  vitest('forks'),
  vitest('threads'),
  vitest('vmThreads', byVitest),
  vitest('forks', byVitest, { APP_INLINE: '1' }),
  testRunner('jest 30.5, in its own process', JEST, [...jestArgs, '--runInBand'], {
    passes: jestPasses,
    says: byJest,
  }),
  // Without a limit of memory a single file runs in jest's own process.
  testRunner('jest 30.5, in a worker', JEST, [...jestArgs, '--maxWorkers=2', '--workerIdleMemoryLimit=1GB'], {
    passes: jestPasses,
    says: byJest,
  }),
];
