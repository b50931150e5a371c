import assert from "node:assert/strict";

import fc from "fast-check";

import type { KubeApi, WatchEvent, WatchQuery } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { settle } from "../../kube/testing/fake_clock.ts";
import type { Call, Fault } from "../faults/fault_plan.ts";
import type { ApiServer } from "./api_server.ts";
import { connectApi, type ConnectOptions } from "./connect_api.ts";
import { metadataOf, metadataText } from "./metadata.ts";
import { createSmallServer, type SmallServer, WIDGET } from "./testing/small_server.ts";
import { BUFFERED_EVENTS_MAX } from "./watch_buffer.ts";

const NAME = { namespace: "a", name: "w" };
const QUERY: WatchQuery = { timeoutSeconds: 300, resourceVersion: "0" };

interface Connected extends SmallServer {
  readonly api: KubeApi;
  readonly calls: Call[];
}

/** The first calls suffer the faults, in order. */
function connect(
  faults: readonly (Fault | undefined)[] = [],
  options: Partial<ConnectOptions> = {},
): Connected {
  const small = createSmallServer();
  const calls: Call[] = [];
  const plan = (call: Call) => faults[calls.push(call) - 1];
  const { clock, server } = small;
  const api = connectApi(server, { user: "client", clock, faults: plan, ...options });
  return { ...small, api, calls };
}

function create(server: ApiServer, name = "w"): void {
  server.create(WIDGET, { metadata: { name }, spec: { size: 0 } }, {
    user: "other",
    namespace: "a",
  });
}

Deno.test("connectApi() serves every verb", async () => {
  const { api, server, calls } = connect();
  await api.create(WIDGET, { metadata: { name: "w" }, spec: { size: 1 } }, { namespace: "a" });
  const patch = { type: "merge", body: { spec: { size: 2 } } } as const;
  const patched = await api.patch(WIDGET, NAME, patch, { fieldManager: "m" });
  assert.deepEqual(patched["spec"], { size: 2 });
  const replaced = await api.replace(WIDGET, NAME, { ...patched, spec: { size: 3 } });
  assert.equal(await api.get(WIDGET, NAME), replaced);
  assert.deepEqual((await api.list(WIDGET, { namespace: "a" })).items, [replaced]);
  await api.delete(WIDGET, NAME, { uid: metadataText(replaced, "uid") });
  assert.equal(server.find(WIDGET, NAME), undefined);
  assert.deepEqual(
    calls.map(({ verb, user, name }) => `${verb} ${user} ${name.namespace}/${name.name}`),
    [
      "create client a/",
      "patch client a/w",
      "update client a/w",
      "get client a/w",
      "list client a/",
      "delete client a/w",
    ],
  );
});

Deno.test("connectApi() sends nothing within the call, and nothing that is aborted by then", async () => {
  const { api, server } = connect();
  const controller = new AbortController();
  const { signal } = controller;
  const creating = api.create(WIDGET, { metadata: { name: "v" } }, { namespace: "a" });
  const aborted = api.create(WIDGET, { metadata: { name: "w" } }, { namespace: "a", signal });
  assert.equal(server.all(WIDGET).length, 0);
  controller.abort(new Error("left"));
  await assert.rejects(aborted, /left/);
  assert.deepEqual(server.all(WIDGET), [await creating]);
});

Deno.test("connectApi() words refusals as the HTTP client does", async () => {
  const { api } = connect();
  const path = "/apis/example.org/v1/namespaces/a/widgets/w";
  await assert.rejects(api.get(WIDGET, NAME), {
    name: "ApiError",
    code: 404,
    reason: "NotFound",
    message:
      `Cannot GET ${path}: the API server answered 404 NotFound: widgets.example.org "w" not found`,
  });
  await assert.rejects(api.list(WIDGET, { resourceVersion: "999" }), {
    code: 504,
    retryAfterMs: 1_000,
  });
});

