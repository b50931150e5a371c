import assert from "node:assert/strict";
import fc from "fast-check";
import { createFileSystem } from "./create_file_system.ts";

const GIB = 1024 ** 3;

Deno.test("createFileSystem() keeps two percent of the device for itself", () => {
  const fileSystem = createFileSystem({ deviceBytes: 10 * GIB });
  const { blocks, frsize } = fileSystem.statistics();
  assert.equal(Number(blocks * frsize), Math.floor(10 * GIB / 4096 * 0.98) * 4096);
  assert.equal(fileSystem.usedBytes, 0);
});

Deno.test("allocate() takes nothing when there is too little", () => {
  const fileSystem = createFileSystem({ deviceBytes: GIB, overheadPercent: 0 });
  assert.equal(fileSystem.allocate(GIB - 4096), true);
  assert.equal(fileSystem.allocate(4097), false);
  assert.equal(fileSystem.availableBytes, 4096);
  assert.equal(fileSystem.allocate(4096), true);
  assert.equal(fileSystem.availableBytes, 0);
});

Deno.test("availableBytes leaves out what root alone may use", () => {
  const fileSystem = createFileSystem({ deviceBytes: GIB, overheadPercent: 0, reservedPercent: 5 });
  const { bfree, bavail, blocks } = fileSystem.statistics();
  assert.equal(bfree, blocks);
  assert.equal(Number(bavail), Number(blocks) - Math.ceil(Number(blocks) * 0.05));
});

Deno.test("createFile() fails with free bytes when inodes have run out", () => {
  const fileSystem = createFileSystem({ deviceBytes: GIB, inodes: 3 });
  fileSystem.setOtherInodes(2);
  assert.equal(fileSystem.createFile(4096), true);
  assert.equal(fileSystem.createFile(4096), false);
  assert.equal(fileSystem.usedBytes, 4096);
  fileSystem.removeFile(4096);
  assert.equal(fileSystem.statistics().ffree, 1n);
});

Deno.test("growTo() never shrinks", () => {
  const fileSystem = createFileSystem({ deviceBytes: 100 * GIB });
  fileSystem.growTo(10 * GIB);
  assert.equal(fileSystem.deviceBytes, 100 * GIB);
  const before = fileSystem.availableBytes;
  fileSystem.growTo(200 * GIB);
  assert.ok(fileSystem.availableBytes > 1.9 * before);
});

Deno.test("release() refuses more than was allocated", () => {
  const fileSystem = createFileSystem({ deviceBytes: GIB });
  fileSystem.allocate(100);
  assert.throws(() => fileSystem.release(101), /expected at most 100/);
  assert.throws(() => fileSystem.allocate(-1), RangeError);
  assert.throws(() => createFileSystem({ deviceBytes: GIB, overheadPercent: 100 }), RangeError);
});

Deno.test("statistics() agree with the numbers whatever is written", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 64 }),
    fc.integer({ min: 0, max: 10 }),
    fc.array(fc.integer({ min: 0, max: 8 * 1024 ** 2 }), { maxLength: 40 }),
    (sizeMib, reservedPercent, writes) => {
      const deviceBytes = sizeMib * 1024 ** 2;
      const fileSystem = createFileSystem({ deviceBytes, reservedPercent });
      for (const written of writes) fileSystem.allocate(written);
      const { blocks, bfree, bavail, frsize } = fileSystem.statistics();
      assert.equal(Number(bavail * frsize), fileSystem.availableBytes);
      assert.equal(Number((blocks - bfree) * frsize), fileSystem.usedBytes);
      assert.ok(fileSystem.usedBytes + fileSystem.availableBytes <= deviceBytes);
    },
  ));
});
