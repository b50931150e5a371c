import assert from "node:assert/strict";
import { createPostgres } from "../postgres/create_postgres.ts";
import { createFileSystem } from "../storage/create_file_system.ts";
import { createPodServers } from "./pod_servers.ts";

Deno.test("find() gives the server that was set for a pod until it is removed", () => {
  const podServers = createPodServers();
  const postgres = createPostgres({
    dataFileSystem: createFileSystem({ deviceBytes: 1024 ** 3 }),
    isPrimary: true,
    createdAtMs: 0,
  });
  const pod = { namespace: "db", name: "pg-1" };
  assert.equal(podServers.find(pod), undefined);
  podServers.set(pod, postgres);
  assert.equal(podServers.find(pod), postgres);
  assert.equal(podServers.find({ ...pod, namespace: "other" }), undefined);
  podServers.remove(pod);
  assert.equal(podServers.find(pod), undefined);
});
