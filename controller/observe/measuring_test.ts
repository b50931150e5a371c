import assert from "node:assert/strict";
import { POD } from "../../kube/resources.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { podObject, reportOf } from "../testing/builders.ts";
import type { SourceTarget } from "./source_targets.ts";
import { INTERVAL_MS, KEY, REPORTER, type Rig, startRig } from "./testing/observer_rig.ts";

const SAMPLE = {
  totalBytes: GIBIBYTE,
  usedBytes: GIBIBYTE,
  availableBytes: GIBIBYTE,
  deviceBytes: GIBIBYTE,
};

const PROBLEM = {
  source: "kubelet",
  reason: "KubeletUnreachable",
  message: "node-1 does not answer",
} as const;

function onlyTarget({ observer }: Rig): SourceTarget {
  const [target, ...others] = observer.sourceTargets();
  assert.ok(target !== undefined && others.length === 0);
  return target;
}

Deno.test("sourceTargets() tells who keeps silent, but for one that has just begun", async () => {
  await using rig = await startRig();
  assert.equal(onlyTarget(rig).isUnheard, false);
  await rig.clock.advance(INTERVAL_MS);
  assert.deepEqual(onlyTarget(rig), {
    clusterKey: KEY,
    namespace: "shop",
    claimName: "orders-1",
    role: "data",
    podName: "orders-1",
    podUid: REPORTER.podUid,
    nodeName: "node-1",
    podAddress: undefined,
    metricsTls: false,
    holdsWal: true,
    runningSinceMs: 0,
    isUnheard: true,
  });
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  assert.equal(onlyTarget(rig).isUnheard, false);
  await rig.clock.advance(100_001);
  assert.equal(onlyTarget(rig).isUnheard, true);
  rig.observer.listenAnew();
  assert.equal(onlyTarget(rig).isUnheard, false);
});

Deno.test("sourceTargets() has no volume whose pod does not run", async () => {
  await using rig = await startRig();
  rig.api.put(POD, podObject({ phase: "Pending" }));
  await rig.clock.advance(0);
  assert.deepEqual(rig.observer.sourceTargets(), []);
});

Deno.test("takeSamples() is news for who depends on it alone, and shows in the view", async () => {
  await using rig = await startRig();
  await rig.clock.advance(INTERVAL_MS);
  const target = onlyTarget(rig);
  const taken = { sample: SAMPLE, takenAtMs: INTERVAL_MS - 1_000 };
  rig.dirty();
  rig.observer.takeSamples("kubelet", [{ target: { ...target, isUnheard: false }, taken }]);
  assert.deepEqual(rig.dirty(), []);
  rig.observer.takeSamples("kubelet", [{ target, taken }]);
  assert.deepEqual(rig.dirty(), [KEY]);
  const { fileSystem } = rig.view().volumes[0] ?? {};
  assert.deepEqual(fileSystem, {
    kind: "known",
    source: "kubelet",
    value: SAMPLE,
    observedAtMs: rig.clock.now() - 1_000,
  });
});

Deno.test("takeWalDirectory() shows in the view until it is stale", async () => {
  await using rig = await startRig();
  await rig.clock.advance(INTERVAL_MS);
  const directory = { files: 3, sizeBytes: GIBIBYTE };
  rig.observer.takeWalDirectory(onlyTarget(rig), directory, INTERVAL_MS);
  assert.deepEqual(rig.view().volumes[0]?.walDirectory, directory);
  await rig.clock.advance(100_001);
  assert.equal(rig.view().volumes[0]?.walDirectory, undefined);
});

Deno.test("takeSamples() and takeWalDirectory() keep nothing of a pod that is gone meanwhile", async () => {
  await using rig = await startRig();
  await rig.clock.advance(INTERVAL_MS);
  const target = onlyTarget(rig);
  rig.api.remove(POD, "shop", "orders-1");
  await rig.clock.advance(0);
  const taken = { sample: SAMPLE, takenAtMs: INTERVAL_MS };
  rig.observer.takeSamples("kubelet", [{ target, taken }]);
  rig.observer.takeWalDirectory(target, { files: 3, sizeBytes: GIBIBYTE }, INTERVAL_MS);
  rig.api.put(POD, podObject());
  await rig.clock.advance(0);
  const [volume] = rig.view().volumes;
  assert.equal(volume?.pod?.uid, target.podUid);
  assert.deepEqual([volume?.fileSystem.kind, volume?.walDirectory], ["unknown", undefined]);
});

Deno.test("setSourceProblem() tells the clusters that are blind because of it, once", async () => {
  await using rig = await startRig();
  await rig.clock.advance(INTERVAL_MS);
  const targets = [onlyTarget(rig)];
  rig.dirty();
  rig.observer.setSourceProblem("kubelet", "node-1", PROBLEM, targets);
  assert.deepEqual([rig.dirty(), rig.view().sourceProblems], [[KEY], [PROBLEM]]);
  rig.observer.setSourceProblem("kubelet", "node-1", { ...PROBLEM }, targets);
  assert.deepEqual(rig.dirty(), []);
  rig.observer.setSourceProblem("kubelet", "node-2", PROBLEM, []);
  assert.equal(rig.view().sourceProblems?.length, 1);
  rig.observer.takeReport(REPORTER, reportOf([{}]));
  assert.deepEqual(rig.view().sourceProblems, []);
});

Deno.test("keepSourceProblems() takes back those of everybody else", async () => {
  await using rig = await startRig();
  rig.observer.setSourceProblem("kubelet", "node-1", PROBLEM, []);
  rig.observer.setSourceProblem("instance-metrics", REPORTER.podUid, {
    source: "instance-metrics",
    reason: "InstanceMetricsUnreachable",
    message: "orders-1 does not answer",
  }, []);
  rig.observer.keepSourceProblems("kubelet", new Set(["node-2"]));
  assert.deepEqual(rig.view().sourceProblems?.map(({ source }) => source), ["instance-metrics"]);
});
