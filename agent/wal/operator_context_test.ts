import assert from "node:assert/strict";
import { type OperatorSeen, readOperatorContext } from "./operator_context.ts";
import { clusterWith, fakeOperator } from "./testing/fake_ports.ts";

const OPEN = new AbortController().signal;

async function read(cluster: unknown, instance: string | undefined = "orders-1"): Promise<
  OperatorSeen
> {
  const found = await readOperatorContext(fakeOperator(cluster), instance, OPEN);
  assert.ok(found.kind === "known", found.kind === "unknown" ? found.message : "");
  return found.value;
}

function phase(text: string): Record<string, unknown> {
  return clusterWith({
    status: { phase: text, currentPrimary: "orders-1", targetPrimary: "orders-1" },
  });
}

function annotated(name: string, value: string): Record<string, unknown> {
  return clusterWith({ metadata: { annotations: { [name]: value } } });
}

Deno.test("readOperatorContext() finds a healthy cluster with an archive calm", async () => {
  assert.deepEqual(await read(clusterWith()), {
    context: { busyWith: undefined, backupRunning: false, fenced: false },
    archiveStored: true,
  });
});

const BUSY: Record<string, { cluster: unknown; busyWith: string | undefined }> = {
  "the disk is full, which it waits for": {
    cluster: phase("Not enough disk space"),
    busyWith: undefined,
  },
  "it clones": { cluster: phase("Creating a new replica"), busyWith: "Creating a new replica" },
  "it fails over": { cluster: phase("Failing over"), busyWith: "Failing over" },
  "it tells no phase": {
    cluster: clusterWith({ status: {} }),
    busyWith: "a cluster whose phase is not known",
  },
  "it is new": {
    cluster: clusterWith({ status: undefined }),
    busyWith: "a cluster whose phase is not known",
  },
  "the primary is to be another": {
    cluster: clusterWith({
      status: {
        phase: "Cluster in healthy state",
        currentPrimary: "orders-1",
        targetPrimary: "orders-2",
      },
    }),
    busyWith: "making orders-2 the primary",
  },
  "it is hibernated": { cluster: annotated("cnpg.io/hibernation", "on"), busyWith: "hibernation" },
};

for (const [name, { cluster, busyWith }] of Object.entries(BUSY)) {
  Deno.test(`readOperatorContext() is busy with ${busyWith ?? "nothing"} when ${name}`, async () => {
    assert.equal((await read(cluster)).context.busyWith, busyWith);
  });
}

const FENCES: readonly [string, string | undefined, boolean][] = [
  ['["orders-1"]', "orders-1", true],
  ['["orders-2"]', "orders-1", false],
  ['["*"]', "orders-1", true],
  ["[]", undefined, false],
  ['["orders-2"]', undefined, true],
  ["not a list", "orders-1", true],
  ['{"orders-2":1}', "orders-1", true],
  ["", "orders-1", false],
];

for (const [value, instance, fenced] of FENCES) {
  Deno.test(`readOperatorContext() ${fenced ? "sees" : "sees no"} fence in ${value} for ${instance}`, async () => {
    const cluster = annotated("cnpg.io/fencedInstances", value);
    const found = await readOperatorContext(fakeOperator(cluster), instance, OPEN);
    assert.ok(found.kind === "known");
    assert.equal(found.value.context.fenced, fenced);
  });
}

Deno.test("readOperatorContext() sees that a backup runs", async () => {
  const conditions = [{ type: "LastBackupSucceeded", status: "False", reason: "BackupStarted" }];
  const status = { phase: "Cluster in healthy state", conditions };
  assert.equal((await read(clusterWith({ status }))).context.backupRunning, true);
});

const STORED: Record<string, { spec: unknown; stored: boolean }> = {
  "there is no backup section": { spec: { instances: 1 }, stored: false },
  "there are snapshots alone": { spec: { backup: { volumeSnapshot: {} } }, stored: false },
  "a plugin archives": { spec: { plugins: [{ isWALArchiver: true }] }, stored: true },
  "the plugin is off": {
    spec: { plugins: [{ isWALArchiver: true, enabled: false }] },
    stored: false,
  },
  "it is the designated primary of a replica cluster": {
    spec: { backup: { barmanObjectStore: {} }, replica: { enabled: true } },
    stored: true,
  },
};

for (const [name, { spec, stored }] of Object.entries(STORED)) {
  Deno.test(`readOperatorContext() finds the archive ${stored ? "" : "not "}stored when ${name}`, async () => {
    assert.equal((await read(clusterWith({ spec }))).archiveStored, stored);
  });
}

Deno.test("readOperatorContext() finds no archive on another instance of a replica cluster", async () => {
  const replica = { primary: "east", self: "west" };
  const spec = { backup: { barmanObjectStore: {} }, replica };
  assert.equal((await read(clusterWith({ spec }), "orders-2")).archiveStored, false);
});

for (const answer of [null, "down", {}, { metadata: {}, spec: { plugins: 1 } }]) {
  Deno.test(`readOperatorContext() does not know what ${JSON.stringify(answer)} means`, async () => {
    const found = await readOperatorContext(fakeOperator(answer), "orders-1", OPEN);
    assert.ok(found.kind === "unknown");
    assert.match(found.message, /^Cannot learn what CloudNativePG is doing: /);
  });
}
