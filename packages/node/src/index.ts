import { tellForgottenRegister } from './forgotten-register.ts';

export { setMaskHook } from '@genvitals/instrumentation-openai/host';
export { flush, type FlushOptions } from './flush.ts';
export { withFlush } from './with-flush.ts';

tellForgottenRegister();
