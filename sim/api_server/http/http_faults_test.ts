import assert from "node:assert/strict";

import { POD } from "../../../kube/resources.ts";
import { settle } from "../../../kube/testing/fake_clock.ts";
import { until } from "../../../kube/testing/until.ts";
import { TransportError } from "../../../kube/transport.ts";
import type { Call, Fault } from "../../faults/fault_plan.ts";
import { WATCH_BYTES_MAX } from "./node_http.ts";
import { ADMIN_TOKEN, type HttpRig, startHttpRig } from "./testing/http_rig.ts";

const name = { namespace: "a", name: "x" };
const pod = { metadata: { name: "x" }, spec: {} };
const test = { user: "test" };

function once(verb: Call["verb"], fault: Fault): (call: Call) => Fault | undefined {
  let isDue = true;
  return (call) => {
    if (!isDue || call.verb !== verb) return undefined;
    isDue = false;
    return fault;
  };
}

function faulty(verb: Call["verb"], fault: Fault): Promise<HttpRig> {
  return startHttpRig({ faults: once(verb, fault) });
}

Deno.test("serveApi() refuses what the fault plan refuses, before it takes effect", async () => {
  await using rig = await faulty("create", {
    kind: "refused",
    code: 429,
    reason: "TooManyRequests",
    retryAfterSeconds: 3,
  });
  await assert.rejects(rig.api.create(POD, pod, { namespace: "a" }), {
    code: 429,
    reason: "TooManyRequests",
    retryAfterMs: 3_000,
  });
  assert.equal(rig.server.find(POD, name), undefined);
});

Deno.test("serveApi() loses a request before it takes effect", async () => {
  await using rig = await faulty("create", { kind: "request-lost" });
  await assert.rejects(rig.api.create(POD, pod, { namespace: "a" }), TransportError);
  assert.equal(rig.server.find(POD, name), undefined);
});

Deno.test("serveApi() loses an answer after the request took effect", async () => {
  await using rig = await faulty("create", { kind: "answer-lost" });
  await assert.rejects(rig.api.create(POD, pod, { namespace: "a" }), TransportError);
  assert.notEqual(rig.server.find(POD, name), undefined);
});

Deno.test("serveApi() loses the answer of a failure, too", async () => {
  await using rig = await faulty("delete", { kind: "answer-lost" });
  await assert.rejects(rig.api.delete(POD, name), TransportError);
});

Deno.test("serveApi() delays a request by the server's clock", async () => {
  await using rig = await faulty("create", { kind: "delayed", durationMs: 5_000 });
  const creating = rig.api.create(POD, pod, { namespace: "a" });
  await until(() => rig.clock.sleepers().length === 1, "the request waits");
  assert.equal(rig.server.find(POD, name), undefined);
  await rig.clock.advance(5_000);
  await creating;
  assert.notEqual(rig.server.find(POD, name), undefined);
});

Deno.test("serveApi() tells the fault plan what a call is", async () => {
  const calls: string[] = [];
  await using rig = await startHttpRig({
    faults({ user, verb, resource, name, dryRun }): undefined {
      calls.push(`${user} ${verb} ${resource.plural} ${name.namespace}/${name.name} ${dryRun}`);
    },
  });
  await rig.api.create(POD, pod, { namespace: "a", dryRun: true });
  await rig.api.list(POD, { namespace: "a" });
  assert.deepEqual(calls, [
    "kubernetes-admin create pods a/x true",
    "kubernetes-admin list pods a/ false",
  ]);
});

for (const afterEvents of [0, 2]) {
  Deno.test(`serveApi() cuts a watch after ${afterEvents} events`, async () => {
    await using rig = await faulty("watch", { kind: "watch-cut", afterEvents });
    for (const each of ["x", "y", "z"]) {
      rig.server.create(POD, { metadata: { name: each } }, { ...test, namespace: "a" });
    }
    const types: string[] = [];
    await assert.rejects(async () => {
      const query = { sendInitialEvents: true, timeoutSeconds: 60 };
      for await (const { type } of rig.api.watch(POD, query)) types.push(type);
    }, TransportError);
    assert.deepEqual(types, Array.from({ length: afterEvents }, () => "ADDED"));
  });
}

Deno.test("serveApi() lets a watch go deaf, which does not even end", async () => {
  await using rig = await faulty("watch", { kind: "watch-deaf", afterEvents: 1 });
  const stopping = new AbortController();
  const query = { sendInitialEvents: true, timeoutSeconds: 60 };
  const watch = rig.api.watch(POD, query, { signal: stopping.signal });
  const events = watch[Symbol.asyncIterator]();
  assert.equal((await events.next()).value?.type, "BOOKMARK");
  let hasSettled = false;
  const next = events.next().finally(() => hasSettled = true);
  rig.server.create(POD, pod, { ...test, namespace: "a" });
  rig.server.step(rig.clock.now() + 60_000);
  await rig.api.list(POD, {});
  assert.equal(hasSettled, false);
  stopping.abort(new Error("enough"));
  await assert.rejects(next, /enough/);
});

Deno.test("serveApi() leaves a client that does not read", async () => {
  await using rig = await startHttpRig();
  const { hostname, port } = new URL(rig.served.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = "GET /api/v1/pods?watch=true&resourceVersion=1 HTTP/1.1\r\nhost: test\r\n" +
    `authorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`;
  let isWatching = false;
  rig.server.audit(({ verb }) => isWatching ||= verb === "watch");
  await connection.write(new TextEncoder().encode(head));
  await until(() => isWatching, "the watch has begun");
  const note = "x".repeat(1_024 * 1_024);
  rig.server.create(POD, { ...pod, spec: { note } }, { ...test, namespace: "a" });
  const events = 4 * WATCH_BYTES_MAX / note.length;
  for (let n = 0; n < events; n++) {
    const body = { metadata: { labels: { n: String(n) } } };
    rig.server.patch(POD, name, { type: "merge", body }, test);
    await settle();
  }
  assert.ok(await readToEnd(connection) < events * note.length);
});

Deno.test("serveApi() stays with a client that reads, however much there is", async () => {
  await using rig = await startHttpRig();
  const note = "x".repeat(1_024 * 1_024);
  rig.server.create(POD, { ...pod, spec: { note } }, { ...test, namespace: "a" });
  const events = 2 * WATCH_BYTES_MAX / note.length;
  const query = { sendInitialEvents: true, timeoutSeconds: 60 };
  let received = 0;
  for await (const { type } of rig.api.watch(POD, query)) {
    if (type === "MODIFIED") received += 1;
    if (received === events) break;
    if (type === "ADDED") continue;
    const body = { metadata: { labels: { n: String(received) } } };
    rig.server.patch(POD, name, { type: "merge", body }, test);
  }
  assert.equal(received, events);
});

/** Counts the bytes that still arrive; a connection that is reset has come to its end, too. */
async function readToEnd(connection: Deno.TcpConn): Promise<number> {
  const buffer = new Uint8Array(1_024 * 1_024);
  let bytes = 0;
  try {
    for (;;) {
      const read = await connection.read(buffer);
      if (read === null) return bytes;
      bytes += read;
    }
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return bytes;
    throw error;
  }
}
