import assert from "node:assert/strict";

import type { Patch } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { CLUSTERS, STORAGE_EVENTS } from "../observe/resources.ts";
import { createFakeKube, failure, metadataOf } from "./fake_kube.ts";

const name = { namespace: "shop", name: "a" };

function merge(body: Record<string, unknown>): Patch {
  return { type: "merge", body };
}

Deno.test("createFakeKube() refuses a patch of an older version and of another UID", async () => {
  const kube = createFakeKube();
  const claim = kube.put(PERSISTENT_VOLUME_CLAIM, { metadata: { ...name } });
  const { resourceVersion, uid } = metadataOf(claim);
  await kube.patch(
    PERSISTENT_VOLUME_CLAIM,
    name,
    merge({ metadata: { resourceVersion, uid }, spec: 1 }),
  );
  await assert.rejects(
    kube.patch(PERSISTENT_VOLUME_CLAIM, name, merge({ metadata: { resourceVersion } })),
    { code: 409 },
  );
  await assert.rejects(
    kube.patch(PERSISTENT_VOLUME_CLAIM, name, merge({ metadata: { uid: "other" } })),
    { code: 422 },
  );
});

Deno.test("createFakeKube() keeps status and the rest apart where there is a subresource", async () => {
  const kube = createFakeKube();
  const created = await kube.create(STORAGE_EVENTS, { metadata: { ...name }, spec: 1, status: 2 });
  assert.equal(created["status"], undefined);
  await kube.patch(STORAGE_EVENTS, name, merge({ spec: 3, status: 4 }));
  await kube.patch(STORAGE_EVENTS, name, merge({ spec: 5, status: 6 }), { subresource: "status" });
  const stored = kube.peek(STORAGE_EVENTS, name);
  assert.deepEqual([stored?.["spec"], stored?.["status"]], [3, 6]);
});

Deno.test("createFakeKube() stores nothing in a dry run, and refuses in one what it refuses otherwise", async () => {
  const kube = createFakeKube();
  kube.put(CLUSTERS, { metadata: { ...name }, spec: 1 });
  await kube.patch(CLUSTERS, name, merge({ spec: 2 }), { dryRun: true });
  assert.equal(kube.peek(CLUSTERS, name)?.["spec"], 1);
  kube.admitWith(() => {
    throw failure(403, "Forbidden", "no");
  });
  await assert.rejects(kube.patch(CLUSTERS, name, merge({ spec: 2 }), { dryRun: true }), {
    code: 403,
  });
});

Deno.test("createFakeKube() lists by namespace and label, and deletes only the object of a UID", async () => {
  const kube = createFakeKube();
  kube.put(CLUSTERS, { metadata: { ...name, uid: "u", labels: { tier: "gold" } } });
  kube.put(CLUSTERS, { metadata: { namespace: "other", name: "b" } });
  const page = await kube.list(CLUSTERS, { namespace: "shop", labelSelector: "tier=gold" });
  assert.deepEqual(page.items.map((item) => metadataOf(item)["name"]), ["a"]);
  assert.equal((await kube.list(CLUSTERS, {})).items.length, 2);
  assert.deepEqual((await kube.list(CLUSTERS, { labelSelector: "none" })).items, []);
  await assert.rejects(kube.delete(CLUSTERS, name, { uid: "v" }), { code: 409 });
  await kube.delete(CLUSTERS, name, { uid: "u" });
  await assert.rejects(kube.get(CLUSTERS, name), { code: 404 });
});

Deno.test("createFakeKube() fails a call before or after it took effect", async () => {
  const kube = createFakeKube();
  kube.put(CLUSTERS, { metadata: { ...name }, spec: 0 });
  for (const [when, expected] of [["before", 0], ["after", 1]] as const) {
    kube.failWhen(() => ({ when, error: new TypeError("reset") }));
    await assert.rejects(kube.patch(CLUSTERS, name, merge({ spec: 1 })), TypeError);
    assert.equal(kube.peek(CLUSTERS, name)?.["spec"], expected);
  }
});
