/** What every metric of calls is labelled with. */
export const CALL_LABELS = [
  'operationName',
  'providerName',
  'requestModel',
  'responseModel',
  'featureName',
] as const;

/** Which prompt and which arm of an experiment; each pair is set whole or not at all. */
export const ARM_LABELS = ['promptName', 'promptVersion', 'experimentName', 'experimentVariant'] as const;

/** The standard metrics have the server too. */
export const STANDARD_LABELS = [...CALL_LABELS, 'serverAddress', 'serverPort'] as const;

/** What every metric of verdicts is labelled with. */
export const EVALUATION_LABELS = [
  'evaluationName',
  'featureName',
  ...ARM_LABELS,
  'evaluationContextSource',
  'evaluationLate',
  'evaluatedServiceName',
  'evaluatedDeploymentEnvironmentName',
] as const;

/** Seconds: the conventions' bounds and 30, 60, 120, 300, 600, as a threshold that is no bound cannot be read. */
export const DURATION_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 30, 40.96, 60, 81.92, 120, 300,
  600,
] as const;

/** The conventions' bounds for token counts. */
export const TOKEN_BUCKETS = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
] as const;
