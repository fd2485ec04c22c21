import type { Counters } from './counters.ts';
import type { Endpoint } from './endpoint.ts';
import { type Feature, UNSET_FEATURE } from './feature.ts';
import { FEATURE_NAME, REQUEST_MODEL, SERVER_ADDRESS } from './keys.ts';
import { OTHER } from '@genvitals/context/host';
import { type EndpointFields, RequestSeries } from './series.ts';
import type { Server } from './server.ts';

/** Further rows are folded into one for each endpoint and provider: model, feature and server are `other`, arms are left out. */
const ROW_CAP = 1500;
const FOLDED = [REQUEST_MODEL, FEATURE_NAME, SERVER_ADDRESS];

type ByFeature = Map<string, RequestSeries>;
type ByModel = Map<string | undefined, ByFeature>;
type ByServer = Map<Server, ByModel>;

/** Finds the row of a call by four look-ups, cheaper than hashing a key made of all labels. */
export class SeriesTable {
  readonly #rows = new Map<Endpoint, ByServer>();
  readonly #counters: Counters;
  readonly #fieldsOf: (endpoint: Endpoint, provider: string) => EndpointFields;
  readonly #otherServers = new Map<string, Server>();
  #size = 0;
  #last: RequestSeries | undefined;

  /** @param fieldsOf what to read off a call, by endpoint and provider */
  constructor(counters: Counters, fieldsOf: (endpoint: Endpoint, provider: string) => EndpointFields) {
    this.#counters = counters;
    this.#fieldsOf = fieldsOf;
  }

  request(endpoint: Endpoint, server: Server, model: string | undefined, feature: Feature): RequestSeries {
    // Apps mostly repeat themselves.
    const last = this.#last;
    if (
      last?.endpoint === endpoint &&
      last.server === server &&
      last.model === model &&
      last.feature.key === feature.key
    )
      return last;
    const known = this.#rows.get(endpoint)?.get(server)?.get(model)?.get(feature.key);
    if (known !== undefined) return (this.#last = known);
    if (this.#size >= ROW_CAP) {
      const other = this.#otherServer(server.provider);
      if (server !== other) {
        for (const label of FOLDED) this.#counters.countFold(label);
        return this.request(endpoint, other, OTHER, {
          ...UNSET_FEATURE,
          name: OTHER,
          label: OTHER,
          key: OTHER,
        });
      }
    }
    const series = new RequestSeries(
      this.#counters,
      { endpoint, server, model, feature },
      this.#fieldsOf(endpoint, server.provider),
    );
    const byServer: ByServer = this.#rows.get(endpoint) ?? new Map();
    const byModel: ByModel = byServer.get(server) ?? new Map();
    const byFeature: ByFeature = byModel.get(model) ?? new Map();
    this.#rows.set(endpoint, byServer.set(server, byModel.set(model, byFeature.set(feature.key, series))));
    this.#size++;
    return series;
  }

  #otherServer(provider: string): Server {
    let server = this.#otherServers.get(provider);
    if (server === undefined) {
      server = { provider, address: OTHER, port: undefined };
      this.#otherServers.set(provider, server);
    }
    return server;
  }
}
