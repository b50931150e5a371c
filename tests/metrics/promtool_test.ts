import assert from "node:assert/strict";
import { createMetrics } from "../../controller/serve/mod.ts";
import {
  HEALTH,
  tellEverything,
  tellTheRest,
} from "../../controller/serve/testing/tell_everything.ts";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { checkMetrics, promtoolTest } from "./promtool.ts";

/** Names of the specification (PRD Prometheus Metrics) whose ends Prometheus keeps for other types. */
const EXPECTED = [
  'clusters_managed_total non-counter metrics should not have "_total" suffix',
  'policies_active_total non-counter metrics should not have "_total" suffix',
  'wal_files_count non-histogram and non-summary metrics should not have "_count" suffix',
].map((objection) => `cnpg_storage_manager_${objection}`);

/** A label value with everything in it that has to be escaped. */
const ODD = { namespace: 'a"b\\c\nd', cluster: "é{}=," };

await promtoolTest(
  "promtool check metrics objects to three names of the specification alone",
  async () => {
    const metrics = createMetrics({
      clock: createFakeClock(),
      version: "0",
      readMemory: () => ({ residentBytes: 1, heapBytes: 1 }),
    });
    for (const cluster of [{ namespace: "shop", cluster: "orders" }, ODD]) {
      tellEverything(metrics, cluster);
    }
    tellTheRest(metrics);
    const { text } = await metrics.print(HEALTH);
    assert.deepEqual((await checkMetrics(text)).toSorted(), EXPECTED);
  },
);

await promtoolTest("promtool check metrics sees a line that is no metric", async () => {
  assert.match(String(await checkMetrics("not a metric\n")), /parse error|parsing error/i);
});
