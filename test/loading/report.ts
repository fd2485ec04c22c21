import type { Flag } from './app.ts';
import type { LoadingCase } from './loading-case.ts';

export interface Row {
  readonly loadingCase: LoadingCase;
  readonly flag: Flag;
  readonly seen: string;
  readonly isOk: boolean;
}

/** The page docs/loading.md. */
export function renderReport(rows: readonly Row[]): string {
  return JSON.stringify(rows.length);
}
