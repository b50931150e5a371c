/**
 * What befalls a cluster: users, nodes, providers and archives, each at its time.
 *
 * @module
 */

import type { Random } from "../../../kube/clock.ts";
import type { Workload } from "../../../sim/postgres/postgres.ts";
import type { StorageBehaviour } from "../../../sim/storage/storage_behaviour.ts";
import type { ClusterPlan, StorageKind } from "./cluster_plan.ts";
import { between, chance, pick } from "./draw.ts";
import { type Incident, incident, MINUTE_MS, STORM_MS, stormMoment } from "./incident.ts";
import type { Stage } from "./stage.ts";
import {
  drawBreakerReset,
  drawLargerSpec,
  drawManualRequest,
  drawPause,
  drawPictureLoss,
  drawPolicyChange,
  drawPolicyLoss,
  drawQuota,
  drawRival,
} from "./user_incidents.ts";

const MEBIBYTE = 1024 ** 2;

/** How long everything is well afterwards. */
export const CALM_MS = 25 * MINUTE_MS;

/** From then on nobody writes to any database, so that what is known can be compared with what is so. */
export const REST_MS = STORM_MS + 15 * MINUTE_MS;

type DrawIncidents = (random: Random, plan: ClusterPlan) => readonly Incident[];

/** The label of what leaves nobody time. */
export const FILLED = "a volume is filled";

interface IncidentKind {
  /** In this share of the clusters. */
  readonly share: number;
  readonly draw: DrawIncidents;
}

const KINDS: readonly IncidentKind[] = [
  { share: 0.25, draw: drawPause },
  { share: 0.25, draw: drawPolicyChange },
  { share: 0.08, draw: drawPolicyLoss },
  { share: 0.2, draw: drawManualRequest },
  { share: 0.15, draw: drawScaleUp },
  { share: 0.25, draw: drawPodReplaced },
  { share: 0.15, draw: drawFailover },
  { share: 0.1, draw: drawDeletion },
  { share: 0.12, draw: drawLargerSpec },
  { share: 0.08, draw: drawPictureLoss },
  { share: 0.25, draw: drawBurst },
  { share: 0.2, draw: drawArchiveDown },
  { share: 0.1, draw: drawBreakerReset },
  { share: 0.15, draw: drawFilled },
  { share: 0.06, draw: drawAllFilled },
  { share: 0.1, draw: drawRival },
  { share: 0.12, draw: drawQuota },
  { share: 0.3, draw: drawDump },
];

/** Draws all that befalls a cluster. */
export function drawIncidents(random: Random, plan: ClusterPlan): readonly Incident[] {
  const drawn = KINDS.flatMap(({ share, draw }) => chance(random, share) ? draw(random, plan) : []);
  return [...drawTrouble(random, plan), ...drawn, rest()];
}

function rest(): Incident {
  return incident(REST_MS, "nobody writes any more", ({ cluster }) => {
    cluster.setWorkload({ walBytesPerSecond: 0, dataBytesPerSecond: 0 });
  });
}

/** What a provider or a node does wrong, and that it is repaired in two of three worlds. */
function drawTrouble(random: Random, { storage }: ClusterPlan): readonly Incident[] {
  const trouble = troubleOf(storage);
  if (trouble === undefined) return [];
  const isEverywhere = storage === "failing";
  const victim = between(random, 0, 2);
  const repairs = chance(random, 0.67) ? [stormMoment(random)] : [];
  function behave({ cluster }: Stage, behaviour: Partial<StorageBehaviour>): void {
    for (const [index, { volumes }] of cluster.instances.entries()) {
      if (!isEverywhere && index !== victim % cluster.instances.length) continue;
      for (const volume of volumes) volume.setBehaviour(behaviour);
    }
  }
  return [
    incident(0, `storage is ${storage}`, (stage) => behave(stage, trouble)),
    ...repairs.map((atMs) => incident(atMs, "storage is healthy", (stage) => behave(stage, {}))),
  ];
}

/** Volumes of 8 to 12 GiB are above it after one growth or two. */
const INFEASIBLE_ABOVE_BYTES = 12 * 1024 ** 3;

