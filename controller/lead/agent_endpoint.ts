/**
 * Where agents find the leader: the EndpointSlice of a Service without selector (DESIGN §7).
 *
 * @module
 */

import { ApiError, type JsonObject, type KubeApi } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import { isJsonObject } from "../../kube/json.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import { ENDPOINT_SLICE } from "../../kube/resources.ts";
import { FIELD_MANAGER } from "../act/writer.ts";

/** What somebody else did to the EndpointSlice is undone so soon; agents keep their last report until then. */
const LOOK_MS = 10_000;

/** After a failure: agents reach nobody meanwhile. */
const RETRY_MS = 1_000;

/** Name of the port, the same in the Service. */
const PORT_NAME = "agents";

/** The endpoint and the Service that leads to it. */
export interface AgentEndpoint {
  readonly namespace: string;
  /** Service without selector. */
  readonly service: string;
  /** Address of this pod. */
  readonly address: string;
  readonly port: number;
}

/** What keeping the endpoint needs. */
export interface KeepEndpointDependencies {
  readonly api: Pick<KubeApi, "get" | "patch">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Lets the Service lead here, and undoes what others change of that, until `signal` is aborted. Writes only
 * what differs. Never rejects.
 */
export async function keepAgentEndpoint(
  endpoint: AgentEndpoint,
  { api, clock, logger }: KeepEndpointDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, service } = endpoint;
  const slice = sliceOf(endpoint);
  const name = { namespace, name: sliceName(service) };
  let trouble: string | undefined;
  while (!signal.aborted) {
    let waitMs = LOOK_MS;
    try {
      if (!leadsHere(await find(), slice)) {
        const options = { signal, fieldManager: FIELD_MANAGER };
        await api.patch(ENDPOINT_SLICE, name, { type: "apply", body: slice, force: true }, options);
        logger.info("the Service of agents leads to this process", { service });
      }
      trouble = undefined;
    } catch (error) {
      waitMs = RETRY_MS;
      if (!signal.aborted && errorText(error) !== trouble) {
        trouble = errorText(error);
        logger.warn("the Service of agents does not lead here", { service, error: trouble });
      }
    }
    await clock.sleep(waitMs, signal).catch(() => {});
  }

  async function find(): Promise<JsonObject | undefined> {
    try {
      return await api.get(ENDPOINT_SLICE, name, { signal });
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }
}

/** Name of the EndpointSlice of a Service. */
export function sliceName(service: string): string {
  return `${service}-leader`;
}

function sliceOf({ namespace, service, address, port }: AgentEndpoint): JsonObject {
  return {
    apiVersion: `${ENDPOINT_SLICE.group}/${ENDPOINT_SLICE.version}`,
    kind: ENDPOINT_SLICE.kind,
    metadata: {
      namespace,
      name: sliceName(service),
      labels: {
        "kubernetes.io/service-name": service,
        "endpointslice.kubernetes.io/managed-by": FIELD_MANAGER,
      },
    },
    addressType: address.includes(":") ? "IPv6" : "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: PORT_NAME, port, protocol: "TCP" }],
  };
}

/** Whether the slice says what ours would, whatever it says besides. */
function leadsHere(found: JsonObject | undefined, wanted: JsonObject): boolean {
  return found !== undefined && contains(found, wanted);
}

/** Lists are compared as wholes: one more endpoint would be one that does not lead. */
function contains(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length &&
      wanted.every((item, index) => contains(found[index], item));
  }
  if (!isJsonObject(wanted)) return found === wanted;
  return isJsonObject(found) &&
    Object.entries(wanted).every(([key, value]) => contains(found[key], value));
}
