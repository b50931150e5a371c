import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { POD } from "../../kube/resources.ts";
import type { Component } from "../component/component.ts";
import { objectsAt, textAt, valueAt } from "../component/read_json.ts";
import { createPostgres } from "../postgres/create_postgres.ts";
import type { Postgres } from "../postgres/postgres.ts";
import { createResizer } from "../storage/resizer.ts";
import {
  assertGrownTo15Gi,
  CLAIM,
  type ClaimWorld,
  createClaimWorld,
  GIB,
} from "../storage/testing/claim_world.ts";
import { createKubelet } from "./kubelet.ts";
import { createPodServers } from "./pod_servers.ts";

const POD_NAME = { namespace: CLAIM.namespace, name: "pg-1" };
const USER = { user: "tester" } as const;

interface PodWorld extends ClaimWorld {
  readonly postgres: Postgres;
  readonly kubelet: Component;
  pod(): JsonObject;
  /** Resizer, server and kubelets, second by second. */
  run(fromSecond: number, toSecond: number): void;
}

/** A pod on node n1 whose server has its WAL on the claim's volume. */
function createPodWorld(random = 0): PodWorld {
  const world = createClaimWorld();
  const fileSystem = world.volumes.find(CLAIM)?.fileSystem;
  assert.ok(fileSystem);
  const postgres = createPostgres({ dataFileSystem: fileSystem, isPrimary: true, createdAtMs: 0 });
  const podServers = createPodServers();
  podServers.set(POD_NAME, postgres);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  const kubelet = createKubelet({ ...world, podServers, random: () => random });
  const resizer = createResizer(world);
  createPod(world);
  return {
    ...world,
    postgres,
    kubelet,
    pod: () => world.server.get(POD, POD_NAME, USER),
    run(fromSecond, toSecond): void {
      for (let second = fromSecond; second <= toSecond; second += 1) {
        postgres.step(second * 1000);
        resizer.step(second * 1000);
        kubelet.step(second * 1000);
      }
    },
  };
}

function createPod({ server }: ClaimWorld): void {
  server.create(POD, {
    metadata: { name: POD_NAME.name, labels: { "cnpg.io/podRole": "instance" } },
    spec: {
      nodeName: "n1",
      initContainers: [
        { name: "bootstrap-controller", image: "operator" },
        { name: "storage-agent", image: "agent", restartPolicy: "Always" },
      ],
      containers: [{ name: "postgres", image: "postgresql" }],
      volumes: [{ name: "pgdata", persistentVolumeClaim: { claimName: CLAIM.name } }],
    },
  }, { ...USER, namespace: POD_NAME.namespace });
}

function nudge({ server }: ClaimWorld): void {
  const body = { metadata: { annotations: { nudge: "now" } } };
  server.patch(POD, POD_NAME, { type: "merge", body }, USER);
}

function postgresOf(pod: JsonObject): JsonObject {
  return objectsAt(pod, "status", "containerStatuses").find(({ name }) => name === "postgres") ??
    {};
}

function readiness(pod: JsonObject): unknown {
  return objectsAt(pod, "status", "conditions").find(({ type }) => type === "Ready")?.["status"];
}

Deno.test("step() starts the server of a scheduled pod, which is ready soon after", () => {
  const world = createPodWorld();
  world.run(0, 0);
  assert.equal(textAt(world.pod(), "status", "phase"), "Pending");
  assert.equal(world.postgres.state.kind, "stopped");
  world.run(1, 1);
  assert.equal(textAt(world.pod(), "status", "phase"), "Running");
  assert.equal(world.postgres.state.kind, "running");
  assert.equal(readiness(world.pod()), "False");
  world.run(2, 11);
  assert.equal(readiness(world.pod()), "True");
  assert.equal(postgresOf(world.pod())["ready"], true);
  assert.equal(world.volumes.find(CLAIM)?.podName, "pg-1");
});

Deno.test("step() writes the status of a pod only when it changes", () => {
  const world = createPodWorld();
  world.run(0, 11);
  let requests = 0;
  world.server.audit(() => void (requests += 1));
  world.run(12, 200);
  assert.equal(requests, 0);
});

Deno.test("step() grows a file system at the next sync of its pod", () => {
  const world = createPodWorld(0.5);
  // It is ready after eleven seconds, and synced one later: the next sync is 75 seconds after that.
  world.run(0, 12);
  world.request("15Gi");
  world.run(13, 86);
  assert.equal(world.status().resize, "NodeResizePending");
  world.run(87, 87);
  assertGrownTo15Gi(world);
});

Deno.test("step() grows a file system at once when the pod's annotations change", () => {
  const world = createPodWorld();
  world.run(0, 2);
  world.request("15Gi");
  world.run(3, 3);
  const writers = new Set<string>();
  world.server.audit(({ user, verb }) => void (verb === "patch" && writers.add(user)));
  nudge(world);
  world.run(4, 4);
  assert.equal(world.status().capacity, "15Gi");
  assert.deepEqual([...writers], ["tester", "system:node:n1"]);
});

Deno.test("step() leaves a claim alone that is stuck at its node", () => {
  const world = createPodWorld();
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, stuckAtNode: true });
  world.run(0, 2);
  world.request("15Gi");
  world.run(3, 300);
  assert.equal(world.status().resize, "NodeResizePending");
});

