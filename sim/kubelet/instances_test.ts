import assert from "node:assert/strict";
import { createPostgres } from "../postgres/create_postgres.ts";
import { createFileSystem } from "../storage/create_file_system.ts";
import { createInstances } from "./instances.ts";

Deno.test("find() gives the server that was set for a pod until it is removed", () => {
  const instances = createInstances();
  const postgres = createPostgres({
    dataFileSystem: createFileSystem({ deviceBytes: 1024 ** 3 }),
    isPrimary: true,
    createdAtMs: 0,
  });
  const pod = { namespace: "db", name: "pg-1" };
  assert.equal(instances.find(pod), undefined);
  instances.set(pod, postgres);
  assert.equal(instances.find(pod), postgres);
  assert.equal(instances.find({ ...pod, namespace: "other" }), undefined);
  instances.remove(pod);
  assert.equal(instances.find(pod), undefined);
});