Deno.test("a refused call has no effect, and a lost one has it only if the answer was lost", async () => {
  const cases: readonly [Fault, object, boolean][] = [
    [
      { kind: "refused", code: 429, reason: "TooManyRequests", retryAfterSeconds: 2 },
      { name: "ApiError", code: 429, retryAfterMs: 2_000 },
      false,
    ],
    [{ kind: "request-lost" }, { name: "TransportError", failure: "connection" }, false],
    [{ kind: "answer-lost" }, { name: "TransportError", failure: "connection" }, true],
  ];
  for (const [fault, error, isServed] of cases) {
    const { api, server } = connect([fault]);
    const creation = api.create(WIDGET, { metadata: { name: "w" } }, { namespace: "a" });
    await assert.rejects(creation, error);
    assert.equal(server.find(WIDGET, NAME) !== undefined, isServed, fault.kind);
  }
});

Deno.test("a delayed request arrives late, and even if its client has given up by then", async () => {
  const { api, server, clock } = connect([
    { kind: "delayed", durationMs: 3_000 },
    { kind: "delayed", durationMs: 15_000 },
    { kind: "delayed", durationMs: 15_000 },
  ]);
  const late = api.create(WIDGET, { metadata: { name: "w" } }, { namespace: "a" });
  await clock.advance(2_999);
  assert.equal(server.find(WIDGET, NAME), undefined);
  await clock.advance(1);
  assert.equal(metadataText(await late, "name"), "w");
  const givenUp = assert.rejects(api.delete(WIDGET, NAME), { failure: "timeout" });
  await clock.advance(10_000);
  await givenUp;
  assert.notEqual(server.find(WIDGET, NAME), undefined);
  await clock.advance(5_000);
  assert.equal(server.find(WIDGET, NAME), undefined);
  const controller = new AbortController();
  const aborted = api.get(WIDGET, NAME, { signal: controller.signal });
  controller.abort(new Error("left"));
  await assert.rejects(aborted, /left/);
});

Deno.test("with a source of chance, calls that may be repeated are repeated as the HTTP client does", async () => {
  const lost = { kind: "request-lost" } as const;
  const { api, server, clock, calls } = connect([lost, lost, undefined, lost], {
    random: () => 0.5,
  });
  create(server);
  const reading = api.get(WIDGET, NAME);
  await clock.advance(10_000);
  assert.equal(metadataText(await reading, "name"), "w");
  assert.equal(calls.length, 3);
  const patch = { type: "merge", body: { spec: { size: 1 } } } as const;
  await assert.rejects(api.patch(WIDGET, NAME, patch), { name: "TransportError" });
  assert.equal(calls.length, 4);
});

async function read(events: AsyncIterable<WatchEvent>, into: string[]): Promise<void> {
  for await (const { type, object } of events) {
    into.push(`${type} ${metadataText(object, "name")}`.trim());
  }
}

Deno.test("watch() ends with the server's end and throws the reason when aborted", async () => {
  const { api, server, clock } = connect();
  const told: string[] = [];
  let accepted = 0;
  const controller = new AbortController();
  const options = { signal: controller.signal, onAccepted: () => void accepted++ };
  const aborted = read(api.watch(WIDGET, QUERY, options), told);
  const ended = read(api.watch(WIDGET, { ...QUERY, timeoutSeconds: 10 }), []);
  await settle();
  create(server);
  await settle();
  assert.deepEqual([told, accepted], [["ADDED w"], 1]);
  await clock.advance(10_000);
  server.step(clock.now());
  await ended;
  controller.abort(new Error("left"));
  await assert.rejects(aborted, /left/);
});

