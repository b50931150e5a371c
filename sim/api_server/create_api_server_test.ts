import assert from "node:assert/strict";

import { ApiError, type JsonObject } from "../../kube/api.ts";
import { LEASE, NAMESPACE, POD } from "../../kube/resources.ts";
import { metadataOf } from "./metadata.ts";
import { createSmallServer, serving, TESTER, WIDGET } from "./testing/small_server.ts";
import type { ApiServer, AuditRecord } from "./api_server.ts";

const NAME = { namespace: "a", name: "w" };

function createWidget(server: ApiServer, parts: JsonObject = {}): JsonObject {
  const { metadata, ...rest } = { metadata: {}, ...parts };
  const body = { metadata: { name: "w", ...metadata }, ...rest };
  return server.create(WIDGET, body, { ...TESTER, namespace: "a" });
}

function refusedWith(code: number, text: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(text), error.message);
    return true;
  };
}

Deno.test("create() completes metadata and drops the status when the kind has a status subresource", () => {
  const { server } = createSmallServer();
  const made = createWidget(server, {
    metadata: { uid: "mine", generation: 7, creationTimestamp: "1999-01-01T00:00:00Z" },
    spec: { size: 1 },
    status: { ready: true },
  });
  assert.deepEqual(without(made, "metadata"), {
    apiVersion: "example.org/v1",
    kind: "Widget",
    spec: { size: 1 },
  });
  const { uid, resourceVersion, ...metadata } = metadataOf(made);
  assert.match(
    String(uid),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.match(String(resourceVersion), /^\d+$/);
  assert.equal(metadata["name"], "w");
  assert.equal(metadata["namespace"], "a");
  assert.equal(metadata["generation"], 1);
  assert.equal(metadata["creationTimestamp"], "2026-01-01T00:00:00Z");
});

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

Deno.test("create() completes generateName with five letters of its own", () => {
  const { server } = createSmallServer();
  const body = { metadata: { generateName: "w-" } };
  const names = [1, 2, 3].map(() =>
    String(metadataOf(server.create(WIDGET, body, { ...TESTER, namespace: "a" }))["name"])
  );
  for (const name of names) assert.match(name, /^w-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.equal(new Set(names).size, 3);
});

Deno.test("create() refuses what kube-apiserver refuses, in its words", () => {
  const { server } = createSmallServer();
  createWidget(server);
  const cases: readonly [JsonObject, string | undefined, number, string][] = [
    [{ metadata: { name: "w" } }, "a", 409, 'widgets.example.org "w" already exists'],
    [{ metadata: { name: "w" } }, "c", 404, 'namespaces "c" not found'],
    [{ metadata: {} }, "a", 422, "name or generateName is required"],
    [{ metadata: { name: "x", namespace: "b" } }, "a", 400, "does not match the namespace"],
    [{ metadata: { name: "x" } }, undefined, 400, "an empty namespace may not be set"],
    [{ kind: "Pod", metadata: { name: "x" } }, "a", 400, "does not match the expected"],
    [{ metadata: { name: "x", resourceVersion: "4" } }, "a", 500, "resourceVersion should not be"],
  ];
  for (const [body, namespace, code, text] of cases) {
    assert.throws(
      () => server.create(WIDGET, body, { ...TESTER, namespace }),
      refusedWith(code, text),
    );
  }
});

Deno.test("get() answers 404 for a kind that is not served and for an object that is not there", () => {
  const { server } = createSmallServer();
  const other = { ...WIDGET, plural: "gadgets" };
  assert.throws(
    () => server.get(other, NAME, TESTER),
    refusedWith(404, "could not find the requested resource"),
  );
  assert.throws(
    () => server.get(WIDGET, NAME, TESTER),
    refusedWith(404, 'widgets.example.org "w" not found'),
  );
});

Deno.test("patch() changes spec or status, never both, and counts generations of the spec alone", () => {
  const { server } = createSmallServer();
  createWidget(server, { spec: { size: 1 } });
  const body = { spec: { size: 2 }, status: { ready: true }, metadata: { labels: { x: "y" } } };
  const main = server.patch(WIDGET, NAME, { type: "merge", body }, TESTER);
  assert.deepEqual(main["spec"], { size: 2 });
  assert.equal(main["status"], undefined);
  assert.equal(metadataOf(main)["generation"], 2);
  const statusBody = { ...body, spec: { size: 3 }, metadata: { labels: { x: "z" } } };
  const status = server.patch(WIDGET, NAME, { type: "merge", body: statusBody }, {
    ...TESTER,
    subresource: "status",
  });
  assert.deepEqual(status["spec"], { size: 2 });
  assert.deepEqual(status["status"], { ready: true });
  assert.deepEqual(metadataOf(status)["labels"], { x: "y" });
  assert.equal(metadataOf(status)["generation"], 2);
});

Deno.test("patch() of a subresource that the kind lacks is answered 404", () => {
  const { server } = createSmallServer({ hasStatus: false });
  createWidget(server);
  for (const subresource of ["status", "scale"]) {
    assert.throws(
      () => server.patch(WIDGET, NAME, { type: "merge", body: {} }, { ...TESTER, subresource }),
      refusedWith(404, "could not find"),
    );
  }
});

Deno.test("patch() that changes nothing raises no version and tells no watch", () => {
  const { server } = createSmallServer();
  const made = createWidget(server, { spec: { size: 1 } });
  const events: string[] = [];
  server.watch(
    WIDGET,
    { timeoutSeconds: 60 },
    { deliver: ({ type }) => events.push(type), end: () => {} },
    TESTER,
  );
  const body = { spec: { size: 1, gone: null } };
  const same = server.patch(WIDGET, NAME, { type: "merge", body }, TESTER);
  assert.equal(same, made);
  assert.deepEqual(events, ["ADDED"]);
});

Deno.test("writes against an old resourceVersion or another uid are answered 409", () => {
  const { server } = createSmallServer();
  const made = createWidget(server, { spec: { size: 1 } });
  server.patch(WIDGET, NAME, { type: "merge", body: { spec: { size: 2 } } }, TESTER);
  const { resourceVersion } = metadataOf(made);
  const stale = { metadata: { resourceVersion }, spec: { size: 3 } };
  const advice = "the object has been modified; please apply your changes to the latest version";
  assert.throws(
    () => server.patch(WIDGET, NAME, { type: "merge", body: stale }, TESTER),
    refusedWith(409, `Operation cannot be fulfilled on widgets.example.org "w": ${advice}`),
  );
  assert.throws(() => server.replace(WIDGET, NAME, made, TESTER), refusedWith(409, advice));
  const operations = [{ op: "replace", path: "/metadata/resourceVersion", value: resourceVersion }];
  assert.throws(
    () => server.patch(WIDGET, NAME, { type: "json", body: operations }, TESTER),
    refusedWith(409, advice),
  );
  const other = { metadata: { uid: "other" } };
  assert.throws(
    () => server.patch(WIDGET, NAME, { type: "merge", body: other }, TESTER),
    refusedWith(422, 'metadata.uid: Invalid value: "other": field is immutable'),
  );
  assert.throws(
    () => server.replace(WIDGET, NAME, { ...made, metadata: { name: "w", uid: "other" } }, TESTER),
    refusedWith(409, "Precondition failed: UID in precondition: other"),
  );
});

Deno.test("replace() needs the resourceVersion of kinds that cannot be replaced unconditionally", () => {
  const { server } = createSmallServer();
  server.create(LEASE, { metadata: { name: "w" } }, { ...TESTER, namespace: "a" });
  server.create(POD, { metadata: { name: "w" } }, { ...TESTER, namespace: "a" });
  const body = { metadata: { name: "w" }, spec: {} };
  assert.throws(
    () => server.replace(LEASE, NAME, body, TESTER),
    refusedWith(422, "must be specified for an update"),
  );
  assert.deepEqual(server.replace(POD, NAME, body, TESTER)["spec"], {});
});

Deno.test("replace() keeps what the server decides and refuses what never changes", () => {
  const { server } = createSmallServer();
  const made = createWidget(server, { spec: { size: 1 } });
  const { uid, resourceVersion } = metadataOf(made);
  const body = { metadata: { name: "w", resourceVersion, generation: 9 }, spec: { size: 5 } };
  const replaced = server.replace(WIDGET, NAME, body, TESTER);
  assert.equal(metadataOf(replaced)["uid"], uid);
  assert.equal(metadataOf(replaced)["generation"], 2);
  assert.equal(metadataOf(replaced)["namespace"], "a");
  const cases: readonly [JsonObject, number, string][] = [
    [{ name: "x" }, 400, "does not match the name on the URL"],
    [{ namespace: "b" }, 400, "does not match the namespace on the URL"],
    [{ deletionTimestamp: "2020-01-01T00:00:00Z" }, 422, "field is immutable"],
  ];
  for (const [metadata, code, text] of cases) {
    assert.throws(
      () => server.patch(WIDGET, NAME, { type: "merge", body: { metadata } }, TESTER),
      refusedWith(code, text),
    );
  }
  const moved = { metadata: { creationTimestamp: "2020-01-01T00:00:00Z" } };
  assert.deepEqual(server.patch(WIDGET, NAME, { type: "merge", body: moved }, TESTER), replaced);
});

Deno.test("dry-run writes are judged and answered, and store nothing", () => {
  const asked: string[] = [];
  const { server } = createSmallServer({}, [({ operation, dryRun }) => {
    asked.push(`${operation} ${dryRun}`);
  }]);
  asked.length = 0;
  const dry = { ...TESTER, namespace: "a", dryRun: true };
  const made = server.create(WIDGET, { metadata: { name: "w" }, spec: { size: 1 } }, dry);
  assert.deepEqual(made["spec"], { size: 1 });
  assert.equal(server.find(WIDGET, NAME), undefined);
  const real = createWidget(server, { spec: { size: 1 } });
  const patched = server.patch(WIDGET, NAME, { type: "merge", body: { spec: { size: 2 } } }, dry);
  assert.deepEqual(patched["spec"], { size: 2 });
  server.delete(WIDGET, NAME, dry);
  assert.equal(server.find(WIDGET, NAME), real);
  assert.deepEqual(asked, ["CREATE true", "CREATE false", "UPDATE true", "DELETE true"]);
});

Deno.test("prepare and admissions see what would be stored, and their refusal stores nothing", () => {
  const { server } = createSmallServer({
    prepare: (object) => ({ ...object, spec: { prepared: true } }),
  }, [({ operation, object }) => {
    if (operation !== "UPDATE") return;
    assert.deepEqual(object?.["spec"], { prepared: true });
    throw new ApiError("exceeded quota", { code: 403, reason: "Forbidden" });
  }]);
  const made = createWidget(server);
  assert.deepEqual(made["spec"], { prepared: true });
  const body = { metadata: { labels: { x: "y" } } };
  assert.throws(
    () => server.patch(WIDGET, NAME, { type: "merge", body }, TESTER),
    refusedWith(403, "exceeded quota"),
  );
  assert.equal(server.find(WIDGET, NAME), made);
});

Deno.test("audit() hears every request with its before, after and error until it is left", () => {
  const { server } = createSmallServer();
  const records: AuditRecord[] = [];
  const leave = server.audit((record) => records.push(record));
  const made = createWidget(server, { spec: { size: 1 } });
  const body = { spec: { size: 2 } };
  const patched = server.patch(WIDGET, NAME, { type: "merge", body }, TESTER);
  assert.throws(() => server.get(POD, NAME, TESTER));
  server.list(WIDGET, {}, TESTER);
  server.delete(WIDGET, NAME, TESTER);
  leave();
  server.list(WIDGET, {}, TESTER);
  assert.deepEqual(records.map(({ verb, name }) => `${verb} ${name.name}`), [
    "create w",
    "patch w",
    "get w",
    "list ",
    "delete w",
  ]);
  assert.equal(records[0]?.after, made);
  assert.equal(records[1]?.before, made);
  assert.equal(records[1]?.after, patched);
  assert.equal(records[2]?.error?.code, 404);
  assert.equal(records[4]?.before, patched);
  assert.equal(records[4]?.after, undefined);
});

Deno.test("stored objects are frozen and do not follow what the caller does to the body", () => {
  const { server } = createSmallServer();
  const body = { metadata: { name: "w" }, spec: { size: 1 } };
  const made = server.create(WIDGET, body, { ...TESTER, namespace: "a" });
  body.spec.size = 2;
  assert.deepEqual(server.find(WIDGET, NAME)?.["spec"], { size: 1 });
  assert.ok(Object.isFrozen(made["spec"]));
});

Deno.test("create() takes cluster-scoped objects without a namespace", () => {
  const { server } = createSmallServer();
  assert.equal(server.find(NAMESPACE, { name: "a" })?.["kind"], "Namespace");
  assert.equal(serving(NAMESPACE).singular, "namespace");
});
