import assert from "node:assert/strict";
import type { WatchEvent } from "../../kube/api.ts";
import type { ApiServer, WatchSink } from "../api_server/api_server.ts";
import { createSmallServer, TESTER, WIDGET } from "../api_server/testing/small_server.ts";
import { follow } from "./follow.ts";
import { createInformer } from "./informer.ts";
import { textAt } from "./read_json.ts";

const WATCH_MS = 600_000;

function create(server: ApiServer, name: string): void {
  server.create(WIDGET, { metadata: { name } }, { ...TESTER, namespace: "a" });
}

function remove(server: ApiServer, name: string): void {
  server.delete(WIDGET, { namespace: "a", name }, TESTER);
}

/** A server whose watches can be cut off: the follower learns of it when the next begins. */
function cuttable(
  server: ApiServer,
): Pick<ApiServer, "watch"> & { cut(meanwhile: () => void): void } {
  let open: { readonly sink: WatchSink; readonly leave: () => void } | undefined;
  return {
    watch(resource, query, sink, options): () => void {
      const leave = server.watch(resource, query, sink, options);
      open = { sink, leave };
      return leave;
    },
    cut(meanwhile): void {
      const cut = open;
      cut?.leave();
      meanwhile();
      cut?.sink.end();
    },
  };
}

function describe({ type, object }: WatchEvent): string {
  return `${type} ${textAt(object, "metadata", "name")}`;
}

Deno.test("follow() tells what there is, then what changes", () => {
  const { server } = createSmallServer();
  create(server, "one");
  const told: string[] = [];
  const objects = follow(server, WIDGET, "tester", (event) => void told.push(describe(event)));
  create(server, "two");
  remove(server, "one");
  assert.deepEqual(told, ["ADDED one", "ADDED two", "DELETED one"]);
  assert.deepEqual([...objects.keys()], ["a/two"]);
});

Deno.test("follow() goes on where its watch ended when the time of that was over", () => {
  const { server, clock } = createSmallServer();
  create(server, "one");
  const told: string[] = [];
  follow(server, WIDGET, "tester", (event) => void told.push(describe(event)));
  server.step(clock.now() + WATCH_MS);
  create(server, "two");
  assert.deepEqual(told, ["ADDED one", "ADDED two"]);
});

Deno.test("follow() tells what went while the server had forgotten where it was", () => {
  const { server } = createSmallServer();
  create(server, "gone");
  create(server, "kept");
  const cuttableServer = cuttable(server);
  const told: string[] = [];
  const objects = follow(cuttableServer, WIDGET, "tester", (event) => {
    told.push(describe(event));
  });
  told.length = 0;
  cuttableServer.cut(() => {
    remove(server, "gone");
    create(server, "new");
    server.compact();
  });
  assert.deepEqual(told.toSorted(), ["ADDED kept", "ADDED new", "DELETED gone"]);
  assert.deepEqual([...objects.keys()].toSorted(), ["a/kept", "a/new"]);
});

Deno.test("createInformer() names what changed once, until it is asked", () => {
  const { server } = createSmallServer();
  const informer = createInformer(server, WIDGET, "tester");
  create(server, "one");
  create(server, "two");
  remove(server, "one");
  assert.deepEqual(informer.takeChanged(), ["a/one", "a/two"]);
  assert.deepEqual(informer.takeChanged(), []);
  assert.deepEqual([...informer.objects.keys()], ["a/two"]);
});
