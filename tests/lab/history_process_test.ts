import assert from "node:assert/strict";
import { openDatabase } from "../../controller/history/sqlite/open_database.ts";
import { createStore, type Store } from "../../controller/history/sqlite/store.ts";
import {
  type PendingSample,
  writtenSamples,
} from "../../controller/history/sqlite/written_samples.ts";
import { HOUR, MINUTE } from "../../lib/units/millis.ts";
import { startAgents } from "./agent_process.ts";
import { historyDirectoryOf, prepareController } from "./controller_process.ts";
import { labTest, startLab } from "./lab.ts";
import { claimOf, wallClockMs } from "./product_state.ts";
import { report } from "./report.ts";
import { waitUntil } from "./wait.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
const CONNECT_LIMIT_MS = 20_000;
const FORECAST_LIMIT_MS = 30_000;
/** A past that no agent can tell: it remembers an hour. */
const PAST_MS = 20 * HOUR;
const PAST_STEP_MS = 2 * MINUTE;
const GROWTH_BYTES_PER_HOUR = 4 * MEBIBYTE;
const FILE_BYTES_MAX = 2 ** 28;

await labTest("a controller that ends writes the past, and one that starts reads it", async (t) => {
  await using lab = await startLab({ ownCrds: true });
  const directory = historyDirectoryOf(lab);
  const path = `${directory}/history.sqlite`;
  const site = await prepareController(lab, {
    metricsInterval: "2s",
    persistence: { enabled: true, directory },
  });
  const cluster = await lab.createCluster({
    namespace: NAMESPACE,
    dataBytes: 320 * MEBIBYTE,
    walBytes: 320 * MEBIBYTE,
  });
  const { uid, volume } = claimOf(cluster, 1, "data");
  await lab.volumes.fill(volume, { usedPercent: 40 });
  const labels = `namespace="${NAMESPACE}",cluster="pg",pvc="pg-1",instance="pg-1"`;

  function withStore<Result>(use: (store: Store) => Result): Result {
    const store = createStore(openDatabase(path, FILE_BYTES_MAX));
    try {
      return use(store);
    } finally {
      store.close();
    }
  }

  let usedBytes = 0;
  await t.step("told to end, it leaves what it measured in the file", async () => {
    await using controller = await site.start();
    for (const agent of await startAgents(lab, site, cluster)) {
      await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);
    }
    usedBytes = await waitUntil(
      "the usage",
      () => controller.metric(`cnpg_storage_manager_pvc_usage_bytes{${labels}}`),
    );
    assert.equal(await controller.metric(`cnpg_storage_manager_history_state{state="kept"}`), 1);
    const { code } = await controller.stop("SIGTERM");
    assert.equal(code, 0, controller.tail());
    assert.doesNotMatch(controller.tail(), /not written|not kept/);
    const nowMs = wallClockMs();
    const pasts = withStore((store) => store.read({ kind: "read", nowMs, claimUids: [uid] }));
    assert.equal(pasts[0]?.hours.length, 1);
  });

  await t.step("killed and started again and again, it foretells from the file", async () => {
    const nowMs = wallClockMs();
    const samples = pastOf(uid, nowMs, usedBytes);
    withStore((store) => {
      store.write({ kind: "write", nowMs, samples: writtenSamples(samples), forgotten: [] });
    });
    for (const life of ["first", "second"]) {
      const startedAtMs = performance.now();
      await using controller = await site.start();
      const timeToFull = `cnpg_storage_manager_pvc_time_to_full_seconds{${labels}}`;
      const seconds = await waitUntil("the forecast", () => controller.metric(timeToFull), {
        limitMs: FORECAST_LIMIT_MS,
      });
      report(`start of the ${life} process to a forecast`, performance.now() - startedAtMs);
      const expectedHours = (await freeBytes(controller, labels)) / GROWTH_BYTES_PER_HOUR;
      const ratio = seconds / 3_600 / expectedHours;
      assert.ok(ratio > 0.8 && ratio < 1.25, `found ${seconds} s, expected ${expectedHours} h`);
      assert.equal((await controller.stop("SIGKILL")).signal, "SIGKILL");
    }
  });
});

/** A volume that has filled steadily up to now. */
function pastOf(claimUid: string, nowMs: number, usedBytes: number): PendingSample[] {
  const samples: PendingSample[] = [];
  for (let ageMs = PAST_MS; ageMs > PAST_STEP_MS; ageMs -= PAST_STEP_MS) {
    const lessBytes = Math.round(GROWTH_BYTES_PER_HOUR * ageMs / HOUR);
    samples.push([claimUid, nowMs - ageMs, usedBytes - lessBytes, false]);
  }
  return samples;
}

async function freeBytes(
  controller: { metric(series: string): Promise<number | undefined> },
  labels: string,
): Promise<number> {
  const [capacity = 0, used = 0] = await Promise.all([
    controller.metric(`cnpg_storage_manager_pvc_capacity_bytes{${labels}}`),
    controller.metric(`cnpg_storage_manager_pvc_usage_bytes{${labels}}`),
  ]);
  return capacity - used;
}
