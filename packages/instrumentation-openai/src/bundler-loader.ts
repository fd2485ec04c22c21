import { withInstrumentation } from './built-in-line.ts';

/** What webpack and Turbopack tell a loader of the file. */
interface LoaderContext {
  readonly resourcePath: string;
}

/** The loader of webpack and Turbopack; `webpackPlugin` and `turbopackRules` say for which files. */
export default function load(this: LoaderContext, source: string): string {
  return withInstrumentation(source, this.resourcePath) ?? source;
}
