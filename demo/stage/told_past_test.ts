import assert from "node:assert/strict";

import { MEBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../../lib/units/millis.ts";
import { addOrders, testWorld } from "../../sim/world/testing/test_world.ts";
import { createToldPast } from "./told_past.ts";

const BYTES_PER_SECOND = MEBIBYTE;

Deno.test("createToldPast() tells that volumes filled before as they do now, oldest first", async () => {
  const { world } = testWorld();
  const workload = { walBytesPerSecond: 0, dataBytesPerSecond: BYTES_PER_SECOND };
  const cluster = addOrders(world, { workload });
  const [volume] = cluster.instances[0]?.volumes ?? [];
  assert.ok(volume !== undefined);
  const { claimName, fileSystem: { usedBytes } } = volume;
  const wanted = { claimUid: "uid", namespace: cluster.namespace, claimName };
  const history = createToldPast([{ incident: { pastMs: 10 * MINUTE }, cluster }]);
  const { signal } = new AbortController();
  const { samples = [], aggregates } = (await history.read([wanted], signal)).get("uid") ?? {};
  assert.deepEqual(aggregates, []);
  assert.equal(samples.length, 20);
  assert.equal(samples[0]?.ageMs, 10 * MINUTE);
  assert.equal(samples.at(-1)?.ageMs, 30 * SECOND);
  for (const { ageMs, sample } of samples) {
    const before = usedBytes - BYTES_PER_SECOND * ageMs / SECOND;
    assert.equal(sample.kind === "known" && sample.usedBytes, before);
  }
  await history.close(0);
});

Deno.test("createToldPast() knows nothing of volumes without a past, or of another namespace", async () => {
  const { world } = testWorld();
  const cluster = addOrders(world, {});
  const claimName = cluster.instances[0]?.volumes[0]?.claimName ?? "";
  const { signal } = new AbortController();
  for (
    const [pastMs, namespace] of [[undefined, cluster.namespace], [10 * MINUTE, "other"]] as const
  ) {
    const history = createToldPast([{ incident: { pastMs }, cluster }]);
    const past = await history.read([{ claimUid: "uid", namespace, claimName }], signal);
    assert.equal(past.size, 0);
  }
});
