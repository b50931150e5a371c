import assert from "node:assert/strict";
import { podObject } from "../testing/builders.ts";
import { projectPod } from "./project_pod.ts";

const EXITED_AT = "2026-01-01T10:00:00Z";
const EXIT = { code: 4, atMs: Date.parse(EXITED_AT) };

Deno.test("projectPod() reads identity, owner, node and claims", () => {
  const pod = projectPod(podObject({ claimNames: ["orders-1", "orders-1-wal"] }));
  assert.equal(pod.uid, "orders-1-pod-uid");
  assert.equal(pod.clusterName, "orders");
  assert.equal(pod.instance, "orders-1");
  assert.equal(pod.podRole, "instance");
  assert.equal(pod.controller?.uid, "cluster-uid");
  assert.equal(pod.controller?.kind, "Cluster");
  assert.equal(pod.nodeName, "node-1");
  assert.equal(pod.phase, "Running");
  assert.equal(pod.deleting, false);
  assert.deepEqual(pod.claimNames, ["orders-1", "orders-1-wal"]);
  assert.equal(pod.postgresExit, undefined);
});

Deno.test("projectPod() sees that a pod is being deleted", () => {
  assert.equal(projectPod(podObject({ deletedAt: EXITED_AT })).deleting, true);
});

const TERMINATED = { terminated: { exitCode: 4, finishedAt: EXITED_AT } };
const EXIT_CASES: Readonly<Record<string, readonly [unknown, typeof EXIT | undefined]>> = {
  "waits after an exit": [{ state: { waiting: {} }, lastState: TERMINATED, ready: false }, EXIT],
  "has ended": [{ state: TERMINATED, ready: false }, EXIT],
  "runs again and is not ready": [
    { state: { running: {} }, lastState: TERMINATED, ready: false },
    EXIT,
  ],
  "runs again and is ready": [
    { state: { running: {} }, lastState: TERMINATED, ready: true },
    undefined,
  ],
  "never ended": [{ state: { waiting: {} }, ready: false }, undefined],
  "ended at an unreadable time": [
    { state: { terminated: { exitCode: 4, finishedAt: "then" } }, ready: false },
    undefined,
  ],
};

for (const [situation, [status, expected]] of Object.entries(EXIT_CASES)) {
  Deno.test(`projectPod() reads the exit of a postgres container that ${situation}`, () => {
    const container = Object.assign({ name: "postgres" }, status);
    const other = { name: "other", ready: false, state: TERMINATED };
    const pod = projectPod(podObject({ status: { containerStatuses: [other, container] } }));
    assert.deepEqual(pod.postgresExit, expected);
  });
}

Deno.test("projectPod() takes no owner that is not the controller", () => {
  const object = podObject();
  const reference = { apiVersion: "v1", kind: "Cluster", name: "orders", uid: "cluster-uid" };
  const metadata = Object.assign({}, object["metadata"], { ownerReferences: [reference] });
  assert.equal(projectPod({ ...object, metadata }).controller, undefined);
});

Deno.test("projectPod() tells where metrics are served, and whether with TLS", () => {
  const plain = projectPod(podObject({ status: { podIP: "fd00::7" } }));
  assert.deepEqual([plain.address, plain.metricsTls], ["fd00::7", false]);
  const pod = podObject({ status: { podIP: "evil.example/" } });
  const command = ["/controller/manager", "instance", "run", "--metrics-port-tls"];
  const spec = { ...Object(pod["spec"]), containers: [{ name: "postgres", command }] };
  const encrypted = projectPod({ ...pod, spec });
  assert.deepEqual([encrypted.address, encrypted.metricsTls], [undefined, true]);
});
