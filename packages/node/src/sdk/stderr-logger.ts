import { inspect } from 'node:util';
import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { diagLogLevelFromString, getStringFromEnv } from '@opentelemetry/core';

/** OTEL_LOG_LEVEL switches OpenTelemetry's own messages on; they go to stderr, for stdout is the app's. */
export function setStderrLogger(): void {
  const level = diagLogLevelFromString(getStringFromEnv('OTEL_LOG_LEVEL'));
  if (level === undefined || level === DiagLogLevel.NONE) return;
  const write = (name: string) => {
    return (...args: unknown[]): void => {
      const words = args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg)));
      process.stderr.write(`OpenTelemetry ${name}: ${words.join(' ')}\n`);
    };
  };
  const logger: DiagLogger = {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    verbose: write('verbose'),
  };
  diag.setLogger(logger, { logLevel: level, suppressOverrideMessage: true });
}
