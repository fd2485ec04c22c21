export { createSdk, type Sdk, type SdkOptions, type SyncMetricProducer } from './sdk.ts';
