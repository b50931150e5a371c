/**
 * What the verbs of one plan share.
 *
 * @module
 */

import { type Millis, millis } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { type NamespacedName, objectKey } from "../../lib/view/object_key.ts";
import type { EventLedger } from "./event_ledger.ts";
import type { ActDependencies } from "./ports.ts";
import type { Writer } from "./writer.ts";

/** The work on one plan. */
export interface ActContext extends ActDependencies {
  readonly view: ClusterView;
  readonly writer: Writer;
  readonly ledger: EventLedger;
  /** Pods that this plan has nudged: one nudge serves every volume of a pod. */
  readonly nudgedPodUids: Set<string>;
}

/** An object beside the Cluster, in its namespace. */
export function beside(context: Pick<ActContext, "view">, name: string): NamespacedName {
  return { namespace: context.view.namespace, name };
}

/** An object beside the Cluster, as errors and logs name it. */
export function pathOf(context: Pick<ActContext, "view">, name: string): string {
  return objectKey(beside(context, name));
}

/** The time now, for stamps. */
export function nowOf(context: Pick<ActContext, "clock">): Millis {
  return millis(context.clock.now());
}
