/**
 * The kubelets of all nodes: they run the servers of the pods that were scheduled to them, and grow the file
 * systems of running pods.
 *
 * @module
 */

import { POD } from "../../kube/resources.ts";
import type { Component } from "../component/component.ts";
import { createInformer } from "../component/informer.ts";
import { textAt } from "../component/read_json.ts";
import { unlessRefused } from "../component/unless_refused.ts";
import {
  type KubeletParts,
  leave,
  newWorker,
  notice,
  report,
  run,
  uidOf,
  type Worker,
} from "./worker.ts";

export type { KubeletParts } from "./worker.ts";

/** As whom kubelets watch: which node's they are is told by what they write. */
const WATCH_USER = "system:nodes";

/** Creates the kubelets. The world steps the servers themselves, before this. */
export function createKubelet(parts: KubeletParts): Component {
  const pods = createInformer(parts.server, POD, WATCH_USER);
  const workers = new Map<string, Worker>();
  let addresses = 0;

  function take(key: string, nowMs: number): void {
    const pod = pods.objects.get(key);
    const worker = workers.get(key);
    if (worker !== undefined && worker.uid !== uidOf(pod)) {
      leave(parts, worker);
      workers.delete(key);
    }
    if (pod === undefined || textAt(pod, "spec", "nodeName") === undefined) return;
    const known = workers.get(key);
    if (known !== undefined) return notice(known, pod, nowMs);
    addresses += 1;
    workers.set(key, newWorker(pod, addresses, nowMs));
  }
  return {
    step(nowMs): void {
      for (const key of pods.takeChanged()) take(key, nowMs);
      for (const worker of workers.values()) {
        unlessRefused(() => run(parts, worker, nowMs));
        unlessRefused(() => report(parts, worker));
      }
    },
  };
}
