import assert from "node:assert/strict";
import { type JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import { at, textAt } from "./claim.ts";
import { CORE_EVENT } from "./event_recorder.ts";
import { type LabClaim } from "./fixture_model.ts";
import { type Lab, labTest, RESIZER_USER, startLab } from "./lab.ts";
import { report } from "./report.ts";
import { type ResizeRecord } from "./resize_steps.ts";
import { waitUntil } from "./wait.ts";

const MEBIBYTE = 1024 ** 2;
/** Long against what a nudged resize takes on a busy machine, which has to end sooner. */
const SYNC_DELAY_MS = 6_000;
/** Many times what a step takes on a busy machine. */
const STEP_LIMIT_MS = 15_000;

await labTest("the resizer grows volumes as a cluster does", async (t) => {
  await using lab = await startLab({ syncDelayMs: SYNC_DELAY_MS });

  await t.step("a claim that asks gets a larger xfs at the kubelet's own sync", async () => {
    const claim = await makeClaim(lab, { name: "patient" });
    const before = await lab.volumes.usage(claim.volume);
    const askedAt = performance.now();
    await ask(lab, claim, 1024 * MEBIBYTE);
    await reach(lab, claim, "NodeResizePending");
    report("PATCH to NodeResizePending", performance.now() - askedAt);
    assert.equal((await lab.volumes.usage(claim.volume)).totalBytes, before.totalBytes);
    const grown = await reach(lab, claim, "FileSystemResizeSuccessful");
    assert.ok(grown.atMs - askedAt >= SYNC_DELAY_MS, "nobody nudged");
    const after = await lab.volumes.usage(claim.volume);
    assert.ok(after.totalBytes > before.totalBytes + 450 * MEBIBYTE, `found ${after.totalBytes}`);
    const found = await read(lab, claim);
    assert.equal(textAt(found, "status", "capacity", "storage"), "1Gi");
    assert.equal(at(found, "status", "allocatedResourceStatuses"), undefined);
    assert.equal(at(found, "status", "conditions"), undefined);
    assert.deepEqual(await eventReasons(lab, claim), [
      "FileSystemResizeRequired",
      "FileSystemResizeSuccessful",
      "Resizing",
    ]);
  });

  await t.step("a nudge of the pod grows the file system at once", async () => {
    const claim = await makeClaim(lab, { name: "nudged" });
    const askedAt = performance.now();
    await ask(lab, claim, 1024 * MEBIBYTE);
    await reach(lab, claim, "NodeResizePending");
    await nudge(lab, claim);
    const grown = await reach(lab, claim, "FileSystemResizeSuccessful");
    report("PATCH to grown, nudged", grown.atMs - askedAt);
    assert.ok(grown.atMs - askedAt < SYNC_DELAY_MS);
    assert.ok((await lab.volumes.usage(claim.volume)).totalBytes > 900 * MEBIBYTE);
  });

  await t.step("a size that the driver refuses is infeasible until it is lowered", async () => {
    const claim = await makeClaim(lab, { name: "limited" });
    lab.resizer.setFault(claim, { kind: "infeasible", limitBytes: 800 * MEBIBYTE });
    await ask(lab, claim, 4096 * MEBIBYTE);
    await reach(lab, claim, "ControllerResizeInfeasible");
    const refused = await waitUntil("the refusal on the claim", async () => {
      const found = await read(lab, claim);
      return conditionTypes(found).includes("ControllerResizeError") ? found : undefined;
    });
    assert.equal(
      textAt(refused, "status", "allocatedResourceStatuses", "storage"),
      "ControllerResizeInfeasible",
    );
    await ask(lab, claim, 700 * MEBIBYTE);
    await reach(lab, claim, "NodeResizePending");
    await nudge(lab, claim);
    await reach(lab, claim, "FileSystemResizeSuccessful");
    assert.equal(textAt(await read(lab, claim), "status", "capacity", "storage"), "700Mi");
    assert.ok((await eventReasons(lab, claim)).includes("VolumeResizeFailed"));
  });

  await t.step("an ext4 that may not grow stays stuck with NodeResizeError", async () => {
    const claim = await makeClaim(lab, { name: "stuck", fileSystem: "ext4" });
    const before = await lab.volumes.usage(claim.volume);
    await ask(lab, claim, 1024 * MEBIBYTE);
    await reach(lab, claim, "NodeResizePending");
    await nudge(lab, claim);
    await reach(lab, claim, "NodeResizeFailed");
    const found = await read(lab, claim);
    assert.deepEqual(conditionTypes(found), ["FileSystemResizePending", "NodeResizeError"]);
    assert.match(JSON.stringify(at(found, "status", "conditions")), /Permission denied/);
    assert.equal(textAt(found, "status", "capacity", "storage"), "512Mi");
    assert.equal((await lab.volumes.usage(claim.volume)).totalBytes, before.totalBytes);
  });

  await t.step("a driver that is down is tried again until it is back", async () => {
    const claim = await makeClaim(lab, { name: "flaky" });
    lab.resizer.setFault(claim, { kind: "unavailable" });
    await ask(lab, claim, 700 * MEBIBYTE);
    await reach(lab, claim, "ControllerResizeFailed");
    lab.resizer.setFault(claim, undefined);
    await reach(lab, claim, "NodeResizePending");
    const tries = lab.resizer.records.filter((record) =>
      record.name === claim.name && record.step === "ControllerResizeInProgress"
    );
    assert.ok(tries.length >= 2 && tries.length <= 4, `found ${tries.length} tries`);
  });

  await t.step("a volume is filled to the percent", async () => {
    const claim = await makeClaim(lab, { name: "full" });
    await lab.volumes.fill(claim.volume, { usedPercent: 85 });
    const { usedPercent } = await lab.volumes.usage(claim.volume);
    assert.ok(Math.abs(usedPercent - 85) < 0.5, `found ${usedPercent} %`);
  });

  await t.step("the audit log tells the resizer's writes from the test's", async () => {
    const writes = (await lab.controlPlane.auditLog()).filter((entry) =>
      entry.name === "nudged-1" && entry.resource.startsWith("persistentvolumeclaims")
    );
    const asked = writes.find((entry) =>
      entry.resource === "persistentvolumeclaims" && entry.verb === "patch"
    );
    const answered = writes.find((entry) => entry.user === RESIZER_USER);
    assert.equal(asked?.user, "lab-admin");
    assert.equal(answered?.resource, "persistentvolumeclaims/status");
    report("PATCH received to resizer's first write", answered.receivedAtMs - asked.receivedAtMs);
  });
});

async function makeClaim(
  lab: Lab,
  options: { readonly name: string; readonly fileSystem?: "xfs" | "ext4" },
): Promise<LabClaim> {
  const cluster = await lab.createCluster({ ...options, dataBytes: 512 * MEBIBYTE });
  const claim = cluster.instances[0]?.claims[0];
  assert.ok(claim);
  return claim;
}

async function ask(lab: Lab, { namespace, name }: LabClaim, bytes: number): Promise<void> {
  await lab.api.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name }, {
    type: "merge",
    body: { spec: { resources: { requests: { storage: `${bytes / MEBIBYTE}Mi` } } } },
  });
}

