import assert from "node:assert/strict";
import type { ClaimState } from "./claim_state.ts";
import { type NextStep, nextStep, PROMOTION_MS } from "./next_step.ts";
import type { ObservedCluster, ObservedInstance } from "./observed_cluster.ts";
import type { PodState } from "./pod_state.ts";

const NOW_MS = 1_000_000;

function claim(instance: string, overrides: Partial<ClaimState> = {}): ClaimState {
  return {
    name: instance,
    instance,
    role: "data",
    requestBytes: 10,
    resizing: false,
    status: "ready",
    instanceRole: "replica",
    ...overrides,
  };
}

function pod(name: string, overrides: Partial<PodState> = {}): PodState {
  return {
    name,
    ip: undefined,
    ready: true,
    active: true,
    failed: false,
    outOfWalSpace: false,
    role: "replica",
    ...overrides,
  };
}

function member(serial: number, overrides: Partial<ObservedInstance> = {}): ObservedInstance {
  const name = `pg-${serial}`;
  return {
    name,
    claims: [claim(name)],
    complete: true,
    initializing: false,
    pod: pod(name),
    status: {
      isPrimary: serial === 1,
      timelineId: 1,
      positionBytes: 100 - serial,
      archiving: { kind: "working" },
    },
    ...overrides,
  };
}

function cluster(overrides: Partial<ObservedCluster> = {}): ObservedCluster {
  return {
    namespace: "shop",
    name: "pg",
    uid: "uid",
    terminating: false,
    reconciliationDisabled: false,
    instances: 3,
    volumes: [{ role: "data", sizeBytes: 10, storageClass: undefined }],
    resizeInUseVolumes: true,
    currentPrimary: "pg-1",
    targetPrimary: "pg-1",
    targetPrimarySinceMs: 0,
    status: {},
    members: [member(1), member(2), member(3)],
    ...overrides,
  };
}

const full = member(2, {
  pod: pod("pg-2", { ready: false, outOfWalSpace: true }),
  status: undefined,
});
const deadPrimary = member(1, { pod: undefined, status: undefined });
const larger = [{ role: "data", sizeBytes: 20, storageClass: undefined }] as const;

const CASES: Readonly<Record<string, readonly [Partial<ObservedCluster>, NextStep]>> = {
  "rests when all is well": [{}, { kind: "rest" }],
  "leaves a cluster alone that a user has disabled": [
    { reconciliationDisabled: true, members: [full] },
    { kind: "leave" },
  ],
  "leaves a cluster alone that goes": [{ terminating: true }, { kind: "leave" }],
  "freezes when one instance has no room, whatever else there is to do": [
    { members: [deadPrimary, full, member(3)], volumes: larger, instances: 4 },
    { kind: "freeze" },
  ],
  "waits until Kubernetes has seen that the primary is up": [
    { members: [member(1, { pod: pod("pg-1", { ready: false }) }), member(2), member(3)] },
    { kind: "wait", forMs: 10_000, told: false },
  ],
  "names the first primary": [
    { currentPrimary: undefined, targetPrimary: undefined },
    { kind: "name-primary", instance: "pg-1" },
  ],
  "gives a primary up that does not answer": [
    { members: [deadPrimary, member(2), member(3)] },
    { kind: "give-up-primary" },
  ],
  "elects the standby that has most": [
    { targetPrimary: "pending", members: [deadPrimary, member(2), member(3)] },
    { kind: "elect", instance: "pg-2" },
  ],
  "waits for the promotion": [
    {
      targetPrimary: "pg-2",
      targetPrimarySinceMs: NOW_MS - 1,
      members: [deadPrimary, member(2), member(3)],
    },
    { kind: "wait", forMs: PROMOTION_MS - 1, told: false },
  ],
  "promotes who was elected": [
    {
      targetPrimary: "pg-2",
      targetPrimarySinceMs: NOW_MS - PROMOTION_MS,
      members: [deadPrimary, member(2), member(3)],
    },
    { kind: "promote", instance: "pg-2" },
  ],
  "elects another when who was elected is gone": [
    {
      targetPrimary: "pg-2",
      members: [deadPrimary, member(2, { pod: undefined, status: undefined }), member(3)],
    },
    { kind: "elect", instance: "pg-3" },
  ],
  "does nothing for a single instance that is down but wait": [
    {
      instances: 1,
      members: [member(1, { pod: pod("pg-1", { ready: false }), status: undefined })],
    },
    { kind: "wait", forMs: 1_000, told: false },
  ],
  "joins before anything is raised": [
    { volumes: larger, members: [member(1), member(2), member(3, { initializing: true })] },
    { kind: "join", instance: "pg-3" },
  ],
  "says that instances are on their way": [
    {
      volumes: larger,
      members: [
        member(1),
        member(2),
        member(3, { pod: pod("pg-3", { active: false, ready: false }), status: undefined }),
      ],
    },
    { kind: "wait", forMs: 1_000, told: true },
  ],
  "raises every smaller claim at once, and no larger one": [
    {
      volumes: larger,
      members: [
        member(1),
        member(2, { claims: [claim("pg-2", { requestBytes: 30 })] }),
        member(3),
      ],
    },
    {
      kind: "raise",
      claims: [{ claim: claim("pg-1"), sizeBytes: 20 }, { claim: claim("pg-3"), sizeBytes: 20 }],
    },
  ],
  "raises nothing where resizeInUseVolumes is off": [
    { volumes: larger, resizeInUseVolumes: false },
    { kind: "rest" },
  ],
  "makes claims that an instance lacks": [
    { members: [member(1), member(2), member(3, { complete: false, claims: [] })] },
    { kind: "create-claims", instance: "pg-3" },
  ],
  "makes the pod that an instance lacks": [
    { members: [member(1), member(2), member(3, { pod: undefined, status: undefined })] },
    { kind: "create-pod", instance: "pg-3" },
  ],
  "takes the lowest free serial for a new instance": [
    { members: [member(1), member(3)] },
    { kind: "create-claims", instance: "pg-2" },
  ],
  "scales only while all are ready": [
    { instances: 4, members: [member(1), member(2, { pod: pod("pg-2", { ready: false }) })] },
    { kind: "wait", forMs: 1_000, told: false },
  ],
  "removes the last one that is not the primary": [
    { instances: 2 },
    { kind: "remove", instance: "pg-3" },
  ],
};

for (const [sentence, [overrides, expected]] of Object.entries(CASES)) {
  Deno.test(`nextStep() ${sentence}`, () => {
    assert.deepEqual(nextStep(cluster(overrides), NOW_MS), expected);
  });
}
