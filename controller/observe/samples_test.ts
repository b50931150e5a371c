import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { reportOf } from "../testing/builders.ts";
import { createSampleStore, type SampleReading } from "./samples.ts";

Deno.test("newest() tells the age of a sample on the controller's clock", () => {
  const store = createSampleStore();
  store.put("pod-a", reportOf([{ ageMs: 400 }]), 10_000);
  assert.equal(store.newest("pod-a", "data", 10_000)?.ageMs, 400);
  assert.equal(store.newest("pod-a", "data", 13_000)?.ageMs, 3_400);
});

Deno.test("newest() knows nothing of another pod or role", () => {
  const store = createSampleStore();
  store.put("pod-a", reportOf([{ role: "data" }]), 0);
  assert.equal(store.newest("pod-b", "data", 0), undefined);
  assert.equal(store.newest("pod-a", "wal", 0), undefined);
});

Deno.test("put() keeps a role that a later report leaves out", () => {
  const store = createSampleStore();
  store.put("pod-a", reportOf([{ role: "data" }, { role: "tbs:hot" }]), 0);
  store.put("pod-a", reportOf([{ role: "data" }]), 5);
  assert.equal(store.newest("pod-a", "tbs:hot", 5)?.ageMs, 5);
});

Deno.test("put() keeps whichever sample was taken last, in whatever order reports come", () => {
  fc.assert(fc.property(
    fc.array(
      fc.record({
        takenAtMs: fc.nat(1_000),
        delayMs: fc.nat(1_000),
        used: fc.nat(GIBIBYTE),
      }),
      { minLength: 1 },
    ),
    (samples) => {
      const store = createSampleStore();
      for (const { takenAtMs, delayMs, used } of samples) {
        store.put(
          "pod-a",
          reportOf([{ ageMs: delayMs, usedBytes: used }]),
          takenAtMs + delayMs,
        );
      }
      const newestMs = Math.max(...samples.map(({ takenAtMs }) => takenAtMs));
      const candidates = samples.filter(({ takenAtMs }) => takenAtMs === newestMs);
      const reading = store.newest("pod-a", "data", newestMs);
      assert.equal(reading?.ageMs, 0);
      assert.equal(usedOf(reading), candidates.at(-1)?.used);
    },
  ));
});

Deno.test("put() notes that a volume cannot be read, until it can be read again", () => {
  const store = createSampleStore();
  store.put("pod-a", reportOf([{}]), 0);
  store.put("pod-a", reportOf([], { unreadable: [unreadable("data")] }), 10);
  assert.deepEqual(store.newest("pod-a", "data", 15), {
    kind: "unreadable",
    error: "EACCES",
    ageMs: 5,
  });
  store.put("pod-a", reportOf([{}]), 20);
  assert.equal(store.newest("pod-a", "data", 20)?.kind, "sample");
});

Deno.test("put() takes zero inodes for a file system without a fixed number", () => {
  const store = createSampleStore();
  store.put("pod-a", reportOf([{ role: "data" }, { role: "wal", inodesTotal: 100 }]), 0);
  const [data, wal] = [store.newest("pod-a", "data", 0), store.newest("pod-a", "wal", 0)];
  assert.ok(data?.kind === "sample" && wal?.kind === "sample");
  assert.equal(data.sample.inodes, undefined);
  assert.deepEqual(wal.sample.inodes, { total: 100, available: 100 });
});

Deno.test("put() drops the pod heard of longest ago when there are too many", () => {
  const store = createSampleStore(2);
  for (const [pod, atMs] of [["a", 0], ["b", 1], ["a", 2], ["c", 3]] as const) {
    store.put(pod, reportOf([{}]), atMs);
  }
  assert.equal(store.podCount, 2);
  assert.equal(store.newest("b", "data", 3), undefined);
  assert.equal(store.newest("a", "data", 3)?.kind, "sample");
});

Deno.test("forget() drops a pod", () => {
  const store = createSampleStore();
  store.put("pod-a", reportOf([{}]), 0);
  store.forget("pod-a");
  assert.equal(store.newest("pod-a", "data", 0), undefined);
  assert.equal(store.podCount, 0);
});

Deno.test("putSample() keeps what each source says apart, and forget() drops all of it", () => {
  const store = createSampleStore();
  const sample = {
    totalBytes: GIBIBYTE,
    usedBytes: bytes(0),
    availableBytes: GIBIBYTE,
    deviceBytes: GIBIBYTE,
  };
  store.putSample("kubelet", "pod-a", "data", { sample, takenAtMs: 100 });
  store.putSample("kubelet", "pod-a", "data", { sample, takenAtMs: 40 });
  assert.equal(store.newest("pod-a", "data", 130), undefined);
  assert.equal(store.newest("pod-a", "data", 130, "prometheus"), undefined);
  assert.deepEqual(store.newest("pod-a", "data", 130, "kubelet"), {
    kind: "sample",
    sample,
    ageMs: 30,
  });
  assert.equal(store.podCount, 0);
  store.forget("pod-a");
  assert.equal(store.newest("pod-a", "data", 130, "kubelet"), undefined);
});

function unreadable(role: string): { role: string; mountPath: string; error: string } {
  return { role, mountPath: "/mnt", error: "EACCES" };
}

function usedOf(reading: SampleReading | undefined): number | undefined {
  return reading?.kind === "sample" ? reading.sample.usedBytes : undefined;
}
