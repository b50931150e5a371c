import assert from "node:assert/strict";
import { createFileSystem } from "./create_file_system.ts";
import { DEFAULT_STORAGE_BEHAVIOUR } from "./storage_behaviour.ts";
import { createVolumes, type NewVolume } from "./volumes.ts";

const CLAIM = { namespace: "db", name: "pg-1" };

function volume(): NewVolume {
  return {
    claim: CLAIM,
    role: "data",
    storageClassName: "fast",
    diskBytes: 100,
    fileSystem: createFileSystem({ deviceBytes: 4096 }),
  };
}

Deno.test("add() refuses a second disk for a claim", () => {
  const volumes = createVolumes();
  volumes.add(volume());
  assert.throws(() => volumes.add(volume()), /expected none of claim db\/pg-1/);
  volumes.remove(CLAIM);
  assert.equal(volumes.find(CLAIM), undefined);
  volumes.add(volume());
  assert.equal(volumes.all().length, 1);
});

Deno.test("find() lays a volume's behaviour over its class's over the default", () => {
  const volumes = createVolumes();
  assert.deepEqual(volumes.add(volume()).behaviour, DEFAULT_STORAGE_BEHAVIOUR);
  volumes.setClassBehaviour("fast", { controllerDelayMs: 1, expandsOnline: false });
  volumes.setBehaviour(CLAIM, { controllerDelayMs: 2 });
  const { behaviour } = volumes.find(CLAIM) ?? {};
  assert.equal(behaviour?.controllerDelayMs, 2);
  assert.equal(behaviour?.expandsOnline, false);
  volumes.setBehaviour(CLAIM, {});
  assert.equal(volumes.find(CLAIM)?.behaviour.controllerDelayMs, 1);
});

Deno.test("growDisk() never shrinks, and refuses claims without a disk", () => {
  const volumes = createVolumes();
  volumes.add(volume());
  volumes.growDisk(CLAIM, 200, 5);
  volumes.growDisk(CLAIM, 50, 6);
  assert.equal(volumes.find(CLAIM)?.diskBytes, 200);
  assert.deepEqual(volumes.find(CLAIM)?.grownAtMs, [5]);
  assert.throws(() => volumes.growDisk({ ...CLAIM, name: "pg-2" }, 1, 7), /db\/pg-2/);
});
