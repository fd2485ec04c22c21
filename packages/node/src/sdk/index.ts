export { createJudgeLog, type JudgeLog } from './judge-log.ts';
export { createSdk, type Sdk, type SdkOptions, type SyncMetricProducer } from './sdk.ts';
