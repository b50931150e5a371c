import assert from "node:assert/strict";

import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { createMetrics } from "./metrics.ts";
import { HEALTH, tellEverything, tellTheRest } from "./testing/tell_everything.ts";

const PREFIX = "cnpg_storage_manager_";

/** The label of buckets, which every histogram has. */
const BUCKET_LABEL = "le";

/** `NAME TYPE LABELS` of every family that is printed. */
async function printedFamilies(): Promise<string[]> {
  const metrics = createMetrics({
    clock: createFakeClock(),
    version: "0",
    readMemory: () => ({ residentBytes: 0, heapBytes: 0 }),
  });
  tellEverything(metrics, { namespace: "shop", cluster: "orders" });
  tellTheRest(metrics);
  const { text } = await metrics.print(HEALTH);
  return [...text.matchAll(/^# TYPE (\S+) (\w+)\n(.*)/gm)].map(([, name = "", type, series]) => {
    const labels = [...(series ?? "").matchAll(/(\w+)="/g)].map(([, label = ""]) => label)
      .filter((label) => label !== BUCKET_LABEL);
    return `${name.replace(PREFIX, "")} ${type} ${labels.toSorted()}`;
  });
}

async function described(): Promise<string[]> {
  const docs = await Deno.readTextFile(new URL("../../docs/metrics.md", import.meta.url));
  const rows = docs.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\| (?:`([^`]*)`)?\s*\| \S/gm);
  return [...rows].map(([, name, type, labels = ""]) => {
    return `${name} ${type} ${labels.split(", ").toSorted()}`;
  });
}

Deno.test("docs/metrics.md describes every metric with its type and labels, and no other", async () => {
  assert.deepEqual((await described()).toSorted(), (await printedFamilies()).toSorted());
});

Deno.test("docs/metrics.md asks for metrics that exist", async () => {
  const docs = await Deno.readTextFile(new URL("../../docs/metrics.md", import.meta.url));
  const names = (await printedFamilies()).map((family) => family.split(" ")[0] ?? "");
  const asked = [...docs.matchAll(/cnpg_storage_manager_(\w+)/g)]
    .map(([, name = ""]) => name.replace(/_(bucket|sum|count)$/, ""));
  assert.ok(asked.length > 10);
  assert.deepEqual(
    asked.filter((name) => !names.includes(name) && !names.includes(`${name}_count`)),
    [],
  );
});
