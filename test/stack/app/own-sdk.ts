// The OpenTelemetry of an app that has its own: everything comes from the OTEL_* variables.
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK();
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());
