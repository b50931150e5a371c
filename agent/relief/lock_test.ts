import assert from "node:assert/strict";

import { directoryLock } from "./directory_lock.ts";
import { exclusively } from "./lock.ts";

Deno.test("exclusively() lets one at a time in, and the next when it is through", async () => {
  const path = await Deno.makeTempDir();
  try {
    const first = directoryLock(path);
    const second = directoryLock(path);
    const result = await exclusively(first, async () => {
      const beside = await exclusively(second, () => Promise.resolve(1));
      assert.ok(beside.kind === "refused");
      assert.equal(beside.refusals[0]?.reason, "ActionInFlight");
      return 2;
    });
    assert.deepEqual(result, { kind: "done", result: 2 });
    await assert.rejects(exclusively(second, () => Promise.reject(new Error("broken"))));
    assert.deepEqual(await exclusively(second, () => Promise.resolve(3)), {
      kind: "done",
      result: 3,
    });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("exclusively() refuses where the lock cannot be asked for", async () => {
  const result = await exclusively(
    directoryLock("/nonexistent/pg_wal"),
    () => Promise.resolve(1),
  );
  assert.ok(result.kind === "refused");
  assert.match(result.refusals[0]?.message ?? "", /Cannot take the lock/);
});
