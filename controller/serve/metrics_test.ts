import assert from "node:assert/strict";

import { createFakeClock, type FakeClock } from "../../kube/testing/fake_clock.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { RuntimeHealth } from "./runtime_metrics.ts";
import { HEALTH, tellEverything, tellTheRest } from "./testing/tell_everything.ts";

const ORDERS = { namespace: "shop", cluster: "orders" };
const LEDGER = { namespace: "bank", cluster: "ledger" };
const PREFIX = "cnpg_storage_manager_";

function create(clock: FakeClock = createFakeClock()): Metrics {
  return createMetrics({
    clock,
    version: "1.2.3",
    readMemory: () => ({ residentBytes: 100, heapBytes: 50 }),
  });
}

/** Series as they stand in the text, without the prefix, histograms' buckets left out. */
async function series(
  metrics: Metrics,
  name: string,
  health?: RuntimeHealth,
): Promise<string[]> {
  const { text } = await metrics.print(health);
  return text.split("\n")
    .filter((line) => line.startsWith(PREFIX + name) && !line.includes("_bucket"))
    .map((line) => line.slice(PREFIX.length));
}

Deno.test("createMetrics() has the names and labels of the PRD", async () => {
  const metrics = create();
  tellEverything(metrics, ORDERS);
  tellTheRest(metrics);
  const cluster = 'namespace="shop",cluster="orders"';
  const volume = `${cluster},pvc="orders-1",instance="orders-1"`;
  assert.deepEqual((await series(metrics, "", HEALTH)).toSorted(), [
    'agent_report_age_seconds{namespace="shop",cluster="orders",instance="orders-1"} 0',
    'agent_reports_total{result="Accepted"} 1',
    `alerts_sent_total{${cluster},severity="critical",channel="kubernetes-event"} 1`,
    `alerts_suppressed_total{${cluster},reason="remediation"} 1`,
    'api_lane_in_flight{lane="volume"} 1',
    'api_lane_queued{lane="volume"} 2',
    'api_lane_wait_seconds_count{lane="volume"} 1',
    'api_lane_wait_seconds_sum{lane="volume"} 0.1',
    'build_info{version="1.2.3"} 1',
    `circuit_breaker_failures_total{${cluster}} 1`,
    `circuit_breaker_open{${cluster}} 1`,
    'clusters_managed_total{namespace="shop"} 2',
    "decide_duration_seconds_count 1",
    "decide_duration_seconds_sum 0.00005",
    'errors_total{type="history",namespace="",cluster=""} 1',
    `errors_total{type="patch",${cluster}} 1`,
    `expansion_budget_left{${volume}} 3`,
    `expansion_bytes_total{${cluster}} 50`,
    `expansion_duration_seconds_count{${cluster}} 1`,
    `expansion_duration_seconds_sum{${cluster}} 2.5`,
    `expansion_in_progress{${cluster}} 1`,
    `expansion_total{${cluster},result="failure"} 0`,
    `expansion_total{${cluster},result="success"} 1`,
    'history_state{state="kept"} 0',
    'history_state{state="off"} 0',
    'history_state{state="unavailable"} 1',
    "leader 0",
    "leader_transitions 0",
    'policies_active_total{namespace="shop"} 1',
    `pvc_capacity_bytes{${volume}} 100`,
    `pvc_forecast_confidence{${volume},confidence="high"} 1`,
    `pvc_pressure_percent{${volume}} 80`,
    `pvc_sample_age_seconds{${volume}} 1.5`,
    `pvc_sample_source{${volume},source="agent"} 1`,
    `pvc_time_to_full_seconds{${volume}} 7200`,
    `pvc_usage_bytes{${volume}} 87`,
    `pvc_usage_percent{${volume}} 87`,
    'queue_keys{queue="cluster",state="failing"} 4',
    'queue_keys{queue="cluster",state="ready"} 1',
    'queue_keys{queue="cluster",state="running"} 2',
    'queue_keys{queue="cluster",state="waiting"} 3',
    'queue_oldest_seconds{queue="cluster"} 0.25',
    'reconcile_duration_seconds_count{controller="cluster"} 1',
    'reconcile_duration_seconds_sum{controller="cluster"} 0.004',
    'reconcile_total{controller="cluster",result="success"} 1',
    'reflector_failures_total{resource="pods"} 6',
    'reflector_relists_total{resource="pods"} 5',
    'reflector_silent_seconds{resource="pods"} 2',
    'reflector_synced{resource="pods"} 1',
    'unreadable_objects{resource="pods"} 7',
    'wal_archiving_lag_seconds{namespace="shop",cluster="orders",instance="orders-1"} 0.5',
    `wal_cleanup_bytes_freed_total{${cluster}} 64`,
    `wal_cleanup_files_removed_total{${cluster}} 4`,
    `wal_cleanup_total{${cluster},result="failure"} 0`,
    `wal_cleanup_total{${cluster},result="success"} 1`,
    'wal_directory_bytes{namespace="shop",cluster="orders",instance="orders-1"} 32',
    'wal_files_count{namespace="shop",cluster="orders",instance="orders-1"} 2',
    'wal_held_bytes{namespace="shop",cluster="orders",instance="orders-1",holder="archive"} 16',
  ]);
});

