export { type HttpSpansOptions, startHttpSpans } from './http-spans.ts';
