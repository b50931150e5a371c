/**
 * Writes the ClusterStorage of a cluster when it means something new.
 *
 * @module
 */

import type { ObjectName } from "../../kube/api.ts";
import {
  type ClusterStorage,
  clusterStorageObject,
  type ClusterStorageStatus,
  parseClusterStorage,
} from "../../lib/cluster_storage/cluster_storage.ts";
import type { Plan } from "../../lib/decide/plan.ts";
import { HOUR, type Millis, millis, MINUTE } from "../../lib/units/millis.ts";
import { parseTimestamp } from "../../lib/units/timestamp.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import { CLUSTER_STORAGES } from "../observe/resources.ts";
import { assertOwner } from "./assert_owner.ts";
import { clusterStorageStatus } from "./cluster_storage_status.ts";
import { answerOf, type Attempt, attempt, during, RefusedError } from "./failure.ts";
import { foretellsOtherwise, foretellsSooner, soonestMs } from "./foretells_something_new.ts";
import { isMereFall, meansSomethingNew } from "./means_something_new.ts";
import type { Effect } from "./outcome.ts";
import type { ActDependencies } from "./ports.ts";
import { statusPatch } from "./status_patch.ts";
import { createWriter, type Writer } from "./writer.ts";

/** A level that has only fallen is written this long after the last write at the earliest. */
const FALL_INTERVAL_MS = 5 * MINUTE;

/** So is a forecast that is no longer what it was, this long at the longest: loads come and go. */
const FORECAST_INTERVAL_MS_MAX = HOUR;

/** Writes what is known of a cluster. Never rejects. */
export type ClusterStorageWriter = (
  view: ClusterView,
  plan: Plan,
  signal: AbortSignal,
) => Promise<Attempt>;

/** Creates the writer of ClusterStorages. */
export function createClusterStorageWriter(
  dependencies: Pick<ActDependencies, "api" | "clock" | "fold" | "latest" | "mayWrite">,
): ClusterStorageWriter {
  return function writeClusterStorage(view, plan, signal): Promise<Attempt> {
    const writer = createWriter(dependencies, signal);
    return attempt(async (): Promise<Effect> => {
      if (view.deleting) return "already";
      const known = dependencies.latest.clusterStorage(objectKey(view));
      if (known !== undefined) assertOwned(known, view);
      const nowMs = millis(dependencies.clock.now());
      const planned = clusterStorageStatus(view, plan, known?.status ?? {}, nowMs);
      if (known !== undefined && !isWorthWriting(known.status, planned, nowMs)) return "already";
      const current = known ?? await createOrRead(view, writer);
      const status = clusterStorageStatus(view, plan, current.status, nowMs);
      await during(
        `writing the status of ClusterStorage ${objectKey(view)}`,
        () =>
          writer.patch(
            CLUSTER_STORAGES,
            nameOf(view),
            statusPatch(current.resourceVersion, status),
            { subresource: "status" },
          ),
      );
      return "written";
    });
  };
}

/**
 * Usage that swings around a threshold falls below it again and again; rising is told at once. So is a volume that
 * is going to be full much sooner; any other forecast waits longest, but not beyond a time that was told: after it
 * everybody sees that it was wrong.
 */
function isWorthWriting(
  previous: ClusterStorageStatus,
  planned: ClusterStorageStatus,
  nowMs: Millis,
): boolean {
  if (foretellsSooner(previous, planned)) return true;
  const writtenAtMs = parseTimestamp(previous.lastUpdated ?? "");
  const quietMs = writtenAtMs === undefined ? Infinity : nowMs - writtenAtMs;
  if (meansSomethingNew(previous, planned)) {
    return quietMs >= FALL_INTERVAL_MS || !isMereFall(previous, planned);
  }
  const toldMs = Math.max(FALL_INTERVAL_MS, soonestMs(previous));
  return quietMs >= Math.min(FORECAST_INTERVAL_MS_MAX, toldMs) &&
    foretellsOtherwise(previous, planned);
}

async function createOrRead(view: ClusterView, writer: Writer): Promise<ClusterStorage> {
  const path = objectKey(view);
  await assertOwner(view, writer);
  const object = await during(`creating ClusterStorage ${path}`, async () => {
    try {
      return await writer.create(CLUSTER_STORAGES, view.namespace, clusterStorageObject(view));
    } catch (error) {
      if (answerOf(error)?.reason !== "AlreadyExists") throw error;
      return await writer.get(CLUSTER_STORAGES, nameOf(view));
    }
  });
  const parsed = parseClusterStorage(object);
  if (parsed.kind === "invalid") throw new TypeError(parsed.message);
  assertOwned(parsed.clusterStorage, view);
  return parsed.clusterStorage;
}

/**
 * One that a deleted Cluster of the same name owned is about to be collected, and its history with it; one
 * without an owner is somebody else's. Its removal is news of the cluster: until then every try is in vain.
 *
 * @throws {RefusedError} If it belongs to anything but this Cluster.
 */
function assertOwned(current: ClusterStorage, view: ClusterView): void {
  if (current.clusterUid === view.uid) return;
  throw new RefusedError(
    "ForeignOwner",
    `Cannot write ClusterStorage ${objectKey(view)}: ` +
      `expected one owned by Cluster ${view.uid}, found ${current.clusterUid ?? "no owner"}`,
  );
}

function nameOf(view: ClusterView): ObjectName {
  return { namespace: view.namespace, name: view.name };
}
