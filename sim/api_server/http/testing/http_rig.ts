/**
 * The simulated API server on a loopback port, and the product's own client before it.
 *
 * @module
 */

import { parse } from "yaml";

import type { Resource } from "../../../../kube/api.ts";
import { createFetchApi, type FetchApi } from "../../../../kube/fetch_api.ts";
import { isJsonObject } from "../../../../kube/json.ts";
import { Redacted } from "../../../../kube/redacted.ts";
import { systemClock } from "../../../../kube/system_clock.ts";
import { createFakeClock, type FakeClock } from "../../../../kube/testing/fake_clock.ts";
import type { ApiServer } from "../../api_server.ts";
import { createApiServer } from "../../create_api_server.ts";
import { builtinResources, servedResourcesOf } from "../../served_resources.ts";
import { serveApi, type ServeApiOptions, type ServedApi } from "../serve_api.ts";

/** Token of the administrator in tests. */
export const ADMIN_TOKEN = "admin-token-of-a-test";

/** A StoragePolicy as the product reads it. */
export const STORAGE_POLICY: Resource = {
  group: "cnpg.supporttools.io",
  version: "v1alpha1",
  kind: "StoragePolicy",
  plural: "storagepolicies",
  namespaced: true,
};

/** Server, client and the server's clock. */
export interface HttpRig extends AsyncDisposable {
  readonly server: ApiServer;
  readonly served: ServedApi;
  readonly api: FetchApi;
  readonly clock: FakeClock;
  /** Sends a request as the administrator, or as whom the headers say. */
  request(path: string, init?: RequestInit): Promise<Response>;
}

const CHART_CRDS = new URL(
  "../../../../charts/cnpg-storage-manager/files/crds/",
  import.meta.url,
);

/** Starts a server with the built-in kinds, the product's own and a namespace called `a`. */
export async function startHttpRig(options: Partial<ServeApiOptions> = {}): Promise<HttpRig> {
  const clock = createFakeClock();
  const resources = [...builtinResources(), ...servedResourcesOf(await chartDefinitions())];
  const server = createApiServer({ resources, admissions: [], clock, random: Math.random });
  const namespaces = resources.find(({ resource }) => resource.plural === "namespaces");
  if (namespaces === undefined) throw new TypeError("Cannot start: expected namespaces");
  server.create(namespaces.resource, { metadata: { name: "a" } }, { user: "test" });
  const served = await serveApi({
    server,
    host: "127.0.0.1",
    port: 0,
    clock,
    adminToken: ADMIN_TOKEN,
    ...options,
  });
  const token = { kind: "static", token: new Redacted(ADMIN_TOKEN) } as const;
  const api = createFetchApi({ server: served.url, token }, {
    clock: systemClock,
    random: () => 0,
    readTextFile: Deno.readTextFile,
    userAgent: "test",
  });
  return {
    server,
    served,
    api,
    clock,
    request: (path, init) =>
      fetch(`${served.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...init?.headers },
      }),
    async [Symbol.asyncDispose](): Promise<void> {
      api.close();
      await served.shutdown();
    },
  };
}

async function chartDefinitions(): Promise<Record<string, unknown>[]> {
  const definitions: Record<string, unknown>[] = [];
  for await (const { name } of Deno.readDir(CHART_CRDS)) {
    const definition: unknown = parse(await Deno.readTextFile(new URL(name, CHART_CRDS)));
    if (!isJsonObject(definition)) throw new TypeError(`Cannot read ${name}: expected an object`);
    definitions.push(definition);
  }
  return definitions;
}
