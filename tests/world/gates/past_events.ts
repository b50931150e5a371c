/**
 * StorageEvents that an earlier controller has left behind.
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import { projectClaim } from "../../../controller/observe/project_claim.ts";
import { STORAGE_EVENTS } from "../../../controller/observe/resources.ts";
import type { EventDraft, VolumeProgress } from "../../../lib/event/event.ts";
import { storageEventObject, storageEventStatus } from "../../../lib/event/storage_event.ts";
import { bytes, GIBIBYTE } from "../../../lib/units/bytes.ts";
import { millis, MINUTE } from "../../../lib/units/millis.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";

/** As what the events of the past were written. */
const USER = "a-controller-of-the-past";

/** How an expansion of one volume ended. */
export interface PastExpansion {
  /** Whose first volume it was. */
  readonly instance: string;
  /** Of one that goes on: when its request was made. */
  readonly endedAtMs: number;
  readonly outcome: "grown" | "failed" | "goes-on";
}

/** Stores events of expansions. */
export function storePast(
  world: World,
  cluster: SimulatedCluster,
  past: readonly PastExpansion[],
): void {
  for (const [index, expansion] of past.entries()) {
    const { namespace, name } = cluster;
    const draft = draftOf(world, cluster, expansion);
    const eventName = `${name}-expansion-of-the-past-${index + 1}`;
    const object = storageEventObject(draft, { cluster, name: eventName });
    world.server.create(STORAGE_EVENTS, { ...object }, { namespace, user: USER });
    const status = storageEventStatus(draft.status, [], millis(expansion.endedAtMs));
    world.server.patch(
      STORAGE_EVENTS,
      { namespace, name: eventName },
      { type: "merge", body: { status: { ...status } } },
      { user: USER, subresource: "status" },
    );
  }
}

const PHASES = { grown: "Completed", failed: "Failed", "goes-on": "InProgress" } as const;

const STEPS: Readonly<Record<PastExpansion["outcome"], Pick<VolumeProgress, "step" | "failure">>> =
  {
    grown: { step: "Verified" },
    failed: {
      step: "Failed",
      failure: { reason: "ControllerDeadline", message: "out of luck" },
    },
    "goes-on": { step: "Requested" },
  };

function draftOf(
  world: World,
  { namespace }: SimulatedCluster,
  { instance, endedAtMs, outcome }: PastExpansion,
): EventDraft {
  const stored = world.server.find(PERSISTENT_VOLUME_CLAIM, { namespace, name: instance });
  if (stored === undefined) throw new TypeError(`Cannot recall ${instance}: expected a claim`);
  const { uid, requestBytes } = projectClaim(stored);
  const goesOn = outcome === "goes-on";
  const beganAtMs = millis(goesOn ? endedAtMs : endedAtMs - MINUTE);
  const endMs = goesOn ? undefined : millis(endedAtMs);
  return {
    eventType: "expansion",
    trigger: "threshold-breach",
    dryRun: false,
    reason: "AboveExpansion",
    message: "long ago",
    expansion: {
      role: "data",
      originalBytes: bytes(requestBytes - GIBIBYTE),
      requestedBytes: bytes(requestBytes),
      limitBytes: bytes(100 * GIBIBYTE),
      canaryClaimName: instance,
      writeBack: "cluster",
      parallelism: 1,
    },
    status: {
      phase: PHASES[outcome],
      startedAtMs: beganAtMs,
      completedAtMs: endMs,
      volumes: [{
        claimName: instance,
        claimUid: uid,
        instance,
        originalBytes: bytes(requestBytes - GIBIBYTE),
        requestedAtMs: beganAtMs,
        finishedAtMs: endMs,
        ...STEPS[outcome],
      }],
      writeBack: { state: goesOn ? "pending" : "skipped" },
      conditions: [],
    },
  };
}
