import assert from "node:assert/strict";
import { STORAGE_EVENTS } from "../../controller/observe/resources.ts";
import { startAgents } from "./agent_process.ts";
import { textAt } from "./claim.ts";
import { prepareController } from "./controller_process.ts";
import { type LabClaim } from "./fixture_model.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab, labTest, startLab } from "./lab.ts";
import {
  claimOf,
  createDefaultPolicy,
  sizeRequests,
  specWrites,
  storageEvents,
  volumeStatus,
  waitForEnd,
  wallClockMs,
} from "./product_state.ts";
import { report } from "./report.ts";
import { pause, waitUntil } from "./wait.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
const FULL = { usedPercent: 87 };
const CONNECT_LIMIT_MS = 20_000;
const REQUEST_LIMIT_MS = 30_000;
/** Agents back off to 15 s while nobody answers them. */
const RECOVERY_LIMIT_MS = 60_000;
/** The disk takes so long that the controller is surely gone before it has grown. */
const SLOW_DISK_MS = 4_000;
/** kubelet kills after 30 s. */
const STOP_LIMIT_MS = 5_000;

await labTest("an operation outlives its controller, and agents find the next one", async (t) => {
  await using lab = await startLab({ ownCrds: true });
  const site = await prepareController(lab);
  const cluster = await lab.createCluster({
    namespace: NAMESPACE,
    instances: 2,
    dataBytes: 320 * MEBIBYTE,
    walBytes: 320 * MEBIBYTE,
  });
  const hasty = await lab.createCluster({
    namespace: NAMESPACE,
    name: "hasty",
    dataBytes: 320 * MEBIBYTE,
  });
  await createDefaultPolicy(lab, NAMESPACE, {
    minIncrementGi: 1,
    maxSize: "1Gi",
    cooldownMinutes: 0,
  });
  let controller = await site.start();
  const agents = [
    ...await startAgents(lab, site, cluster),
    ...await startAgents(lab, site, hasty),
  ];
  for (const agent of agents) await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);

  await t.step(
    "killed between request and growth, it is resumed and nothing asked twice",
    async () => {
      const canary = claimOf(cluster, 2, "wal");
      lab.resizer.setFault(canary, { kind: "slow", delayMs: SLOW_DISK_MS });
      await lab.volumes.fill(canary.volume, FULL);
      await waitForRequest(lab, cluster);
      assert.equal((await controller.stop("SIGKILL")).signal, "SIGKILL");
      const killedAt = performance.now();
      assert.ok(
        (await lab.volumes.usage(canary.volume)).totalBytes < 320 * MEBIBYTE,
        "not grown yet",
      );

      controller = await site.start();
      const event = await waitForEnd(lab, cluster, "wal", RECOVERY_LIMIT_MS);
      report("kill to the end of the operation", performance.now() - killedAt);
      assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
      assert.equal(
        (await storageEvents(lab, cluster, "wal")).length,
        1,
        "it is the same operation",
      );
      assert.equal(textAt(volumeStatus(event, canary.name), "verifiedBy"), "statfs");
      assert.deepEqual(
        (await sizeRequests(lab, cluster)).map(({ name }) => name),
        ["pg-2-wal", "pg-1-wal"],
      );
      assert.equal((await specWrites(lab, cluster)).length, 1);
    },
  );

  await t.step("killed before the request was recorded, it asks nothing twice either", async () => {
    const canary = claimOf(hasty, 1, "data");
    lab.resizer.setFault(canary, { kind: "slow", delayMs: SLOW_DISK_MS });
    await lab.volumes.fill(canary.volume, FULL);
    await waitForRequest(lab, hasty);
    await controller.stop("SIGKILL");
    await forgetRequest(lab, hasty, canary);

    controller = await site.start();
    const event = await waitForEnd(lab, hasty, "data", RECOVERY_LIMIT_MS);
    assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
    assert.equal((await sizeRequests(lab, hasty)).length, 1);
    assert.equal((await storageEvents(lab, hasty, "data")).length, 1);
  });

  await t.step("on SIGTERM the controller ends with status 0, and agents run on", async () => {
    const stoppedAt = performance.now();
    const status = await controller.stop("SIGTERM");
    const tookMs = performance.now() - stoppedAt;
    report("SIGTERM to exit", tookMs);
    assert.deepEqual([status.code, status.signal], [0, null], controller.tail());
    assert.ok(tookMs < STOP_LIMIT_MS);
    await pause(2_000);
    for (const agent of agents) assert.equal(agent.status(), undefined, agent.tail());
  });

  await t.step("agents reconnect to the next controller, which acts on what they say", async () => {
    // What happens while there is no controller is seen by the next one.
    await lab.volumes.fill(claimOf(cluster, 1, "data").volume, FULL);
    const startedAt = performance.now();
    const startedWallMs = wallClockMs();
    controller = await site.start();
    const event = await waitForEnd(lab, cluster, "data", RECOVERY_LIMIT_MS);
    report("start of a controller to the end of an operation", performance.now() - startedAt);
    const request = (await sizeRequests(lab, cluster)).find(({ name }) => name === "pg-1");
    report("start of a controller to PATCH", (request?.receivedAtMs ?? NaN) - startedWallMs);
    assert.equal(textAt(volumeStatus(event, "pg-1"), "verifiedBy"), "statfs");
    assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
    const accepted = await controller.metric(
      `cnpg_storage_manager_agent_reports_total{result="Accepted"}`,
    );
    assert.ok(accepted !== undefined && accepted >= agents.length, `found ${accepted}`);
    for (const agent of agents) assert.equal(agent.status(), undefined, agent.tail());
  });
});

async function waitForRequest(lab: Lab, cluster: LabCluster): Promise<void> {
  await waitUntil(
    "the canary's request",
    async () => (await sizeRequests(lab, cluster))[0],
    { limitMs: REQUEST_LIMIT_MS },
  );
}

/** Leaves the operation as a controller does that ends right after its request, before the record of it. */
async function forgetRequest(lab: Lab, cluster: LabCluster, claim: LabClaim): Promise<void> {
  const [event] = await storageEvents(lab, cluster, claim.role);
  assert.ok(event !== undefined);
  const { requestedTime: _, ...status } = volumeStatus(event, claim.name);
  const name = { namespace: cluster.namespace, name: textAt(event, "metadata", "name") };
  const pvcStatuses = [{ ...status, phase: "Pending", step: "Queued" }];
  const body = { status: { phase: "Pending", startTime: null, pvcStatuses } };
  await lab.api.patch(STORAGE_EVENTS, name, { type: "merge", body }, { subresource: "status" });
}
