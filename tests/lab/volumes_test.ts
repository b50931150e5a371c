import assert from "node:assert/strict";
import { labTest } from "./lab.ts";
import { makeReapedDirectory } from "./reaper.ts";
import { createVolumeStore, missingBytes, XFS_BYTES_MIN } from "./volumes.ts";

const USAGE = { totalBytes: 1000, usedBytes: 200, availableBytes: 600, usedPercent: 25 };

Deno.test("missingBytes() counts towards each kind of target", () => {
  assert.equal(missingBytes(USAGE, { bytes: 7 }), 7);
  assert.equal(missingBytes(USAGE, { availableBytes: 50 }), 550);
  assert.equal(missingBytes(USAGE, { usedPercent: 50 }), 200);
  assert.equal(missingBytes(USAGE, { usedPercent: 10 }), -120);
});

Deno.test("create() refuses an xfs that mkfs would refuse", async () => {
  await assert.rejects(
    createVolumeStore("/nonexistent").create({ sizeBytes: XFS_BYTES_MIN - 1 }),
    RangeError,
  );
});

await labTest("makeReapedDirectory() takes a mounted volume and a file of it along", async () => {
  let path = "";
  {
    await using directory = await makeReapedDirectory("cnpg-storage-lab-");
    path = directory.path;
    const volumes = createVolumeStore(path);
    const volume = await volumes.create({ sizeBytes: XFS_BYTES_MIN, ownerId: 26 });
    assert.equal((await Deno.stat(volume.path)).uid, 26);
    await volumes.fill(volume, { usedPercent: 90 });
    await volumes.grow(volume, 2 * XFS_BYTES_MIN);
    assert.ok((await volumes.usage(volume)).usedPercent < 60);
    await assert.rejects(volumes.grow(volume, XFS_BYTES_MIN), RangeError);
  }
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  assert.ok(!(await Deno.readTextFile("/proc/mounts")).includes(path));
});
