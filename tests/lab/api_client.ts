/**
 * The product's own Kubernetes client, as tests use it.
 *
 * @module
 */

import { type Connection } from "../../kube/connection.ts";
import { createDenoTransport } from "../../kube/deno_transport.ts";
import { createFetchApi, type FetchApi } from "../../kube/fetch_api.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { type Transport } from "../../kube/transport.ts";

const READ_TEXT_FILE = Deno.readTextFile;

/** Opens a client; the caller closes it. */
export function connectApi(connection: Connection): FetchApi {
  return createFetchApi(connection, {
    clock: systemClock,
    random: Math.random,
    readTextFile: READ_TEXT_FILE,
    userAgent: "cnpg-storage-manager-lab",
    transport: keepWatches(
      createDenoTransport(connection, { clock: systemClock, readTextFile: READ_TEXT_FILE }),
    ),
  });
}

/**
 * Keeps the responses of watches reachable for as long as the client lives: in Deno 2.9 aborting a fetch
 * no longer ends the reading of its body once the Response was garbage-collected, and a test that closes
 * its lab would wait forever.
 */
function keepWatches(transport: Transport): Transport {
  const kept = new Set<Response>();
  return {
    async send(request, signal): Promise<Response> {
      const response = await transport.send(request, signal);
      if (new URL(request.url).searchParams.has("watch")) kept.add(response);
      return response;
    },
    renew: () => transport.renew(),
    close(): void {
      kept.clear();
      transport.close();
    },
  };
}
