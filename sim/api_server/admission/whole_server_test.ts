import assert from "node:assert/strict";
import { ApiError, type JsonObject } from "../../../kube/api.ts";
import { NAMESPACE, PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS } from "../../../kube/resources.ts";
import { createSeededRandom } from "../../random/seeded_random.ts";
import type { ApiServer } from "../api_server.ts";
import { createApiServer } from "../create_api_server.ts";
import { builtinResources } from "../served_resources.ts";
import { admissions } from "./mod.ts";

const USER = { user: "somebody" };
const DATA = { namespace: "db", name: "data" };

function serverWithBoundClaim(): ApiServer {
  const server = createApiServer({
    resources: builtinResources(),
    admissions: admissions(),
    clock: { now: () => 0 },
    random: createSeededRandom(1),
  });
  server.create(NAMESPACE, { metadata: { name: "db" } }, USER);
  server.create(
    STORAGE_CLASS,
    { metadata: { name: "grows" }, provisioner: "x", allowVolumeExpansion: true },
    USER,
  );
  const claim = {
    metadata: { name: "data" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "grows",
      resources: { requests: { storage: "1024Mi" } },
    },
  };
  server.create(PERSISTENT_VOLUME_CLAIM, claim, { ...USER, namespace: "db" });
  change(server, { spec: { volumeName: "pv" } });
  change(server, { status: { phase: "Bound", capacity: { storage: "1Gi" } } }, "status");
  return server;
}

function change(server: ApiServer, body: JsonObject, subresource?: string): JsonObject {
  const patch = { type: "merge", body } as const;
  return server.patch(PERSISTENT_VOLUME_CLAIM, DATA, patch, { ...USER, subresource });
}

function request(storage: string): JsonObject {
  return { spec: { resources: { requests: { storage } } } };
}

Deno.test("a server with admissions() grows a bound claim, and takes it back down to its capacity only", () => {
  const server = serverWithBoundClaim();
  assert.deepEqual(change(server, request("3072Mi"))["spec"], {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "grows",
    resources: { requests: { storage: "3Gi" } },
    volumeMode: "Filesystem",
    volumeName: "pv",
  });
  change(server, request("2Gi"));
  assert.throws(
    () => change(server, request("1Gi")),
    (error) => error instanceof ApiError && error.code === 422,
  );
});

Deno.test("a server with admissions() keeps the status that a write to the claim itself brings along out", () => {
  const server = serverWithBoundClaim();
  const after = change(server, { status: { phase: "Lost" }, metadata: { labels: { a: "b" } } });
  assert.deepEqual(after["status"], { phase: "Bound", capacity: { storage: "1Gi" } });
});
