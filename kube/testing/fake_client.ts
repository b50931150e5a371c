/**
 * The real fetch client, joined to a fake API server and a fake clock.
 *
 * @module
 */

import type { Connection } from "../connection.ts";
import { createFetchApi, type FetchApi, type FetchApiDependencies } from "../fetch_api.ts";
import { type FakeApiServer, startFakeApiServer } from "./fake_api_server.ts";
import { createFakeClock, type FakeClock } from "./fake_clock.ts";

/** Server, client and clock of a test. */
export interface FakeClient extends AsyncDisposable {
  readonly server: FakeApiServer;
  readonly api: FetchApi;
  readonly clock: FakeClock;
}

/** Starts a server and a client whose random share of every wait is 0 unless a dependency says otherwise. */
export async function startFakeClient(
  connection: Partial<Connection> = {},
  dependencies: Partial<FetchApiDependencies> = {},
): Promise<FakeClient> {
  const server = await startFakeApiServer();
  const clock = createFakeClock();
  const api = createFetchApi({ server: server.url, token: { kind: "none" }, ...connection }, {
    clock,
    random: () => 0,
    readTextFile: Deno.readTextFile,
    userAgent: "test",
    ...dependencies,
  });
  return {
    server,
    api,
    clock,
    async [Symbol.asyncDispose](): Promise<void> {
      api.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
