import assert from "node:assert/strict";

import { Redacted } from "./redacted.ts";
import { POD } from "./resources.ts";
import { startFakeClient } from "./testing/fake_client.ts";

const POD_PATH = "/api/v1/namespaces/a/pods/x";
const pod = { metadata: { name: "x", namespace: "a" } };
const name = { namespace: "a", name: "x" };

Deno.test("createFetchApi() sends the token and no message shows it", async () => {
  const token = new Redacted("t0ken-t0ken");
  await using fake = await startFakeClient({ token: { kind: "static", token } });
  const faults = ["reset", "page", "truncate"] as const;
  for (const kind of faults) {
    fake.server.fault("any", { kind });
    const error = await fake.api.create(POD, pod, { namespace: "a" }).catch((caught) => caught);
    assert.ok(error instanceof Error);
    assert.doesNotMatch(Deno.inspect(error, { depth: 9, showHidden: true }), /t0ken/);
  }
  assert.equal(fake.server.requests[0]?.headers["authorization"], "Bearer t0ken-t0ken");
});

Deno.test("createFetchApi() reads the token file again after a minute or a 401", async () => {
  let reads = 0;
  function readTextFile(): Promise<string> {
    return Promise.resolve(`token-${++reads}\n`);
  }
  await using fake = await startFakeClient({ token: { kind: "file", path: "/token" } }, {
    readTextFile,
  });
  fake.server.objects.put(POD_PATH, pod);
  await fake.api.get(POD, name);
  await fake.clock.advance(59_000);
  await fake.api.get(POD, name);
  await fake.clock.advance(1_000);
  await fake.api.get(POD, name);
  fake.server.fault("any", { kind: "status", code: 401, reason: "Unauthorized" });
  await assert.rejects(fake.api.get(POD, name), { code: 401 });
  await fake.api.get(POD, name);
  const sent = fake.server.requests.map((request) => request.headers["authorization"]);
  assert.deepEqual(sent, [1, 1, 2, 2, 3].map((n) => `Bearer token-${n}`));
});

Deno.test("createFetchApi() gives up a token file that cannot be read to its end", async () => {
  await using fake = await startFakeClient({ token: { kind: "file", path: "/token" } }, {
    readTextFile: () => new Promise(() => {}),
  });
  const creating = fake.api.create(POD, pod, { namespace: "a", deadlineMs: 500 });
  const failed = assert.rejects(creating, /within 500 ms/);
  await fake.clock.advance(500);
  await failed;
});
