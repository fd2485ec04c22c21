/** One attempt to deliver one export request. */
export interface Transport {
  /** Where it goes, without credentials: for people to read. */
  readonly target: string;
  /** Settles always: a failure is a value here, for it is not the app's. */
  send(body: Uint8Array): Promise<Delivery>;
}

export type Delivery =
  | { readonly outcome: 'delivered' }
  /** Nobody is there, or it asks to come again later. */
  | { readonly outcome: 'retry'; readonly reason: string; readonly afterMs?: number | undefined }
  /** It was read and not taken; sending it again would change nothing. */
  | { readonly outcome: 'refused'; readonly reason: string };
