import assert from "node:assert/strict";

import type { Annotate } from "../../lib/decide/plan.ts";
import { CLUSTERS } from "../observe/resources.ts";
import { metadataOf } from "../testing/fake_kube.ts";
import { missingAnnotations } from "./annotate.ts";
import { actOnce } from "./testing/drafts.ts";
import { createWorld } from "./testing/world.ts";

const MANAGED = "storage.cnpg.supporttools.io/managed";
const RESET = "storage.cnpg.supporttools.io/reset-circuit-breaker";

const action: Annotate = { kind: "annotate", annotations: { [MANAGED]: "true", [RESET]: null } };

Deno.test("annotate() sets and removes our annotations and keeps those of others", async () => {
  const world = createWorld({ cluster: { annotations: { theirs: "kept", [RESET]: "true" } } });
  const outcome = await actOnce(world, action);
  assert.equal(outcome.done[0]?.effect, "written");
  const cluster = world.kube.peek(CLUSTERS, { namespace: "shop", name: "orders" });
  assert.deepEqual(metadataOf(cluster ?? {})["annotations"], { theirs: "kept", [MANAGED]: "true" });
});

Deno.test("annotate() writes nothing when nothing differs", async () => {
  const world = createWorld({ cluster: { annotations: { [MANAGED]: "true" } } });
  const outcome = await actOnce(world, action);
  assert.equal(outcome.done[0]?.effect, "already");
  assert.deepEqual(world.kube.calls, []);
});

Deno.test("annotate() writes a second time only after somebody else changed the Cluster", async () => {
  const world = createWorld();
  assert.equal((await actOnce(world, action)).done[0]?.effect, "written");
  assert.equal((await actOnce(world, action)).done[0]?.effect, "already");
});

Deno.test("missingAnnotations() keeps only what differs", () => {
  const present = { [MANAGED]: "false", [RESET]: "true" };
  assert.deepEqual(missingAnnotations({ [MANAGED]: "false", [RESET]: null }, present), {
    [RESET]: null,
  });
  assert.deepEqual(missingAnnotations({ [RESET]: null }, {}), {});
});

Deno.test("missingAnnotations() refuses keys that are not ours", () => {
  assert.throws(
    () => missingAnnotations({ "cnpg.io/validation": "disabled" }, {}),
    { name: "RangeError", message: /found cnpg\.io\/validation/ },
  );
});
