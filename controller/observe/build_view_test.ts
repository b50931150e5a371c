import assert from "node:assert/strict";
import type { Event } from "../../lib/event/event.ts";
import { expansionEvent, progressOf } from "../../lib/testing/builders.ts";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import type { Volume } from "../../lib/view/volume.ts";
import {
  type ClaimFields,
  claimObject,
  type ClusterFields,
  clusterObject,
  type PodFields,
  podObject,
  reportOf,
  type SampleFields,
  storageClassObject,
} from "../testing/builders.ts";
import { buildClusterView } from "./build_view.ts";
import { createCapacityChanges } from "./capacity_changes.ts";
import { staleAfter } from "./observe_file_system.ts";
import { projectClaim } from "./project_claim.ts";
import { projectCluster } from "./project_cluster.ts";
import { projectPod } from "./project_pod.ts";
import { projectStorageClass } from "./project_storage_class.ts";
import { createSampleStore } from "./samples.ts";
import { quietMemories } from "./testing/quiet_memories.ts";

/** The present of these tests, on the monotonic clock and on the wall clock. */
const MONOTONIC_MS = 1_000_000;
const NOW_MS = millis(Date.UTC(2026, 0, 2));
const INTERVAL_MS = 30_000;

interface World {
  readonly cluster?: ClusterFields;
  readonly claims?: readonly ClaimFields[];
  readonly pods?: readonly PodFields[];
  /** Samples by the UID of the pod. */
  readonly samples?: Readonly<Record<string, readonly SampleFields[]>>;
  readonly unreadable?: boolean;
  /** How long ago kubelets measured a file system of 10 GiB, by the UID of the pod. */
  readonly kubelets?: Readonly<Record<string, number>>;
  readonly events?: readonly Event[];
  /** A claim's capacity before, and when the change to what it is now was seen. */
  readonly changes?: Readonly<Record<string, { fromBytes: number; seenAtMs: number }>>;
}

function volumesOf(world: World): readonly Volume[] {
  const samples = createSampleStore();
  for (const [podUid, volumes] of Object.entries(world.samples ?? {})) {
    const unreadable = world.unreadable
      ? [{ role: "data", mountPath: "/mnt", error: "EACCES" }]
      : [];
    samples.put(podUid, reportOf(volumes, { unreadable }), MONOTONIC_MS);
  }
  for (const [podUid, ageMs] of Object.entries(world.kubelets ?? {})) {
    const [totalBytes, usedBytes] = [bytes(10 * GIBIBYTE), bytes(9 * GIBIBYTE)];
    const sample = { totalBytes, usedBytes, availableBytes: GIBIBYTE, deviceBytes: totalBytes };
    samples.putSample("kubelet", podUid, "data", { sample, takenAtMs: MONOTONIC_MS - ageMs });
  }
  const capacityChanges = createCapacityChanges();
  const claims = (world.claims ?? [{}]).map((fields) => projectClaim(claimObject(fields)));
  for (const [claimUid, { fromBytes, seenAtMs }] of Object.entries(world.changes ?? {})) {
    capacityChanges.see(claimUid, bytes(fromBytes), 0);
    const claim = claims.find(({ uid }) => uid === claimUid);
    capacityChanges.see(claimUid, claim?.capacityBytes, seenAtMs);
  }
  const fast = projectStorageClass(storageClassObject());
  return buildClusterView({
    nowMs: NOW_MS,
    monotonicMs: MONOTONIC_MS,
    staleAfterMs: staleAfter(INTERVAL_MS),
    cluster: projectCluster(clusterObject(world.cluster)),
    pods: (world.pods ?? [{}]).map((fields) => projectPod(podObject(fields))),
    claims,
    findStorageClass: (name) => name === fast.name ? fast : undefined,
    samples,
    capacityChanges,
    lookAhead: () => ({}),
    runningTimes: { since: () => MONOTONIC_MS - 5_000 },
    governance: { kind: "none" },
    events: world.events ?? [],
    firstSeenSizes: [],
    maintenanceWindow: { kind: "always" },
    ...quietMemories(),
  }).volumes;
}

function onlyVolume(world: World): Volume {
  const [volume, ...others] = volumesOf(world);
  assert.ok(volume !== undefined && others.length === 0);
  return volume;
}

Deno.test("buildClusterView() shows a healthy volume with its sample, pod and class", () => {
  const volume = onlyVolume({ samples: { "orders-1-pod-uid": [{ ageMs: 1_500 }] } });
  assert.equal(volume.instance, "orders-1");
  assert.equal(volume.role, "data");
  assert.equal(volume.claim.uid, "orders-1-claim-uid");
  assert.equal(volume.claim.capacityBytes, 10 * GIBIBYTE);
  assert.deepEqual(volume.pod, {
    name: "orders-1",
    uid: "orders-1-pod-uid",
    nodeName: "node-1",
    running: true,
    runningSinceMs: NOW_MS - 5_000,
    postgresExit: undefined,
  });
  assert.deepEqual(volume.storageClass, {
    kind: "known",
    name: "fast",
    provisioner: "csi.example.com",
    allowVolumeExpansion: true,
    diskType: undefined,
  });
  assert.equal(volume.fileSystem.kind, "known");
  assert.equal(
    volume.fileSystem.kind === "known" && volume.fileSystem.observedAtMs,
    NOW_MS - 1_500,
  );
});