/** The pod of an instance has the name of its data claim. */
async function nudge(lab: Lab, { namespace, name }: LabClaim): Promise<void> {
  await lab.api.patch(POD, { namespace, name }, {
    type: "merge",
    body: { metadata: { annotations: { "storage.cnpg.supporttools.io/nudge": "1" } } },
  });
}

function reach(lab: Lab, claim: LabClaim, step: ResizeRecord["step"]): Promise<ResizeRecord> {
  return waitUntil(
    `${step} of ${claim.name}`,
    () => lab.resizer.records.find((record) => record.name === claim.name && record.step === step),
    { limitMs: STEP_LIMIT_MS },
  );
}

function read(lab: Lab, { namespace, name }: LabClaim): Promise<JsonObject> {
  return lab.api.get(PERSISTENT_VOLUME_CLAIM, { namespace, name });
}

function conditionTypes(claim: JsonObject): string[] {
  const conditions = at(claim, "status", "conditions");
  return Array.isArray(conditions) ? conditions.map((one: unknown) => textAt(one, "type")) : [];
}

async function eventReasons(lab: Lab, { namespace, name }: LabClaim): Promise<string[]> {
  return await waitUntil("the events of the resize", async () => {
    const { items } = await lab.api.list(CORE_EVENT, {
      namespace,
      fieldSelector: `involvedObject.name=${name},involvedObject.kind=PersistentVolumeClaim`,
    });
    const reasons = items.map((event) => textAt(event, "reason")).toSorted();
    return reasons.length >= 3 ? reasons : undefined;
  });
}
