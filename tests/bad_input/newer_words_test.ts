/**
 * Objects with words that this version does not know: of a newer Kubernetes, operator, or version of ours.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  claimOf,
  type ControllerWorld,
  createControllerWorld,
} from "../../controller/reconcile/testing/controller_world.ts";
import { CLUSTER_STORAGES, CLUSTERS, STORAGE_EVENTS } from "../../controller/observe/resources.ts";
import {
  claimObject,
  clusterObject,
  podObject,
  storageClassObject,
} from "../../controller/testing/builders.ts";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from "../../kube/resources.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { conditionOf } from "./read_conditions.ts";

const INSTANCE = "orders-1";
const UID = "orders-1-uid";

/** What is odd, and whether the full volume grows all the same. */
interface Odd {
  readonly put: (world: ControllerWorld) => void;
  readonly grows: boolean;
}

function claim(fields: Parameters<typeof claimObject>[0]): Odd["put"] {
  return ({ kube }) =>
    void kube.put(PERSISTENT_VOLUME_CLAIM, claimObject({ instance: INSTANCE, ...fields }));
}

function pod(fields: Parameters<typeof podObject>[0]): Odd["put"] {
  return ({ kube }) => void kube.put(POD, podObject({ instance: INSTANCE, uid: UID, ...fields }));
}

function cluster(fields: Parameters<typeof clusterObject>[0]): Odd["put"] {
  return ({ kube, instances }) =>
    void kube.put(CLUSTERS, clusterObject({ instanceNames: instances, ...fields }));
}

function storageClass(fields: JsonObject): Odd["put"] {
  return ({ kube }) => void kube.put(STORAGE_CLASS, { ...storageClassObject(), ...fields });
}

function event(name: string, spec: JsonObject, status: JsonObject = {}): Odd["put"] {
  return ({ kube }) =>
    void kube.put(STORAGE_EVENTS, {
      apiVersion: "cnpg.supporttools.io/v1alpha1",
      kind: "StorageEvent",
      metadata: { namespace: "shop", name },
      spec,
      status,
    });
}

const CLUSTER_REFERENCE = { clusterRef: { name: "orders", namespace: "shop" } };

const ODDITIES: Readonly<Record<string, Odd>> = {
  "a resize status of a newer Kubernetes": {
    put: claim({ resizeStatus: "ControllerResizePaused" }),
    grows: false,
  },
  "a phase of claims that is none": { put: claim({ phase: "Mirrored" }), grows: false },
  "a volume mode that is none": { put: claim({ spec: { volumeMode: "Object" } }), grows: false },
  "conditions of another shape": {
    put: claim({ status: { conditions: [{ type: 7 }, "Resizing", null] } }),
    grows: true,
  },
  "a phase of pods that is none": { put: pod({ phase: "Sleeping" }), grows: false },
  "container states of another shape": {
    put: pod({ status: { containerStatuses: [{ name: "postgres", state: "asleep" }, 3] } }),
    grows: true,
  },
  "a phase of a newer operator": { put: cluster({ phase: "Rearranging slots" }), grows: true },
  "a Cluster's status of another shape": {
    put: cluster({ status: { phase: { now: "?" }, currentPrimary: 7 } }),
    grows: true,
  },
  "a StorageClass whose permission is no boolean": {
    put: storageClass({ allowVolumeExpansion: "perhaps" }),
    grows: false,
  },
  "a StorageClass with unknown fields": {
    put: storageClass({ volumeBindingMode: "Later", parameters: { type: 7 } }),
    grows: true,
  },
  "a StorageEvent of an unknown type": {
    put: event("orders-teleport-20260101-000000", { ...CLUSTER_REFERENCE, eventType: "teleport" }),
    grows: true,
  },
  "a StorageEvent with an unknown trigger and phase": {
    put: event(
      "orders-alert-20260101-000000",
      { ...CLUSTER_REFERENCE, eventType: "alert", trigger: "intuition", reason: "Hm" },
      { phase: "Pondering" },
    ),
    grows: true,
  },
  "a ClusterStorage with garbage in its status": {
    put: ({ kube }) =>
      void kube.put(CLUSTER_STORAGES, {
        apiVersion: "cnpg.supporttools.io/v1alpha1",
        kind: "ClusterStorage",
        metadata: {
          namespace: "shop",
          name: "orders",
          ownerReferences: [{
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            name: "orders",
            uid: "cluster-uid",
          }],
        },
        status: { level: 7, volumes: "many", conditions: [{}], firstSeenSizes: { data: -1 } },
      }),
    grows: true,
  },
};

for (const [what, { put, grows }] of Object.entries(ODDITIES)) {
  Deno.test(`${what} costs nobody his controller, and what may not be known is not acted on`, async () => {
    const world = createControllerWorld();
    put(world);
    world.usedBytes.set(INSTANCE, 9 * GIBIBYTE);
    const process = await world.start();
    for (let round = 0; round < 4; round++) {
      await world.report(process);
      await world.clock.advance(2_000);
    }
    const sizeGi = claimOf(world.kube, INSTANCE).requestBytes / GIBIBYTE;
    assert.equal(sizeGi > 10, grows, `${sizeGi} Gi`);
    const problems = world.logger.lines.filter(({ level, message }) =>
      level === "error" || message.startsWith("work failed")
    );
    assert.deepEqual(problems, []);
    assert.match(
      conditionOf(world.kube, CLUSTER_STORAGES, "orders", "Managed") ?? "",
      /^True PolicyApplied: /,
    );
    await process.kill();
  });
}