Deno.test("watch() is cut or goes deaf after as many events as planned", async () => {
  const { api, server } = connect([
    { kind: "watch-cut", afterEvents: 1 },
    { kind: "watch-deaf", afterEvents: 1 },
    { kind: "watch-deaf", afterEvents: 0 },
  ]);
  for (const name of ["v", "w"]) create(server, name);
  const cut: string[] = [];
  await assert.rejects(read(api.watch(WIDGET, QUERY), cut), { name: "TransportError" });
  assert.deepEqual(cut, ["ADDED v"]);
  for (const expected of [["ADDED v"], []]) {
    const told: string[] = [];
    const controller = new AbortController();
    const deaf = read(api.watch(WIDGET, QUERY, { signal: controller.signal }), told);
    await settle();
    server.step(Number.MAX_SAFE_INTEGER);
    await settle();
    assert.deepEqual(told, expected);
    controller.abort(new Error("left"));
    await assert.rejects(deaf, /left/);
  }
});

Deno.test("watch() gives up a reader that lags behind, after all that was buffered", async () => {
  const { api, server } = connect();
  const reader = api.watch(WIDGET, QUERY)[Symbol.asyncIterator]();
  const first = reader.next();
  await settle();
  create(server);
  await first;
  for (let size = 1; size <= BUFFERED_EVENTS_MAX + 5; size++) {
    server.patch(WIDGET, NAME, { type: "merge", body: { spec: { size } } }, { user: "other" });
  }
  let events = 0;
  while (!(await reader.next()).done) events++;
  assert.equal(events, BUFFERED_EVENTS_MAX);
});

Deno.test("a watch whose client has left is left open in no case", async () => {
  const faults: readonly (Fault | undefined)[] = [
    undefined,
    { kind: "answer-lost" },
    { kind: "delayed", durationMs: 20_000 },
    { kind: "watch-cut", afterEvents: 0 },
    { kind: "watch-deaf", afterEvents: 0 },
  ];
  for (const fault of faults) {
    const { server, clock } = createSmallServer();
    const counting = countWatches(server);
    const api = connectApi(counting.server, { user: "client", clock, faults: () => fault });
    const controller = new AbortController();
    const reading = assert.rejects(
      read(api.watch(WIDGET, QUERY, { signal: controller.signal }), []),
    );
    await clock.advance(10_000);
    controller.abort(new Error("left"));
    await reading;
    await clock.advance(10_000);
    assert.equal(counting.open(), 0, `${fault?.kind}`);
  }
});

function countWatches(server: ApiServer): { readonly server: ApiServer; open(): number } {
  let open = 0;
  function watch(...request: Parameters<ApiServer["watch"]>): () => void {
    const leave = server.watch(...request);
    open++;
    return () => {
      open--;
      leave();
    };
  }
  return { server: { ...server, watch }, open: () => open };
}

Deno.test("writers that name the version they read never lose an update, whatever gets lost on the way", async () => {
  const fault = fc.constantFrom<Fault | undefined>(
    undefined,
    undefined,
    { kind: "request-lost" },
    { kind: "answer-lost" },
    { kind: "refused", code: 503, reason: "ServiceUnavailable" },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 60 }),
      fc.integer({ min: 2, max: 5 }),
      async (faults, writers) => {
        const { api, server } = connect(faults);
        create(server);
        let written = 0;
        server.audit(({ verb, error }) => {
          if (verb === "patch" && error === undefined) written++;
        });
        await Promise.all(Array.from({ length: writers }, () => increment(api)));
        assert.deepEqual(server.find(WIDGET, NAME)?.["spec"], { size: written });
        assert.ok(written >= writers);
      },
    ),
    { numRuns: 50 },
  );
});

/** Raises the size by one until a try of its own is answered. */
async function increment(api: KubeApi): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      const current = await api.get(WIDGET, NAME);
      const { resourceVersion } = metadataOf(current);
      const size = isJsonObject(current["spec"]) ? Number(current["spec"]["size"]) : NaN;
      const body = { metadata: { resourceVersion }, spec: { size: size + 1 } };
      await api.patch(WIDGET, NAME, { type: "merge", body });
      return;
    } catch {
      continue;
    }
  }
  throw new Error("no try was answered");
}
