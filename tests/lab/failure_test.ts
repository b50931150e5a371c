import assert from "node:assert/strict";
import { type JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { startAgents } from "./agent_process.ts";
import { textAt } from "./claim.ts";
import { prepareController } from "./controller_process.ts";
import { type LabClaim } from "./fixture_model.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab, labTest, startLab } from "./lab.ts";
import {
  claimOf,
  createDefaultPolicy,
  requestedSize,
  sizeRequests,
  specWrites,
  volumeStatus,
  waitForEnd,
} from "./product_state.ts";
import { report } from "./report.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
const FULL = { usedPercent: 87 };
const CONNECT_LIMIT_MS = 20_000;
/** The least that the configuration takes. */
const DEADLINES = { controllerMinutes: 1, fileSystemMinutes: 1 };
/** One deadline of a minute, and the steps before and after it. */
const OPERATION_LIMIT_MS = 110_000;

await labTest("what cannot grow fails by itself and says so", async (t) => {
  await using lab = await startLab({ ownCrds: true });
  const site = await prepareController(lab, { expansionDeadlines: DEADLINES });
  const size = { namespace: NAMESPACE, dataBytes: 320 * MEBIBYTE, walBytes: 320 * MEBIBYTE };
  const stuck = await lab.createCluster({ ...size, name: "stuck", instances: 3 });
  const old = await lab.createCluster({ ...size, name: "old", fileSystem: "ext4" });
  const limited = await lab.createCluster({ ...size, name: "limited", instances: 2 });
  const healthy = await lab.createCluster({ ...size, name: "healthy" });
  const clusters = [stuck, old, limited, healthy];
  await createDefaultPolicy(lab, NAMESPACE, {
    minIncrementGi: 1,
    maxSize: "1Gi",
    cooldownMinutes: 0,
  });
  await site.start();
  for (const cluster of clusters) {
    for (const agent of await startAgents(lab, site, cluster)) {
      await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);
    }
  }
  lab.resizer.setFault(claimOf(stuck, 2, "wal"), { kind: "node-error" });
  const limit = { kind: "infeasible", limitBytes: 640 * MEBIBYTE } as const;
  lab.resizer.setFault(claimOf(limited, 1, "wal"), limit);
  await fill(lab, stuck, 1);
  await fill(lab, old, 1);
  await fill(lab, limited, 1);
  const filledAt = performance.now();

  await t.step(
    "an infeasible canary touches nothing else, and its request is lowered",
    async () => {
      const event = await end(lab, limited);
      const canary = volumeStatus(event, "limited-1-wal");
      assert.equal(textAt(event, "status", "phase"), "Failed");
      assert.equal(textAt(canary, "reason"), "ResizeInfeasible");
      assert.equal(textAt(volumeStatus(event, "limited-2-wal"), "reason"), "CanaryFailed");
      // Kubernetes takes back a failed request only as far as to the least above the capacity.
      const lowered = String(320 * MEBIBYTE + 1);
      const asked = (await sizeRequests(lab, limited)).map((entry) =>
        `${entry.name} ${requestedSize(entry)}`
      );
      assert.deepEqual(asked, ["limited-1-wal 1Gi", `limited-1-wal ${lowered}`]);
      assert.equal(await requestOf(lab, claimOf(limited, 1, "wal")), lowered);
      assert.equal((await specWrites(lab, limited)).length, 0);
    },
  );

  await t.step("meanwhile another cluster grows as if nothing were", async () => {
    await fill(lab, healthy, 1);
    const event = await end(lab, healthy);
    assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
    assert.ok(performance.now() - filledAt < DEADLINES.fileSystemMinutes * 60_000);
  });

  await t.step(
    "an ext4 that may not grow online fails at the deadline of its file system",
    async () => {
      const event = await end(lab, old);
      report("filling to FileSystemDeadline", performance.now() - filledAt);
      assert.equal(textAt(event, "status", "phase"), "Failed");
      const status = volumeStatus(event, "old-1-wal");
      assert.equal(textAt(status, "reason"), "FileSystemDeadline");
      assert.match(textAt(status, "error"), /old-1/);
      assert.equal((await specWrites(lab, old)).length, 0);
    },
  );

  await t.step("a stuck replica keeps neither its siblings nor the spec", async () => {
    const event = await end(lab, stuck);
    const reasons = ["stuck-1-wal", "stuck-2-wal", "stuck-3-wal"].map((name) =>
      textAt(volumeStatus(event, name), "step")
    );
    assert.deepEqual(reasons, ["Verified", "Failed", "Verified"], JSON.stringify(event.status));
    assert.equal(textAt(volumeStatus(event, "stuck-2-wal"), "reason"), "FileSystemDeadline");
    assert.equal((await specWrites(lab, stuck)).length, 1);
    const third = await lab.volumes.usage(claimOf(stuck, 3, "wal").volume);
    assert.ok(third.totalBytes > 900 * MEBIBYTE, `found ${third.totalBytes}`);
  });
});

async function fill(lab: Lab, cluster: LabCluster, serial: number): Promise<void> {
  await lab.volumes.fill(claimOf(cluster, serial, "wal").volume, FULL);
}

function end(lab: Lab, cluster: LabCluster): Promise<JsonObject> {
  return waitForEnd(lab, cluster, "wal", OPERATION_LIMIT_MS);
}

async function requestOf(lab: Lab, { namespace, name }: LabClaim): Promise<string> {
  const claim = await lab.api.get(PERSISTENT_VOLUME_CLAIM, { namespace, name });
  return textAt(claim, "spec", "resources", "requests", "storage");
}
