import assert from "node:assert/strict";

import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { createMetrics } from "./metrics.ts";

Deno.test("docs/controller.md describes every metric and no other", async () => {
  const metrics = createMetrics({
    clock: createFakeClock(),
    version: "0",
    readMemory: () => ({ residentBytes: 0, heapBytes: 0 }),
  });
  const { text } = await metrics.print();
  const actual = [...text.matchAll(/^# TYPE (?:cnpg_storage_manager_)?(\S+)/gm)];
  const docs = await Deno.readTextFile(new URL("../../docs/controller.md", import.meta.url));
  const section = docs.split("\n## Metrics\n")[1] ?? "";
  const described = [...section.matchAll(/^\| `(\w+)`/gm)];
  assert.deepEqual(
    described.map(([, name]) => name).toSorted(),
    actual.map(([, name]) => name).toSorted(),
  );
});
