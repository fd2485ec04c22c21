import type { NamesMode } from '@genvitals/conventions';
import type { Endpoint } from './endpoint.ts';
import { compileReaders } from './fields.ts';
import type { EndpointFields } from './series.ts';

/** What is read off requests and answers of an endpoint at a provider, in the names of the mode; compiled once. */
export class FieldTable {
  readonly #mode: NamesMode;
  readonly #fields = new Map<string, EndpointFields>();

  constructor(mode: NamesMode) {
    this.#mode = mode;
  }

  of(endpoint: Endpoint, provider: string): EndpointFields {
    const key = `${endpoint.name} ${provider}`;
    let fields = this.#fields.get(key);
    if (fields === undefined) {
      fields = {
        request: compileReaders(endpoint.request, this.#mode, provider),
        response: compileReaders(endpoint.response, this.#mode, provider),
      };
      this.#fields.set(key, fields);
    }
    return fields;
  }
}
