/** Every way in which a command can be refused or fail, one row each, with the code the process exits with. */
export const cliErrors = {
  CLI_UNKNOWN_COMMAND: { exitCode: 2 },
  CLI_INVALID_OPTION: { exitCode: 2 },
  CLI_NODE_TOO_OLD: { exitCode: 2 },
  DEMO_KEY_MISSING: { exitCode: 2 },
  DEMO_PRICE_UNKNOWN: { exitCode: 1 },
  DEMO_NOT_CONFIRMED: { exitCode: 2 },
  DEMO_ASSISTANT_FAILED: { exitCode: 1 },
  DEMO_NOTHING_RECEIVED: { exitCode: 1 },
  COSTS_FILE_UNREADABLE: { exitCode: 2 },
  COSTS_PRICES_UNUSABLE: { exitCode: 2 },
  COSTS_LOG_WITHOUT_CALLS: { exitCode: 2 },
  COSTS_KEY_MISSING: { exitCode: 2 },
  COSTS_KEY_REFUSED: { exitCode: 1 },
  COSTS_API_FAILED: { exitCode: 1 },
  COSTS_API_ANSWER: { exitCode: 1 },
  COSTS_PROMETHEUS_FAILED: { exitCode: 1 },
  EXPERIMENT_UNUSABLE: { exitCode: 2 },
} as const satisfies Record<string, { exitCode: number }>;

export type CliErrorCode = keyof typeof cliErrors;

/** An error for people: its message says what was wanted, what came and what to do; no stack is shown. */
export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly exitCode: number;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
    this.exitCode = cliErrors[code].exitCode;
  }
}
