import type { CallContent } from '@genvitals/conventions';
import { getLobby } from '../lobby.ts';

/** The call whose content a mask hook gets. */
export interface MaskedCall {
  readonly operation: string;
  readonly model: string | undefined;
  readonly feature: string;
}

/** Changes or leaves out content before anything else sees it. What it is given is a copy, and may be changed. */
export type MaskHook = (content: CallContent, call: MaskedCall) => CallContent;

/**
 * Sets what masks the content of calls before our own patterns do, in all copies of this package; undefined takes it
 * away. It must be synchronous: where it throws, gives a promise or anything that is no content, the call is recorded
 * without content, which is said once.
 */
export function setMaskHook(hook: MaskHook | undefined): void {
  getLobby().maskHook = hook;
}
