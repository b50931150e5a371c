/**
 * The way to the API server is lost, in the ways in which it is lost.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DEADLINE_MS } from "../../kube/exchange.ts";
import { prepareController } from "./controller_process.ts";
import { startLab } from "./lab.ts";
import { claimOf, wallClockMs } from "./product_state.ts";
import { startRelay } from "./relay.ts";
import { report } from "./report.ts";
import {
  assertGrownOnce,
  createPolicy,
  createWatched,
  fillSlowly,
  FULL,
  NAMESPACE,
  OPERATION_LIMIT_MS,
  SIZE_BYTES,
  waitForRequest,
  waitUntilGoverned,
  waitUntilSeen,
} from "./survival.ts";

/** The disk takes so long that the API server is surely gone before it has grown. */
const SLOW_DISK_MS = 6_000;
/** A kubelet that is not nudged: nobody learns in time that it waits. */
const SYNC_DELAY_MS = 2_000;
/** A watch that broke is opened again after pauses of up to half a minute. */
const SEEN_LIMIT_MS = 60_000;
/** The API server ends in the midst of an operation, and is started again. */
export async function outliveRestart(): Promise<void> {
  await using lab = await startLab({ ownCrds: true, syncDelayMs: SYNC_DELAY_MS });
  const site = await prepareController(lab);
  const controller = await site.start();
  const cluster = await createWatched(lab, site, "restarted", 2);
  await createPolicy(lab);
  await fillSlowly(lab, cluster, SLOW_DISK_MS);

  const endedAtMs = wallClockMs();
  await lab.controlPlane.restartApiServer();
  report("restart of the API server", wallClockMs() - endedAtMs);
  await assertGrownOnce(lab, cluster);
  report("its end to the end of the operation", wallClockMs() - endedAtMs);
  await lab.createCluster({ namespace: NAMESPACE, name: "later", dataBytes: SIZE_BYTES });
  await waitUntilSeen(lab, "later", SEEN_LIMIT_MS);
  assert.equal(controller.status(), undefined, controller.tail());
}

/** All connections to the API server go dead, and nobody is told. */
export async function outliveDeadConnections(): Promise<void> {
  await using lab = await startLab({ ownCrds: true, syncDelayMs: SYNC_DELAY_MS });
  using relay = startRelay(Number(new URL(lab.controlPlane.server).port));
  const site = await prepareController(lab, {}, `https://127.0.0.1:${relay.port}`);
  const controller = await site.start();
  const cluster = await createWatched(lab, site, "frozen");
  await createPolicy(lab);
  // The policy must have been seen: soon nothing is any more.
  await waitUntilGoverned(lab);

  relay.freeze();
  const frozenAtMs = wallClockMs();
  await lab.volumes.fill(claimOf(cluster, 1, "data").volume, FULL);
  const { receivedAtMs } = await waitForRequest(lab, cluster);
  report("connections dead to the PATCH of a full claim", receivedAtMs - frozenAtMs);
  // That the claim has grown is told by a watch: the request that met its deadline told that it is dead.
  await assertGrownOnce(lab, cluster, DEADLINE_MS + OPERATION_LIMIT_MS);
  report("connections dead to the end of the operation", wallClockMs() - frozenAtMs);
  // Of a new cluster nobody hears but by a watch.
  await lab.createCluster({ namespace: NAMESPACE, name: "later", dataBytes: SIZE_BYTES });
  await waitUntilSeen(lab, "later", SEEN_LIMIT_MS);
  report("connections dead to a watch that lives", wallClockMs() - frozenAtMs);
  assert.equal(controller.status(), undefined, controller.tail());
}
