import assert from "node:assert/strict";

import { shareReads } from "./shared_read.ts";

Deno.test("shareReads() reads a file once at a time and anew afterwards", async () => {
  const reads: PromiseWithResolvers<string>[] = [];
  const read = shareReads(() => {
    const pending = Promise.withResolvers<string>();
    reads.push(pending);
    return pending.promise;
  });
  const first = [read("a"), read("a")];
  const other = read("b");
  assert.equal(reads.length, 2);
  reads[0]?.resolve("one");
  reads[1]?.reject(new Error("gone"));
  assert.deepEqual(await Promise.all(first), ["one", "one"]);
  await assert.rejects(other, /gone/);
  const again = read("a");
  reads[2]?.resolve("two");
  assert.equal(await again, "two");
});
