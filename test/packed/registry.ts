import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

import type { Tarball } from './tarballs.ts';

/** An npm registry of the packed packages, so that they are installed by name, as users do it. */
export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

/** As if published long ago: package managers may refuse releases of today. */
const PUBLISHED = '2020-01-01T00:00:00.000Z';

function toPackument({ manifest, path }: Tarball, url: string): object {
  const bytes = readFileSync(path);
  const { name, version } = manifest;
  const dist = {
    tarball: `${url}/-/${basename(path)}`,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
  };
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { created: PUBLISHED, modified: PUBLISHED, [version]: PUBLISHED },
  };
}

/** Serves these tarballs and nothing else: what it does not have is a 404, never another registry's. */
export async function createRegistry(tarballs: readonly Tarball[]): Promise<Registry> {
  let url = '';
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const packed = tarballs.find((tarball) => tarball.manifest.name === path);
    const file = tarballs.find((tarball) => `-/${basename(tarball.path)}` === path);
    response.setHeader('cache-control', 'no-store');
    if (packed !== undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(toPackument(packed, url)));
    } else if (file === undefined) {
      response.writeHead(404).end();
    } else {
      response.end(readFileSync(file.path));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
