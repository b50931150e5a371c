/**
 * Pods of instances as an API server gives them.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { clusterReference, FIXTURE, type MetadataFields, metadataOf } from "./metadata.ts";

/** What a test may say about an instance's pod. */
export interface PodFields extends MetadataFields {
  readonly clusterName?: string | undefined;
  readonly clusterUid?: string | undefined;
  /** The pod's name, too, unless that is set. @default {"orders-1"} */
  readonly instance?: string | undefined;
  /** @default {[instance]} */
  readonly claimNames?: readonly string[] | undefined;
  /** @default {"node-1"} */
  readonly nodeName?: string | undefined;
  /** @default {"Running"} */
  readonly phase?: string | undefined;
  /** The last exit of `postgres`; set: the container waits to be started again. */
  readonly postgresExit?: { readonly code: number; readonly at: string } | undefined;
  /** Merged over `status`. */
  readonly status?: JsonObject | undefined;
}

/** A pod that runs an instance. Its UID is `NAME-pod-uid` unless set. */
export function podObject(fields: PodFields = {}): JsonObject {
  const clusterName = fields.clusterName ?? FIXTURE.cluster;
  const instance = fields.instance ?? `${clusterName}-1`;
  const name = fields.name ?? instance;
  const labels = {
    "cnpg.io/cluster": clusterName,
    "cnpg.io/instanceName": instance,
    "cnpg.io/podRole": "instance",
    ...fields.labels,
  };
  const volumes = (fields.claimNames ?? [instance]).map((claimName) => ({
    name: claimName,
    persistentVolumeClaim: { claimName },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...metadataOf({ ...fields, labels }, { name, uid: `${name}-pod-uid` }),
      ownerReferences: [clusterReference(clusterName, fields.clusterUid)],
    },
    spec: {
      nodeName: fields.nodeName ?? "node-1",
      containers: [{ name: "postgres" }],
      volumes: [...volumes, { name: "scratch-data", emptyDir: {} }],
    },
    status: {
      phase: fields.phase ?? "Running",
      containerStatuses: [postgresStatus(fields.postgresExit)],
      ...fields.status,
    },
  };
}

function postgresStatus(exit: PodFields["postgresExit"]): JsonObject {
  if (exit === undefined) {
    return { name: "postgres", ready: true, state: { running: { startedAt: FIXTURE.createdAt } } };
  }
  return {
    name: "postgres",
    ready: false,
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: { terminated: { exitCode: exit.code, finishedAt: exit.at } },
  };
}
