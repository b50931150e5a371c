import assert from "node:assert/strict";
import { createFakeClock, settle } from "../kube/testing/fake_clock.ts";
import type { FileSystemStatistics, Measurement } from "./measure.ts";
import { createSampler, PROBE_DEADLINE_MS } from "./sampler.ts";
import { DATA, statisticsWith, WAL } from "./testing/builders.ts";

Deno.test("tick() measures every volume", async () => {
  const seen: Measurement[] = [];
  const clock = createFakeClock();
  await clock.advance(7);
  const sampler = createSampler({
    clock,
    probe: { statistics: () => Promise.resolve(statisticsWith(5_000)) },
    onMeasurement: (measurement) => seen.push(measurement),
  });
  sampler.tick([DATA, WAL]);
  await settle();
  assert.deepEqual(seen.map(({ kind, volume }) => [kind, volume.role]), [
    ["sample", "data"],
    ["sample", "wal"],
  ]);
  assert.ok(seen[0]?.kind === "sample" && seen[0].takenAtMs === 7);
});

Deno.test("tick() reports a volume as unreadable when statfs fails", async () => {
  const seen: Measurement[] = [];
  const sampler = createSampler({
    clock: createFakeClock(),
    probe: { statistics: () => Promise.reject(new Error("EIO: i/o error")) },
    onMeasurement: (measurement) => seen.push(measurement),
  });
  sampler.tick([DATA]);
  await settle();
  assert.deepEqual(seen, [{ kind: "unreadable", volume: DATA, error: "EIO: i/o error" }]);
});

Deno.test("tick() gives a hung statfs up once, starts no second one, and measures the others on", async () => {
  const clock = createFakeClock();
  const seen: Measurement[] = [];
  const hung = Promise.withResolvers<FileSystemStatistics>();
  let calls = 0;
  const sampler = createSampler({
    clock,
    probe: {
      statistics(path: string): Promise<FileSystemStatistics> {
        if (path === WAL.path) return Promise.resolve(statisticsWith(5_000));
        calls++;
        return calls === 1 ? hung.promise : Promise.resolve(statisticsWith(1_000));
      },
    },
    onMeasurement: (measurement) => seen.push(measurement),
  });
  for (let elapsedMs = 0; elapsedMs <= PROBE_DEADLINE_MS + 2_000; elapsedMs += 1_000) {
    sampler.tick([DATA, WAL]);
    await clock.advance(1_000);
  }
  assert.equal(calls, 1);
  assert.equal(seen.filter(({ volume }) => volume === WAL).length, 6);
  const ofData = seen.filter(({ volume }) => volume === DATA);
  assert.equal(ofData.length, 1);
  assert.equal(ofData[0]?.kind, "unreadable");

  hung.resolve(statisticsWith(9_000));
  await settle();
  assert.equal(
    seen.filter(({ volume }) => volume === DATA).length,
    1,
    "a late answer is no sample",
  );
  sampler.tick([DATA]);
  await settle();
  const last = seen.at(-1);
  assert.ok(last?.kind === "sample" && last.sizes.availableBytes === 1_000);
});
