import assert from "node:assert/strict";
import fc from "fast-check";
import { volumeSizes } from "./measure.ts";
import { statisticsWith } from "./testing/builders.ts";

Deno.test("volumeSizes() leaves out the blocks that are reserved for root", () => {
  const sizes = volumeSizes(statisticsWith(0, { bfree: 100n, bavail: 40n }));
  assert.equal(sizes.deviceBytes, 1_000_000);
  assert.equal(sizes.usedBytes, 900_000);
  assert.equal(sizes.availableBytes, 40_000);
  assert.equal(sizes.totalBytes, 940_000);
});

Deno.test("volumeSizes() counts in fragments, or in blocks where there are none", () => {
  assert.equal(volumeSizes(statisticsWith(0, { frsize: 512n })).deviceBytes, 512_000);
  assert.equal(
    volumeSizes(statisticsWith(0, { frsize: 0n, bsize: 4_096n })).deviceBytes,
    4_096_000,
  );
});

Deno.test("volumeSizes() knows no inodes when the file system has no fixed number", () => {
  const sizes = volumeSizes(statisticsWith(0, { files: 0n, ffree: 0n }));
  assert.equal(sizes.inodesTotal, 0);
  assert.equal(sizes.inodesAvailable, 0);
});

Deno.test("volumeSizes() refuses a file system without a size and one beyond exact arithmetic", () => {
  assert.throws(() => volumeSizes(statisticsWith(0, { blocks: 0n })), RangeError);
  assert.throws(() => volumeSizes(statisticsWith(0, { blocks: 2n ** 60n })), /found 115292/);
});

Deno.test("volumeSizes() holds used + available = total within the device for any numbers", () => {
  const count = fc.bigInt({ min: 0n, max: 2n ** 40n });
  fc.assert(
    fc.property(count, count, count, count, count, (blocks, bfree, bavail, files, ffree) => {
      fc.pre(blocks > 0n);
      const sizes = volumeSizes(statisticsWith(0, { blocks, bfree, bavail, files, ffree }));
      assert.equal(sizes.usedBytes + sizes.availableBytes, sizes.totalBytes);
      assert.ok(sizes.totalBytes <= sizes.deviceBytes);
      assert.ok(sizes.inodesAvailable <= sizes.inodesTotal);
      assert.ok(Object.values(sizes).every((size) => Number.isSafeInteger(size) && size >= 0));
    }),
  );
});
