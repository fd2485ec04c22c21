/** A platform that runs functions: it starts processes for a few invocations, and stops them between these. */
interface FunctionPlatform {
  /** The variable whose presence tells it. */
  readonly marker: string;
  /** As the conventions name them; undefined where they have no name. */
  readonly provider?: string;
  readonly platform?: string;
  /** The variables that tell these. */
  readonly name?: string;
  readonly version?: string;
  readonly region?: string;
  /** Whether its processes serve requests of one function, after which calls can be named. */
  readonly isOneFunction?: true;
}

/** The first that is there: Vercel runs on Lambda, and Google's functions on Cloud Run. */
const PLATFORMS: readonly FunctionPlatform[] = [
  { marker: 'VERCEL', region: 'VERCEL_REGION' },
  {
    marker: 'AWS_LAMBDA_FUNCTION_NAME',
    provider: 'aws',
    platform: 'aws_lambda',
    name: 'AWS_LAMBDA_FUNCTION_NAME',
    version: 'AWS_LAMBDA_FUNCTION_VERSION',
    region: 'AWS_REGION',
    isOneFunction: true,
  },
  {
    marker: 'FUNCTION_TARGET',
    provider: 'gcp',
    platform: 'gcp_cloud_functions',
    name: 'K_SERVICE',
    version: 'K_REVISION',
    isOneFunction: true,
  },
  {
    marker: 'K_SERVICE',
    provider: 'gcp',
    platform: 'gcp_cloud_run',
    name: 'K_SERVICE',
    version: 'K_REVISION',
  },
  { marker: 'CLOUD_RUN_JOB', provider: 'gcp', platform: 'gcp_cloud_run', name: 'CLOUD_RUN_JOB' },
  { marker: 'FUNCTIONS_WORKER_RUNTIME', provider: 'azure' },
];

/** What the environment says of the function that this process runs. */
export interface FunctionFacts {
  readonly provider: string | undefined;
  readonly platform: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly region: string | undefined;
  readonly isOneFunction: boolean;
}

/** Undefined where the process runs on no such platform. */
export function readFunctionFacts(env: NodeJS.ProcessEnv): FunctionFacts | undefined {
  const platform = PLATFORMS.find(({ marker }) => (env[marker] ?? '') !== '');
  if (platform === undefined) return undefined;
  const read = (variable: string | undefined): string | undefined =>
    variable === undefined ? undefined : env[variable] || undefined;
  return {
    provider: platform.provider,
    platform: platform.platform,
    name: read(platform.name),
    version: read(platform.version),
    region: read(platform.region),
    isOneFunction: platform.isOneFunction === true,
  };
}
