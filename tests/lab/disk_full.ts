/**
 * A full pg_wal as CloudNativePG and kubelet report it: the part of both in the rescue of a cluster.
 *
 * The phase and its reason are those of CNPG 1.30 (`ensureNoFailoverOnFullDisk` in
 * `internal/controller/cluster_controller.go`); the instance manager ends with exit code 4, and kubelet starts
 * it anew with growing pauses.
 *
 * @module
 */

import { POD } from "../../kube/resources.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab } from "./lab.ts";

const HEALTHY_PHASE = "Cluster in healthy state";
const DISK_FULL_PHASE = "Not enough disk space";
const DISK_FULL_REASON =
  "Insufficient disk space detected in one or more pods is preventing PostgreSQL from running." +
  "Please verify your storage settings. Further information inside .status.instancesReportedState";
/** `MissingWALDiskSpaceExitCode` in CNPG's `api/v1`. */
const MISSING_WAL_DISK_SPACE_EXIT_CODE = 4;
const IMAGE = "ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie";

/** Ends PostgreSQL in the instances of these numbers, for want of room for WAL, and lets CNPG see it. */
export async function runOutOfSpace(
  lab: Lab,
  cluster: LabCluster,
  serials: readonly number[],
): Promise<void> {
  const stopped = serials.map((serial) => `${cluster.name}-${serial}`);
  for (const name of stopped) await crash(lab, cluster.namespace, name);
  const names = cluster.instances.map(({ name }) => name);
  const healthy = names.filter((name) => !stopped.includes(name));
  await cluster.setStatus({
    phase: DISK_FULL_PHASE,
    phaseReason: DISK_FULL_REASON,
    readyInstances: healthy.length,
    instancesStatus: { healthy, failed: stopped },
  });
}

/** Starts PostgreSQL in all instances again, and lets CNPG see that. */
export async function comeBack(lab: Lab, cluster: LabCluster): Promise<void> {
  const names = cluster.instances.map(({ name }) => name);
  for (const name of names) await run(lab, cluster.namespace, name);
  await cluster.setStatus({
    phase: HEALTHY_PHASE,
    phaseReason: null,
    readyInstances: names.length,
    instancesStatus: { healthy: names, failed: null },
  });
}

/** kubelet's word on a container that ends as soon as it is started; the pod goes on running. */
async function crash(lab: Lab, namespace: string, name: string): Promise<void> {
  const now = timestamp();
  await patchContainer(lab, namespace, name, "False", {
    ready: false,
    started: false,
    restartCount: 1,
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s restarting" } },
    lastState: {
      terminated: {
        exitCode: MISSING_WAL_DISK_SPACE_EXIT_CODE,
        reason: "Error",
        startedAt: now,
        finishedAt: now,
      },
    },
  });
}

async function run(lab: Lab, namespace: string, name: string): Promise<void> {
  await patchContainer(lab, namespace, name, "True", {
    ready: true,
    started: true,
    restartCount: 2,
    state: { running: { startedAt: timestamp() } },
  });
}

async function patchContainer(
  lab: Lab,
  namespace: string,
  name: string,
  ready: "True" | "False",
  state: Readonly<Record<string, unknown>>,
): Promise<void> {
  await lab.api.patch(POD, { namespace, name }, {
    type: "merge",
    body: {
      status: {
        conditions: [{ type: "Ready", status: ready, lastTransitionTime: timestamp() }],
        containerStatuses: [{ name: "postgres", image: IMAGE, imageID: "", ...state }],
      },
    },
  }, { subresource: "status" });
}

function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
