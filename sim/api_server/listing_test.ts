import assert from "node:assert/strict";

import fc from "fast-check";

import type { ListPage, ListQuery } from "../../kube/api.ts";
import type { ApiServer } from "./api_server.ts";
import { metadataText } from "./metadata.ts";
import { createSmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

function create(server: ApiServer, namespace: string, name: string, labels = {}): void {
  server.create(WIDGET, { metadata: { name, labels } }, { ...TESTER, namespace });
}

function names(page: ListPage): readonly string[] {
  return page.items.map((item) =>
    metadataText(item, "namespace") + "/" + metadataText(item, "name")
  );
}

Deno.test("list() gives the order of etcd, narrowed by namespace and selectors", () => {
  const { server } = createSmallServer();
  create(server, "b", "x", { app: "db" });
  create(server, "a", "z");
  create(server, "a", "y", { app: "db" });
  const cases: readonly [ListQuery, readonly string[]][] = [
    [{}, ["a/y", "a/z", "b/x"]],
    [{ namespace: "a" }, ["a/y", "a/z"]],
    [{ namespace: "c" }, []],
    [{ labelSelector: "app=db" }, ["a/y", "b/x"]],
    [{ fieldSelector: "metadata.name!=x" }, ["a/y", "a/z"]],
  ];
  for (const [query, expected] of cases) {
    assert.deepEqual(names(server.list(WIDGET, query, TESTER)), expected);
  }
});

Deno.test("list() in pages shows the state of the first page until it is forgotten", () => {
  const { server } = createSmallServer();
  for (const name of ["u", "v", "w", "x", "y"]) create(server, "a", name);
  const first = server.list(WIDGET, { limit: 2 }, TESTER);
  server.delete(WIDGET, { namespace: "a", name: "x" }, TESTER);
  create(server, "a", "z");
  const second = server.list(WIDGET, { limit: 2, continue: first.continue }, TESTER);
  const third = server.list(WIDGET, { limit: 2, continue: second.continue }, TESTER);
  assert.deepEqual([first, second, third].map(names), [["a/u", "a/v"], ["a/w", "a/x"], ["a/y"]]);
  assert.equal(third.continue, undefined);
  assert.equal(third.resourceVersion, first.resourceVersion);
  server.compact();
  assert.throws(
    () => server.list(WIDGET, { limit: 2, continue: first.continue }, TESTER),
    { name: "ApiError", code: 410, reason: "Expired" },
  );
});

Deno.test("list() at a version gives exactly that state, or one that is no older", () => {
  const { server } = createSmallServer();
  create(server, "a", "v");
  const { resourceVersion } = server.list(WIDGET, {}, TESTER);
  create(server, "a", "w");
  const exact = { resourceVersion, resourceVersionMatch: "Exact" } as const;
  assert.deepEqual(names(server.list(WIDGET, exact, TESTER)), ["a/v"]);
  const notOlder = { resourceVersion, resourceVersionMatch: "NotOlderThan" } as const;
  assert.deepEqual(names(server.list(WIDGET, notOlder, TESTER)), ["a/v", "a/w"]);
  assert.deepEqual(names(server.list(WIDGET, { resourceVersion: "0" }, TESTER)), ["a/v", "a/w"]);
  server.compact();
  assert.throws(() => server.list(WIDGET, exact, TESTER), { code: 410, reason: "Expired" });
});

Deno.test("list() refuses versions and tokens that make no sense", () => {
  const { server } = createSmallServer();
  const cases: readonly [ListQuery, number][] = [
    [{ resourceVersion: "x" }, 400],
    [{ resourceVersion: "9999" }, 504],
    [{ resourceVersionMatch: "Exact" }, 422],
    [{ resourceVersion: "0", resourceVersionMatch: "Exact" }, 422],
    [{ continue: "rubbish" }, 400],
    [{ continue: btoa("{}") }, 400],
  ];
  for (const [query, code] of cases) {
    assert.throws(() => server.list(WIDGET, query, TESTER), { name: "ApiError", code });
  }
});

Deno.test("pages of any size make up the list, whatever is written between them", () => {
  const name = fc.constantFrom("u", "v", "w", "x", "y", "z");
  fc.assert(fc.property(
    fc.uniqueArray(name),
    fc.array(name, { maxLength: 8 }),
    fc.integer({ min: 1, max: 4 }),
    (existing, toggled, limit) => {
      const { server } = createSmallServer();
      for (const each of existing) create(server, "a", each);
      const whole = server.list(WIDGET, {}, TESTER);
      const items: string[] = [];
      let page = server.list(WIDGET, { limit }, TESTER);
      items.push(...names(page));
      while (page.continue !== undefined) {
        const next = toggled.pop();
        if (next !== undefined) toggle(server, next);
        page = server.list(WIDGET, { limit, continue: page.continue }, TESTER);
        items.push(...names(page));
      }
      assert.deepEqual(items, names(whole));
    },
  ));
});

function toggle(server: ApiServer, name: string): void {
  const address = { namespace: "a", name };
  if (server.find(WIDGET, address) === undefined) create(server, "a", name);
  else server.delete(WIDGET, address, TESTER);
}
