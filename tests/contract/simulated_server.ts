/**
 * The simulated API server, on a loopback port, as a server under contract.
 *
 * @module
 */

import { parse } from "yaml";
import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { Redacted } from "../../kube/redacted.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { admissions } from "../../sim/api_server/admission/mod.ts";
import type { ApiServer, ServedResource } from "../../sim/api_server/api_server.ts";
import { createApiServer } from "../../sim/api_server/create_api_server.ts";
import { serveApi } from "../../sim/api_server/http/serve_api.ts";
import { builtinResources, servedResourcesOf } from "../../sim/api_server/served_resources.ts";
import { textAt } from "../lab/claim.ts";
import { SERVICE_ACCOUNT } from "../lab/token.ts";
import type { ServerUnderContract, TokenOrder } from "./contract_world.ts";

const ADMIN_TOKEN = "admin-token-of-the-contract";
const OWN_CRDS = new URL("../../charts/cnpg-storage-manager/files/crds/", import.meta.url);
/** How often the server looks at the clock for watches whose time is over. */
const STEP_EVERY_MS = 20;
const TOKEN_LIFETIME_MS = 600_000;

/** A simulated server that listens. */
export interface SimulatedServer extends ServerUnderContract, AsyncDisposable {}

/** The kinds that are under contract: reading their schemas takes longer than starting a server. */
export async function simulatedResources(): Promise<readonly ServedResource[]> {
  return [...builtinResources(), ...servedResourcesOf(await ownDefinitions())];
}

/** Starts a server that holds nothing. */
export async function startSimulatedServer(
  resources: readonly ServedResource[],
): Promise<SimulatedServer> {
  const server = createApiServer({
    resources,
    admissions: admissions(),
    clock: systemClock,
    random: Math.random,
  });
  const served = await serveApi({
    server,
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    adminToken: ADMIN_TOKEN,
  });
  const stepping = setInterval(() => server.step(Date.now()), STEP_EVERY_MS);
  return {
    connection: {
      server: served.url,
      token: { kind: "static", token: new Redacted(ADMIN_TOKEN) },
    },
    issueToken: (order) => Promise.resolve(issueToken(server, order)),
    forgetHistory(): Promise<void> {
      server.compact();
      return Promise.resolve();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(stepping);
      await served.shutdown();
    },
  };
}

function issueToken(server: ApiServer, order: TokenOrder): string {
  const { namespace, serviceAccount, audience, pod } = order;
  const found = server.find(SERVICE_ACCOUNT, { namespace, name: serviceAccount });
  return server.issueToken({
    user: `system:serviceaccount:${namespace}:${serviceAccount}`,
    uid: textAt(found, "metadata", "uid"),
    groups: [
      "system:serviceaccounts",
      `system:serviceaccounts:${namespace}`,
      "system:authenticated",
    ],
    audiences: [audience],
    expiresAtMs: Date.now() + (order.expired ? -1 : TOKEN_LIFETIME_MS),
    pod,
  });
}

async function ownDefinitions(): Promise<JsonObject[]> {
  const definitions: JsonObject[] = [];
  for await (const { name } of Deno.readDir(OWN_CRDS)) {
    const definition: unknown = parse(await Deno.readTextFile(new URL(name, OWN_CRDS)));
    if (!isJsonObject(definition)) throw new SyntaxError(`Cannot read ${name}: expected a map`);
    definitions.push(definition);
  }
  return definitions;
}
