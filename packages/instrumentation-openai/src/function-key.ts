/** Where a context has the name of the function whose invocation it belongs to; for all copies of this package. */
export const FUNCTION_KEY: symbol = Symbol.for('genvitals function');
