export { FeedbackError, type FeedbackErrorCode, feedbackErrors } from './feedback/errors.ts';
export type { RateLimit } from './receiver/rate-limit.ts';
export { createReceiver, type Receiver, type Sender } from './receiver/receiver.ts';
export type { ReceiverOptions } from './receiver/settings.ts';