function troubleOf(storage: StorageKind): Partial<StorageBehaviour> | undefined {
  const error = "rpc error: code = Internal desc = out of luck";
  switch (storage) {
    case "infeasible-volume":
      return { infeasibleAboveBytes: INFEASIBLE_ABOVE_BYTES };
    case "failing":
      return { failing: error };
    case "stuck-node":
      return { stuckAtNode: true };
    case "failing-node":
      return { nodeFailing: error };
    case "healthy":
    case "slow":
    case "infeasible":
    case "fixed":
    case "budgeted":
      return undefined;
  }
}

function drawScaleUp(random: Random, plan: ClusterPlan): readonly Incident[] {
  const instances = (plan.cluster.instances ?? 3) + 1;
  return [incident(stormMoment(random), "a replica is added", ({ cluster, lives }) => {
    if (lives()) cluster.scale(instances);
  })];
}

function drawPodReplaced(random: Random): readonly Incident[] {
  return [incident(stormMoment(random), "a pod is replaced", ({ cluster }) => {
    const instance = cluster.instances.at(-1);
    if (instance?.podUid() !== undefined) instance.replacePod();
  })];
}

function drawFailover(random: Random): readonly Incident[] {
  return [incident(stormMoment(random), "the primary is lost", ({ cluster }) => {
    if (cluster.primary?.podUid() !== undefined) cluster.failPrimary();
  })];
}

/** Names come again: what was of the old cluster is not of the new one. */
function drawDeletion(random: Random): readonly Incident[] {
  const atMs = stormMoment(random);
  const deleted = incident(atMs, "the cluster is deleted", ({ cluster, lives }) => {
    if (lives()) cluster.deleteIt();
  });
  const againMs = atMs + between(random, 1, 4) * MINUTE_MS;
  return chance(random, 0.3)
    ? [deleted]
    : [deleted, incident(againMs, "a cluster of its name is made", (stage) => stage.remake())];
}

function drawBurst(random: Random, { workload }: ClusterPlan): readonly Incident[] {
  const atMs = stormMoment(random);
  const burst: Workload = { ...workload, dataBytesPerSecond: 5 * MEBIBYTE };
  return [
    incident(atMs, "a bulk load begins", ({ cluster }) => cluster.setWorkload(burst)),
    incident(atMs + 2 * MINUTE_MS, "the bulk load is done", ({ cluster }) => {
      cluster.setWorkload(workload);
    }),
  ];
}

function drawArchiveDown(random: Random): readonly Incident[] {
  const atMs = stormMoment(random);
  const endMs = atMs + between(random, 2, 15) * MINUTE_MS;
  return [
    incident(atMs, "the archive fails", ({ cluster }) => {
      cluster.setArchiver({ kind: "failing", error: "PutObject: 403" });
    }),
    incident(endMs, "the archive works", ({ cluster }) => {
      cluster.setArchiver({ kind: "working", segmentsPerSecond: 10 });
    }),
  ];
}

/** Somebody copies files onto a volume, until hardly a page fits. */
function drawFilled(random: Random): readonly Incident[] {
  const atMs = chance(random, 0.3) ? 0 : stormMoment(random);
  const serial = between(random, 0, 2);
  const leftBytes = pick(random, [1, 8, 100]) * MEBIBYTE;
  return [incident(atMs, FILLED, ({ cluster: { instances } }) => {
    instances[serial % Math.max(1, instances.length)]?.volumes.at(-1)?.fillTo(leftBytes);
  })];
}

/** All instances at once: what is copied onto one is copied onto all. */
function drawAllFilled(random: Random): readonly Incident[] {
  const atMs = chance(random, 0.5) ? 0 : stormMoment(random);
  const leftBytes = pick(random, [1, 8, 100]) * MEBIBYTE;
  return [incident(atMs, FILLED, ({ cluster: { instances } }) => {
    for (const { volumes } of instances) volumes[0]?.fillTo(leftBytes);
  })];
}

/** Somebody lays a dump onto a volume, too small to be news by itself, and removes it when everybody rests. */
function drawDump(random: Random): readonly Incident[] {
  const sizeBytes = between(random, 200, 400) * MEBIBYTE;
  const removals: (() => void)[] = [];
  return [
    incident(stormMoment(random), "a dump is written", ({ cluster: { instances } }) => {
      for (const { fileSystem } of instances.flatMap(({ volumes }) => volumes)) {
        if (fileSystem.allocate(sizeBytes)) removals.push(() => fileSystem.release(sizeBytes));
      }
    }),
    incident(
      REST_MS + MINUTE_MS,
      "the dump is removed",
      () => removals.forEach((remove) => remove()),
    ),
  ];
}