/** An expansion from 10 to 20 GiB that ended so long ago, as a predecessor of this process recorded it. */
function grownAgo(agoMs: number, fields: { dryRun?: boolean; fromGi?: number } = {}): Event {
  const { dryRun = false, fromGi = 10 } = fields;
  const [grown] = volumesOf({ claims: [{ capacity: `${fromGi}Gi` }] });
  assert.ok(grown !== undefined);
  const finishedAtMs = millis(NOW_MS - agoMs);
  return expansionEvent([progressOf(grown, { step: "Verified", finishedAtMs })], { dryRun });
}

const SAMPLED = { "orders-1-pod-uid": [{}] };
/** The claim has 20 GiB, and this process never saw it with less. */
const GROWN = { claims: [{ capacity: "20Gi", request: "20Gi" }] };
const MINUTE_OLD = { "orders-1-pod-uid": 60_000 };
const UNKNOWN: Readonly<Record<string, readonly [World, string | undefined]>> = {
  "nothing was reported": [{}, "NoSample"],
  "a kubelet measured it before it was grown by another process": [
    { ...GROWN, kubelets: MINUTE_OLD, events: [grownAgo(200_000), grownAgo(30_000)] },
    "SampleBeforeResize",
  ],
  "a kubelet measured it after it was grown": [
    { ...GROWN, kubelets: MINUTE_OLD, events: [grownAgo(90_000)] },
    undefined,
  ],
  "a kubelet measured it larger than it was before": [
    { ...GROWN, kubelets: MINUTE_OLD, events: [grownAgo(30_000, { fromGi: 5 })] },
    undefined,
  ],
  "a kubelet measured it before a dry run grew nothing": [
    { ...GROWN, kubelets: MINUTE_OLD, events: [grownAgo(30_000, { dryRun: true })] },
    undefined,
  ],
  "no pod mounts it": [{ pods: [], samples: SAMPLED }, "NoSample"],
  "it has no capacity": [{ claims: [{ capacity: null }], samples: SAMPLED }, "NoCapacity"],
  "the agent cannot read it": [
    { samples: { "orders-1-pod-uid": [] }, unreadable: true },
    "AgentUnreadable",
  ],
  "the file system has a size of zero": [
    { samples: { "orders-1-pod-uid": [{ totalBytes: 0 }] } },
    "AgentUnreadable",
  ],
  "the sample is stale": [
    { samples: { "orders-1-pod-uid": [{ ageMs: 100_001 }] } },
    "StaleSample",
  ],
  "the sample is as old as it may be": [
    { samples: { "orders-1-pod-uid": [{ ageMs: 100_000 }] } },
    undefined,
  ],
  "the sample is of a pod before this one": [
    { samples: { "an-earlier-pod-uid": [{}] } },
    "NoSample",
  ],
  "the pod is older than the claim of that name": [
    { claims: [{ createdAt: "2026-01-01T00:00:01Z" }], samples: SAMPLED },
    "NoSample",
  ],
  "the pod belongs to a cluster before this one": [
    { pods: [{ clusterUid: "an-earlier-cluster" }], samples: SAMPLED },
    "NoSample",
  ],
  "the capacity changed after the sample": [
    grown({ sampleAgeMs: 5_000, changedAgoMs: 4_000, deviceGibibytes: 9.4 }),
    "SampleBeforeResize",
  ],
  "the capacity changed in the moment of the sample": [
    grown({ sampleAgeMs: 5_000, changedAgoMs: 5_000, deviceGibibytes: 9.4 }),
    "SampleBeforeResize",
  ],
  "the sample shows the new size before the capacity does": [
    grown({ sampleAgeMs: 5_000, changedAgoMs: 4_000, deviceGibibytes: 18.8 }),
    undefined,
  ],
  "the sample is newer than the change": [
    grown({ sampleAgeMs: 3_000, changedAgoMs: 4_000, deviceGibibytes: 9.4 }),
    undefined,
  ],
  "the file system is twice the claim and more than a gibibyte larger": [
    { samples: { "orders-1-pod-uid": [{ deviceBytes: 20 * GIBIBYTE }] } },
    "SharedDisk",
  ],
  "the file system is not twice the claim": [
    { samples: { "orders-1-pod-uid": [{ deviceBytes: 20 * GIBIBYTE - 1 }] } },
    undefined,
  ],
  "a provider rounded a small claim up to a gibibyte": [
    {
      claims: [{ request: "100Mi" }],
      samples: { "orders-1-pod-uid": [{ deviceBytes: GIBIBYTE }] },
    },
    undefined,
  ],
  "a request is on its way to what the file system shows already": [
    {
      claims: [{ request: "25Gi", capacity: "10Gi" }],
      samples: { "orders-1-pod-uid": [{ deviceBytes: 25 * GIBIBYTE }] },
    },
    undefined,
  ],
  "a lowered request stays below what is being allocated": [
    {
      claims: [{
        request: "11Gi",
        capacity: "10Gi",
        status: { allocatedResources: { storage: "25Gi" } },
      }],
      samples: { "orders-1-pod-uid": [{ deviceBytes: 25 * GIBIBYTE }] },
    },
    undefined,
  ],
};

