export { type HttpSpans, type HttpSpansOptions, startHttpSpans } from './http-spans.ts';