Deno.test("step() reports what the node refuses, and grows it once it does not", () => {
  const world = createPodWorld();
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, nodeInfeasible: "unsupported" });
  world.run(0, 2);
  world.request("15Gi");
  world.run(3, 75);
  assert.equal(world.status().resize, "NodeResizeInfeasible");
  assert.deepEqual(world.status().conditions, ["FileSystemResizePending", "NodeResizeError"]);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  world.run(76, 500);
  assert.equal(world.status().capacity, "15Gi");
});

Deno.test("step() tries a node's failure again at every sync", () => {
  const world = createPodWorld();
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0, nodeFailing: "busy" });
  world.run(0, 2);
  world.request("15Gi");
  world.run(3, 75);
  assert.equal(world.status().resize, "NodeResizeInProgress");
  assert.deepEqual(world.status().conditions, ["FileSystemResizePending", "NodeResizeError"]);
  world.volumes.setBehaviour(CLAIM, { controllerDelayMs: 0 });
  world.run(76, 150);
  assert.equal(world.status().capacity, "15Gi");
});

Deno.test("step() grows nothing without a pod", () => {
  const world = createPodWorld();
  world.run(0, 2);
  world.server.delete(POD, POD_NAME, USER);
  world.request("15Gi");
  world.run(3, 300);
  assert.equal(world.status().resize, "NodeResizePending");
  assert.equal(world.postgres.state.kind, "stopped");
  assert.equal(world.volumes.find(CLAIM)?.podName, undefined);
  createPod(world);
  world.run(301, 302);
  assert.equal(world.status().capacity, "15Gi");
});

Deno.test("step() grows a file system before the server of a new pod starts on it", () => {
  const world = createPodWorld();
  world.run(0, 12);
  world.server.delete(POD, POD_NAME, USER);
  world.request("15Gi");
  world.run(13, 20);
  assert.equal(world.status().resize, "NodeResizePending");
  createPod(world);
  world.run(21, 21);
  assert.equal(world.status().capacity, "15Gi");
  assert.equal(world.postgres.state.kind, "stopped");
});

Deno.test("step() grows a file system when the server of its pod ends", () => {
  const world = createPodWorld();
  world.run(0, 12);
  world.request("15Gi");
  world.run(13, 13);
  assert.equal(world.status().resize, "NodeResizePending");
  world.postgres.setArchiver({ kind: "failing", error: "403" });
  world.postgres.setWorkload({ walBytesPerSecond: 20 * GIB, dataBytesPerSecond: 0 });
  world.run(14, 14);
  const ended = postgresOf(world.pod());
  assert.equal(valueAt(ended, "state", "terminated", "exitCode"), 4, "no back-off yet");
  world.postgres.setWorkload({ walBytesPerSecond: 0, dataBytesPerSecond: 0 });
  world.run(15, 15);
  assert.equal(world.status().capacity, "15Gi");
  assert.equal(world.postgres.state.kind, "running");
});

Deno.test("step() restarts a server that ended for lack of room with growing pauses", () => {
  const world = createPodWorld();
  world.run(0, 2);
  world.postgres.setArchiver({ kind: "failing", error: "403" });
  world.postgres.setWorkload({ walBytesPerSecond: GIB, dataBytesPerSecond: 0 });
  const restarts: number[] = [];
  let seen = 0;
  for (let second = 3; second <= 400; second += 1) {
    world.run(second, second);
    const count = Number(postgresOf(world.pod())["restartCount"]);
    if (count > seen) restarts.push(second);
    seen = count;
  }
  const pauses = restarts.slice(1).map((second, index) => second - (restarts[index] ?? 0));
  assert.deepEqual(pauses, [10, 20, 40, 80, 160]);
  const postgres = postgresOf(world.pod());
  assert.equal(readiness(world.pod()), "False");
  assert.equal(valueAt(postgres, "lastState", "terminated", "exitCode"), 4);
  assert.equal(textAt(postgres, "state", "waiting", "reason"), "CrashLoopBackOff");
  assert.equal(textAt(world.pod(), "status", "phase"), "Running");
});

Deno.test("step() has the server back when its volume has grown", () => {
  const world = createPodWorld();
  world.run(0, 2);
  world.postgres.setArchiver({ kind: "failing", error: "403" });
  world.postgres.setWorkload({ walBytesPerSecond: GIB, dataBytesPerSecond: 0 });
  world.run(3, 60);
  world.postgres.setWorkload({ walBytesPerSecond: 0, dataBytesPerSecond: 0 });
  world.request("15Gi");
  world.run(61, 61);
  nudge(world);
  world.run(62, 62);
  assert.equal(world.status().capacity, "15Gi");
  assert.equal(readiness(world.pod()), "False");
  world.run(63, 200);
  assert.equal(readiness(world.pod()), "True");
  assert.equal(world.postgres.state.kind, "running");
});

Deno.test("step() takes a pod of the same name for another one", () => {
  const world = createPodWorld();
  world.run(0, 5);
  world.server.delete(POD, POD_NAME, USER);
  createPod(world);
  world.run(6, 6);
  assert.equal(textAt(world.pod(), "status", "phase"), "Pending");
  world.run(7, 17);
  assert.equal(readiness(world.pod()), "True");
  assert.equal(postgresOf(world.pod())["restartCount"], 0);
});