Deno.test("createMetrics() shows the memory of the process", async () => {
  const { text, contentType } = await create().print();
  assert.match(text, /^process_resident_memory_bytes 100$/m);
  assert.match(text, /^process_heap_bytes 50$/m);
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
});

Deno.test("setVolumes() has no series for what is unknown", async () => {
  const metrics = create();
  metrics.setVolumes(ORDERS, [{ pvc: "orders-1", instance: "orders-1", capacityBytes: 100 }]);
  assert.equal((await series(metrics, "pvc_")).length, 1);
  metrics.setVolumes(ORDERS, [{ pvc: "orders-1", instance: "orders-1", usedBytes: 0 }]);
  assert.deepEqual(await series(metrics, "pvc_"), [
    'pvc_usage_bytes{namespace="shop",cluster="orders",pvc="orders-1",instance="orders-1"} 0',
  ]);
});

Deno.test("setVolumes() removes volumes that are gone, of this cluster only", async () => {
  const metrics = create();
  const first = { pvc: "orders-1", instance: "orders-1", usedBytes: 1 };
  const second = { pvc: "orders-2", instance: "orders-2", usedBytes: 2 };
  metrics.setVolumes(ORDERS, [first, second]);
  metrics.setVolumes(LEDGER, [{ pvc: "ledger-1", instance: "ledger-1", usedBytes: 3 }]);
  metrics.reportReceived(ORDERS, "orders-1");
  metrics.reportReceived(ORDERS, "orders-2");
  metrics.setVolumes(ORDERS, [second]);
  assert.equal((await series(metrics, "pvc_")).length, 2);
  assert.deepEqual(await series(metrics, "agent_report_age"), [
    'agent_report_age_seconds{namespace="shop",cluster="orders",instance="orders-2"} 0',
  ]);
});

Deno.test("setVolumes() leaves counters where they are", async () => {
  const metrics = create();
  metrics.expansionEnded(ORDERS, { result: "failure", addedBytes: 0, durationMs: 1 });
  metrics.setVolumes(ORDERS, []);
  assert.deepEqual(await series(metrics, "expansion_total"), [
    'expansion_total{namespace="shop",cluster="orders",result="failure"} 1',
    'expansion_total{namespace="shop",cluster="orders",result="success"} 0',
  ]);
});

Deno.test("forgetCluster() leaves nothing of a cluster and all of the others", async () => {
  const metrics = create();
  for (const cluster of [ORDERS, LEDGER]) tellEverything(metrics, cluster);
  const before = (await metrics.print()).text;
  metrics.forgetCluster(ORDERS);
  const { text } = await metrics.print();
  assert.ok(!text.includes("orders"));
  assert.equal(text.split("ledger").length, before.split("ledger").length);
});

Deno.test("reportReceived() starts the age anew, which grows with time", async () => {
  const clock = createFakeClock();
  const metrics = create(clock);
  metrics.reportReceived(ORDERS, "orders-1");
  await clock.advance(30_000);
  assert.match(String(await series(metrics, "agent_report_age")), / 30$/);
  metrics.reportReceived(ORDERS, "orders-1");
  await clock.advance(1_500);
  assert.match(String(await series(metrics, "agent_report_age")), / 1\.5$/);
});

Deno.test("setManagedClusters() forgets namespaces that it is not told of", async () => {
  const metrics = create();
  metrics.setManagedClusters(new Map([["shop", 2]]));
  metrics.setManagedClusters(new Map([["bank", 1]]));
  assert.deepEqual(await series(metrics, "clusters_managed"), [
    'clusters_managed_total{namespace="bank"} 1',
  ]);
});
