/** The scope of spans, events and metrics; a test compares both with package.json. */
export const SCOPE_NAME = '@genvitals/context';
export const VERSION = '0.1.0';
