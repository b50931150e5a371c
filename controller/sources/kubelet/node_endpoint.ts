/**
 * Where the kubelet of a node answers.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../../kube/api.ts";

/** Port of a kubelet whose Node does not name one. */
const KUBELET_PORT = 10_250;

/** Addresses in the order in which they are tried: a kubelet's certificate names its address, its name, or both. */
const ADDRESS_TYPES: readonly string[] = ["InternalIP", "InternalDNS", "Hostname"];

const nodeSchema = z.object({
  status: z.object({
    addresses: z.array(z.object({ type: z.string(), address: z.string().min(1).max(253) }))
      .catch([]),
    daemonEndpoints: z.object({
      kubeletEndpoint: z.object({ Port: z.int().min(1).max(65_535) }),
    }).optional().catch(undefined),
  }),
});

/** What may stand between `https://` and the port. */
const HOST = /^([a-z0-9.-]+|[0-9a-f:.]+)$/i;

/** Origins of the kubelet, best first; empty where the Node names no address yet. */
export function kubeletOrigins(node: JsonObject): readonly string[] {
  const parsed = nodeSchema.safeParse(node);
  if (!parsed.success) return [];
  const { addresses, daemonEndpoints } = parsed.data.status;
  const port = daemonEndpoints?.kubeletEndpoint.Port ?? KUBELET_PORT;
  const hosts = ADDRESS_TYPES.flatMap((wanted) =>
    addresses.filter(({ type, address }) => type === wanted && HOST.test(address))
      .map(({ address }) => address.includes(":") ? `[${address}]` : address)
  );
  return [...new Set(hosts)].map((host) => `https://${host}:${port}`);
}
