#!/usr/bin/env node
import { parseCommand } from './command.ts';
import { SimulatorOptionError } from './settings.ts';
import { createSimulator } from './simulator.ts';

function fail(message: string, exitCode: number): void {
  process.stderr.write(`openai-simulator: ${message}\n`);
  process.exitCode = exitCode;
}

function describe(error: unknown, port: number | undefined): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `port ${port} is taken; choose another with --port, or --port 0 for a free one.`;
  }
  return error instanceof Error ? error.message : String(error);
}

const command = parseCommand(process.argv.slice(2));
if (command.kind === 'help') {
  process.stdout.write(command.text);
} else if (command.kind === 'wrong') {
  fail(`${command.message.replaceAll(/\s*\n\s*/gu, ' ')} See --help.`, 2);
} else {
  try {
    const simulator = await createSimulator(command.options);
    process.stdout.write(`openai-simulator listens on ${simulator.url}\n`);
    process.stdout.write(`OPENAI_BASE_URL=${simulator.url} OPENAI_API_KEY=sk-simulator\n`);
    // Not once: a package manager may pass the same Ctrl-C on a second time.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void simulator.close());
  } catch (error) {
    const isUsage = error instanceof SimulatorOptionError;
    fail(`${describe(error, command.options.port)}${isUsage ? ' See --help.' : ''}`, isUsage ? 2 : 1);
  }
}