for (const [situation, [world, reason]] of Object.entries(UNKNOWN)) {
  const verdict = reason === undefined ? "knows" : `says ${reason} of`;
  Deno.test(`buildClusterView() ${verdict} a volume when ${situation}`, () => {
    const { fileSystem } = onlyVolume(world);
    assert.equal(fileSystem.kind === "unknown" ? fileSystem.reason : undefined, reason);
  });
}

Deno.test("buildClusterView() leaves out claims of others and claims without a known role", () => {
  const volumes = volumesOf({
    claims: [
      { clusterUid: "an-earlier-cluster", name: "orders-1", uid: "earlier" },
      { namespace: "elsewhere", uid: "elsewhere" },
      { labels: { "cnpg.io/pvcRole": "PG_MAGIC" }, uid: "magic" },
      { role: "wal" },
      {},
    ],
  });
  assert.deepEqual(volumes.map(({ claim }) => claim.uid), [
    "orders-1-claim-uid",
    "orders-1-wal-claim-uid",
  ]);
});

Deno.test("buildClusterView() keeps a volume that is being deleted, marked so", () => {
  const volume = onlyVolume({ claims: [{ deletedAt: "2026-01-01T01:00:00Z" }] });
  assert.equal(volume.claim.deleting, true);
});

const WAL_PLACES: Readonly<Record<string, readonly [World, Readonly<Record<string, boolean>>]>> = {
  "there is no WAL volume": [{ claims: [{}, { role: "tbs:hot" }] }, {
    data: true,
    "tbs:hot": false,
  }],
  "the pod mounts the WAL volume": [
    {
      claims: [{}, { role: "wal" }],
      pods: [{ claimNames: ["orders-1", "orders-1-wal"] }],
    },
    { data: false, wal: true },
  ],
  "no pod tells otherwise": [{ claims: [{}, { role: "wal" }], pods: [] }, {
    data: false,
    wal: true,
  }],
  "the pod does not mount the new WAL volume yet": [
    { claims: [{}, { role: "wal" }], pods: [{ claimNames: ["orders-1"] }] },
    { data: true, wal: true },
  ],
  "only another instance has a WAL volume": [
    { claims: [{}, { instance: "orders-2", role: "wal" }] },
    { data: true, wal: true },
  ],
};

for (const [situation, [world, expected]] of Object.entries(WAL_PLACES)) {
  Deno.test(`buildClusterView() knows where pg_wal lies when ${situation}`, () => {
    const found = volumesOf(world).map(({ role, holdsWal }) => [role, holdsWal]);
    assert.deepEqual(Object.fromEntries(found), expected);
  });
}

Deno.test("buildClusterView() prefers the pod that runs", () => {
  const volume = onlyVolume({
    pods: [
      { uid: "leaving", deletedAt: "2026-01-01T02:00:00Z" },
      { uid: "running" },
    ],
  });
  assert.equal(volume.pod?.uid, "running");
});

Deno.test("buildClusterView() shows a pod that is leaving as not running", () => {
  const volume = onlyVolume({ pods: [{ deletedAt: "2026-01-01T02:00:00Z" }] });
  assert.equal(volume.pod?.running, false);
});

Deno.test("buildClusterView() does not know a class that does not exist or is not named", () => {
  assert.deepEqual(onlyVolume({ claims: [{ storageClass: "gone" }] }).storageClass, {
    kind: "unknown",
    name: "gone",
  });
  assert.deepEqual(onlyVolume({ claims: [{ storageClass: null }] }).storageClass, {
    kind: "unknown",
    name: undefined,
  });
});

function grown(growth: {
  readonly sampleAgeMs: number;
  readonly changedAgoMs: number;
  readonly deviceGibibytes: number;
}): World {
  const deviceBytes = Math.floor(growth.deviceGibibytes * GIBIBYTE);
  return {
    claims: [{ request: "20Gi" }],
    samples: { "orders-1-pod-uid": [{ ageMs: growth.sampleAgeMs, deviceBytes }] },
    changes: {
      "orders-1-claim-uid": {
        fromBytes: 10 * GIBIBYTE,
        seenAtMs: MONOTONIC_MS - growth.changedAgoMs,
      },
    },
  };
}
