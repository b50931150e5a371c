import assert from "node:assert/strict";
import {
  expansionEvent,
  gibibytes,
  NOW_MS,
  progressOf,
  sampled,
  volume,
} from "../../lib/testing/builders.ts";
import { forecastAt } from "../../lib/testing/forecasts.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { DAY, HOUR, millis } from "../../lib/units/millis.ts";
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
  const [measure] = measureVolumes(view({ volumes: [unknown] }));
  const told = Object.entries(measure ?? {}).filter(([, value]) => value !== undefined);
  assert.deepEqual(Object.fromEntries(told), { pvc: unknown.claim.name, instance: "orders-1" });
  const empty = volume({
    fileSystem: sampled(0, { totalBytes: gibibytes(10), usedBytes: bytes(0) }),
  });
  assert.equal(measureVolumes(view({ volumes: [empty] }))[0]?.usedBytes, 0);
});

Deno.test("measureVolumes() tells where a measurement comes from and how old it is", () => {
  const fileSystem = sampled(50, { observedAtMs: millis(NOW_MS - 1_500) });
  const nowMs = NOW_MS;
  const [measure] = measureVolumes(view({ nowMs, volumes: [volume({ fileSystem })] }));
  assert.deepEqual(measure?.sample, { source: "agent", ageMs: 1_500 });
});

Deno.test("measureVolumes() tells a time to full only where there is one", () => {
  const fileSystem = sampled(0, { totalBytes: gibibytes(10), usedBytes: bytes(0) });
  const still = volume({ fileSystem });
  const cases: [number, unknown][] = [
    [gibibytes(10) / 3_600, { confidence: "high", timeToFullMs: HOUR }],
    [0, { confidence: "none" }],
  ];
  for (const [rate, expected] of cases) {
    const growing = { ...still, forecast: forecastAt(still, { rate }) };
    assert.deepEqual(measureVolumes(view({ volumes: [growing] }))[0]?.forecast, expected);
  }
});

Deno.test("measureVolumes() counts the changes that a provider still allows", () => {
  const limited = volume({
    storageClass: {
      kind: "known",
      name: "gp3",
      provisioner: "ebs.csi.aws.com",
      allowVolumeExpansion: true,
    },
  });
  const requests = [HOUR, 2 * HOUR, DAY].map((agoMs) =>
    expansionEvent([progressOf(limited, { requestedAtMs: millis(NOW_MS - agoMs) })])
  );
  const seen = view({ nowMs: NOW_MS, volumes: [limited, volume()], events: requests });
  assert.deepEqual(measureVolumes(seen).map(({ budgetLeft }) => budgetLeft), [2, undefined]);
  const spent = view({ ...seen, events: [...requests, ...requests, ...requests] });
  assert.equal(measureVolumes(spent)[0]?.budgetLeft, 0);
});

Deno.test("measureVolumes() tells what pg_wal holds where somebody counts", () => {
  const counted = volume({ walDirectory: { files: 3, sizeBytes: gibibytes(1) } });
  const [measure] = measureVolumes(view({ volumes: [counted] }));
  assert.deepEqual(measure?.wal, {
    files: 3,
    sizeBytes: gibibytes(1),
    archivingLagMs: undefined,
    heldByArchiveBytes: undefined,
  });
});

const WAITING:
  readonly (readonly [files: number, readyFiles: number, bytes: number | undefined])[] = [
    [4, 1, gibibytes(1)],
    [4, 0, 0],
    [4, 9, gibibytes(4)],
    [0, 2, undefined],
  ];

for (const [files, readyFiles, expected] of WAITING) {
  Deno.test(`measureVolumes() tells what ${readyFiles} segments hold that wait among ${files}`, () => {
    const counted = volume({ walDirectory: { files, sizeBytes: gibibytes(4), readyFiles } });
    const [measure] = measureVolumes(view({ volumes: [counted] }));
    assert.equal(measure?.wal?.heldByArchiveBytes, expected);
  });
}
