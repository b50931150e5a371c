import assert from "node:assert/strict";
import {
  type ClusterStorage,
  parseClusterStorage,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { GROWING, NOW_MS } from "../testing/sample_objects.ts";
import { situationSentences } from "./situation.ts";

type Volumes = NonNullable<ClusterStorage["status"]["volumes"]>;

function storageWith(volumes: Volumes): ClusterStorage {
  const parsed = parseClusterStorage(GROWING);
  assert.ok(parsed.kind === "cluster-storage");
  return { ...parsed.clusterStorage, status: { level: "expansion", volumes } };
}

function volume(
  serial: number,
  pressurePercent: number,
  level: Volumes[number]["level"],
): Volumes[number] {
  return {
    instance: `orders-${serial}`,
    role: "data",
    claim: `orders-${serial}`,
    requested: "10Gi",
    available: "1Gi",
    pressurePercent,
    level,
  };
}

Deno.test("situationSentences() describes the fullest volume and names the others, the worst first", () => {
  const storage = storageWith([
    volume(1, 72, "warning"),
    volume(2, 86, "expansion"),
    { ...volume(3, 88, "expansion"), reason: "AboveExpansion", message: "Pressure 88 %" },
    volume(4, 20, "ok"),
    volume(5, 71, "warning"),
  ]);
  assert.deepEqual(situationSentences(storage, NOW_MS), [
    "Cluster database/orders is at level expansion.",
    "The data volume of orders-3 is at level expansion: Pressure 88 % (AboveExpansion).",
    "Also at level expansion: orders-2/data (pressure 86%, 1 GiB free).",
    "Also at level warning: orders-1/data (pressure 72%, 1 GiB free), " +
    "orders-5/data (pressure 71%, 1 GiB free).",
  ]);
});

Deno.test("situationSentences() says that no volume is known", () => {
  assert.equal(situationSentences(storageWith([]), NOW_MS).at(1), "No volume is known yet.");
});
