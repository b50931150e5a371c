import assert from "node:assert/strict";
import { gibibytes, sampled, volume } from "../../lib/testing/builders.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { measureVolumes } from "./measure_volumes.ts";
import { view } from "./testing/plans.ts";

Deno.test("measureVolumes() gives one measure a volume", () => {
  const fileSystem = sampled(0, { totalBytes: gibibytes(10), usedBytes: gibibytes(8) });
  const [measure] = measureVolumes(
    view({ volumes: [volume({ instance: "orders-1", fileSystem })] }),
  );
  assert.deepEqual([measure?.instance, measure?.usedPercent, measure?.pressurePercent], [
    "orders-1",
    80,
    80,
  ]);
  assert.deepEqual([measure?.usedBytes, measure?.capacityBytes], [gibibytes(8), gibibytes(10)]);
});

Deno.test("measureVolumes() leaves out what is unknown, and never says zero", () => {
  const unknown = volume({
    instance: "orders-1",
    fileSystem: { kind: "unknown", reason: "StaleSample", message: "too old" },
  });
  assert.deepEqual(measureVolumes(view({ volumes: [unknown] })), [
    { pvc: unknown.claim.name, instance: "orders-1" },
  ]);
  const empty = volume({
    fileSystem: sampled(0, { totalBytes: gibibytes(10), usedBytes: bytes(0) }),
  });
  assert.equal(measureVolumes(view({ volumes: [empty] }))[0]?.usedBytes, 0);
});
