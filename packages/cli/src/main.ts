#!/usr/bin/env node
import { constants } from 'node:os';
import { run } from './run.ts';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Once is a request; who asks twice does not want to wait for what is still being put away.
    if (stopped.signal.aborted) process.exit(128 + constants.signals[signal]);
    stopped.abort(signal);
  });
}

// Who reads us may leave first, as `head` does.
process.stdout.on('error', () => stopped.abort('SIGPIPE'));

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stopped.signal,
});
