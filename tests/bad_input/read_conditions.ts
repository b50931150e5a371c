/**
 * What the controller says on objects about what it found.
 *
 * @module
 */

import * as z from "zod";
import type { LiveKube } from "../../controller/reconcile/testing/live_kube.ts";
import type { Resource } from "../../kube/api.ts";

const objectSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({
    conditions: z.array(
      z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string() }),
    ).default([]),
  }).optional(),
});

/** `STATUS REASON: MESSAGE` of a condition of an object in namespace `shop`; undefined where there is none. */
export function conditionOf(
  kube: LiveKube,
  resource: Resource,
  name: string,
  type: string,
): string | undefined {
  const object = kube.peek(resource, { namespace: "shop", name });
  if (object === undefined) return undefined;
  const { status } = objectSchema.parse(object);
  const found = status?.conditions.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
}
