/**
 * Finds nodes for pods: there is always room, and instances of one cluster lie apart.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { Component } from "../component/component.ts";
import { createInformer } from "../component/informer.ts";
import { objectsAt, textAt } from "../component/read_json.ts";
import { serialOf } from "../operator/instance_objects.ts";

const SCHEDULER_USER = "system:kube-scheduler";

/** The node of an instance, by its serial. */
export function nodeOf(instance: string): string {
  return `node-${serialOf(instance)}`;
}

/** Creates a scheduler; a pod whose claims are not bound has to wait. */
export function createScheduler(server: ApiServer): Component {
  const pods = createInformer(server, POD, SCHEDULER_USER);
  const waiting = new Set<string>();

  function schedule(key: string): void {
    const pod = pods.objects.get(key);
    if (pod === undefined || textAt(pod, "spec", "nodeName") !== undefined) {
      waiting.delete(key);
    } else if (claimsAreBound(server, pod)) {
      waiting.delete(key);
      bind(server, pod);
    } else waiting.add(key);
  }

  return {
    step(): void {
      for (const key of new Set([...waiting, ...pods.takeChanged()])) schedule(key);
    },
  };
}

function claimsAreBound(server: ApiServer, pod: JsonObject): boolean {
  const namespace = textAt(pod, "metadata", "namespace");
  return objectsAt(pod, "spec", "volumes").every((volume) => {
    const name = textAt(volume, "persistentVolumeClaim", "claimName");
    if (name === undefined) return true;
    const claim = server.find(PERSISTENT_VOLUME_CLAIM, { namespace, name });
    return claim !== undefined && textAt(claim, "status", "phase") === "Bound";
  });
}

function bind(server: ApiServer, pod: JsonObject): void {
  const name = textAt(pod, "metadata", "name") ?? "";
  server.patch(POD, { namespace: textAt(pod, "metadata", "namespace"), name }, {
    type: "merge",
    body: { spec: { nodeName: nodeOf(name) } },
  }, { user: SCHEDULER_USER });
}
