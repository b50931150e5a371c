import assert from "node:assert/strict";
import { STORAGE_CLASS } from "../../kube/resources.ts";
import { createFakeClock, settle } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import { clusterObject, storageClassObject } from "../testing/builders.ts";
import { createFakeWatchApi } from "../testing/fake_watch_api.ts";
import { projectCluster } from "./project_cluster.ts";
import { projectStorageClass } from "./project_storage_class.ts";
import { CLUSTERS } from "./resources.ts";
import { createScopedReflector } from "./scoped_reflector.ts";

Deno.test("silentForMs() tells of the namespace that has been silent longest", async () => {
  const api = createFakeWatchApi();
  const clock = createFakeClock();
  const picture = createScopedReflector({
    api,
    clock,
    random: () => 0.5,
    log: createRecordingLogger(),
    namespaces: ["shop", "bank", "shop"],
    resource: CLUSTERS,
    project: projectCluster,
    onChange: () => {},
  });
  assert.equal(picture.silentForMs(), undefined);
  const stopping = new AbortController();
  const running = picture.run(stopping.signal);
  await settle();
  assert.equal(api.queries.length, 2);
  await clock.advance(70_000);
  api.put(CLUSTERS, clusterObject());
  await settle();
  await clock.advance(5_000);
  assert.equal(picture.silentForMs(), 75_000);
  stopping.abort();
  await running;
});

Deno.test("observe() puts an answer into the picture of its namespace, and of no other", () => {
  const seen: string[] = [];
  const picture = createScopedReflector({
    api: createFakeWatchApi(),
    clock: createFakeClock(),
    random: () => 0.5,
    log: createRecordingLogger(),
    namespaces: ["shop"],
    resource: CLUSTERS,
    project: projectCluster,
    onChange(change): void {
      seen.push(change.key);
    },
  });
  picture.observe(clusterObject());
  picture.observe(clusterObject({ namespace: "bank" }));
  assert.deepEqual(seen, ["shop/orders"]);
  assert.equal(picture.get("shop/orders")?.uid, "cluster-uid");
  assert.equal(picture.get("bank/orders"), undefined);
});

Deno.test("get() finds cluster-scoped objects by name whatever namespaces are watched", () => {
  const picture = createScopedReflector({
    api: createFakeWatchApi(),
    clock: createFakeClock(),
    random: () => 0.5,
    log: createRecordingLogger(),
    namespaces: ["shop"],
    resource: STORAGE_CLASS,
    project: projectStorageClass,
    onChange: () => {},
  });
  picture.observe(storageClassObject());
  assert.equal(picture.get("fast")?.provisioner, "csi.example.com");
});
