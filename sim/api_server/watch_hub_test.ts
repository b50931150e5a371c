import assert from "node:assert/strict";

import type { JsonObject, WatchEvent, WatchQuery } from "../../kube/api.ts";
import type { ApiServer, WatchSink } from "./api_server.ts";
import { metadataOf, metadataText } from "./metadata.ts";
import { createSmallServer, TESTER, WIDGET } from "./testing/small_server.ts";

interface Recorded extends WatchSink {
  readonly events: WatchEvent[];
  /** Types and names. */
  told(): readonly string[];
  ended: boolean;
  leave(): void;
}

function watch(server: ApiServer, query: Partial<WatchQuery> = {}): Recorded {
  const recorded: Recorded = {
    events: [],
    ended: false,
    told: () =>
      recorded.events.map(({ type, object }) => `${type} ${metadataText(object, "name")}`.trim()),
    deliver: (event) => void recorded.events.push(event),
    end(): void {
      recorded.ended = true;
    },
    leave: () => {},
  };
  const leave = server.watch(WIDGET, { timeoutSeconds: 300, ...query }, recorded, TESTER);
  recorded.leave = leave;
  return recorded;
}

function create(server: ApiServer, name: string, labels: JsonObject = {}): JsonObject {
  return server.create(WIDGET, { metadata: { name, labels } }, { ...TESTER, namespace: "a" });
}

function label(server: ApiServer, name: string, labels: JsonObject): void {
  const patch = { type: "merge", body: { metadata: { labels } } } as const;
  server.patch(WIDGET, { namespace: "a", name }, patch, TESTER);
}

Deno.test("a watch without a version begins with the present state and goes on from there", () => {
  for (const resourceVersion of [undefined, "", "0"]) {
    const { server } = createSmallServer();
    create(server, "v");
    const seen = watch(server, { resourceVersion });
    create(server, "w");
    server.delete(WIDGET, { namespace: "a", name: "v" }, TESTER);
    assert.deepEqual(seen.told(), ["ADDED v", "ADDED w", "DELETED v"]);
  }
});

Deno.test("a watch with sendInitialEvents says when the present state is complete", () => {
  const { server } = createSmallServer();
  const made = create(server, "v");
  const seen = watch(server, { sendInitialEvents: true });
  create(server, "w");
  assert.deepEqual(seen.told(), ["ADDED v", "BOOKMARK", "ADDED w"]);
  const metadata = metadataOf(seen.events[1]?.object ?? {});
  assert.deepEqual(metadata["annotations"], { "k8s.io/initial-events-end": "true" });
  assert.equal(metadata["resourceVersion"], metadataOf(made)["resourceVersion"]);
});

Deno.test("a watch from a version tells what came after, each under its own version", () => {
  const { server } = createSmallServer();
  const { resourceVersion } = metadataOf(create(server, "v"));
  create(server, "w");
  server.delete(WIDGET, { namespace: "a", name: "v" }, TESTER);
  const seen = watch(server, { resourceVersion: String(resourceVersion) });
  label(server, "w", { x: "y" });
  assert.deepEqual(seen.told(), ["ADDED w", "DELETED v", "MODIFIED w"]);
  const versions = seen.events.map(({ object }) => Number(metadataOf(object)["resourceVersion"]));
  assert.deepEqual(versions, versions.toSorted((left, right) => left - right));
  assert.ok(Number(resourceVersion) < (versions[0] ?? 0));
});

Deno.test("a watch from a forgotten version is told so and ends", () => {
  const { server } = createSmallServer();
  const { resourceVersion } = metadataOf(create(server, "v"));
  create(server, "w");
  const live = watch(server);
  server.compact();
  const seen = watch(server, { resourceVersion: String(resourceVersion) });
  assert.deepEqual(
    seen.events.map(({ type, object }) => [type, object["code"], object["reason"]]),
    [
      ["ERROR", 410, "Expired"],
    ],
  );
  assert.ok(seen.ended);
  create(server, "x");
  assert.equal(seen.events.length, 1);
  assert.deepEqual(live.told(), ["ADDED v", "ADDED w", "ADDED x"]);
});

Deno.test("a watch with a selector sees objects come and go as they match", () => {
  const { server } = createSmallServer();
  const seen = watch(server, { labelSelector: "app=db", namespace: "a" });
  create(server, "w");
  label(server, "w", { app: "db" });
  label(server, "w", { app: "db", more: "x" });
  label(server, "w", { app: "web" });
  label(server, "w", { app: null });
  server.create(WIDGET, { metadata: { name: "v", labels: { app: "db" } } }, {
    ...TESTER,
    namespace: "b",
  });
  assert.deepEqual(seen.told(), ["ADDED w", "MODIFIED w", "DELETED w"]);
  const last = seen.events.at(-1)?.object ?? {};
  assert.deepEqual(metadataOf(last)["labels"], { app: "db", more: "x" });
});

Deno.test("step() bookmarks once a minute and ends a watch whose time is over", async () => {
  const { server, clock } = createSmallServer();
  const seen = watch(server, { timeoutSeconds: 150 });
  create(server, "w");
  for (let seconds = 0; seconds < 150; seconds += 10) {
    await clock.advance(10_000);
    server.step(clock.now());
  }
  assert.deepEqual(seen.told(), ["ADDED w", "BOOKMARK", "BOOKMARK"]);
  const version = metadataOf(server.get(WIDGET, { namespace: "a", name: "w" }, TESTER));
  assert.equal(
    metadataOf(seen.events[1]?.object ?? {})["resourceVersion"],
    version["resourceVersion"],
  );
  assert.ok(seen.ended);
  create(server, "x");
  assert.equal(seen.events.length, 3);
});

Deno.test("a watch that was left hears nothing more", () => {
  const { server } = createSmallServer();
  const seen = watch(server);
  seen.leave();
  create(server, "w");
  server.step(Number.MAX_SAFE_INTEGER);
  assert.deepEqual([seen.told(), seen.ended], [[], false]);
});

Deno.test("a write that a delivery causes is told after its cause, to everybody", () => {
  const { server } = createSmallServer();
  const answering: WatchSink = {
    deliver({ type, object }): void {
      if (type === "ADDED" && metadataText(object, "name") === "w") create(server, "answer");
    },
    end: () => {},
  };
  server.watch(WIDGET, { timeoutSeconds: 300 }, answering, TESTER);
  const seen = watch(server);
  create(server, "w");
  assert.deepEqual(seen.told(), ["ADDED w", "ADDED answer"]);
});

Deno.test("a watch that is opened within a delivery is told nothing twice", () => {
  const { server } = createSmallServer();
  const opened: Recorded[] = [];
  const opening: WatchSink = {
    deliver({ object }): void {
      if (metadataText(object, "name") !== "w") return;
      create(server, "answer");
      opened.push(watch(server));
    },
    end: () => {},
  };
  server.watch(WIDGET, { timeoutSeconds: 300 }, opening, TESTER);
  create(server, "w");
  assert.deepEqual(opened.map((seen) => seen.told()), [["ADDED answer", "ADDED w"]]);
});

Deno.test("watch() refuses selectors and versions that cannot be read", () => {
  const { server } = createSmallServer();
  assert.throws(() => watch(server, { labelSelector: "a b" }), { code: 400 });
  assert.throws(() => watch(server, { resourceVersion: "x" }), { code: 400 });
  assert.throws(
    () =>
      server.watch(
        { ...WIDGET, plural: "gadgets" },
        { timeoutSeconds: 1 },
        { deliver: () => {}, end: () => {} },
        TESTER,
      ),
    { code: 404 },
  );
});

Deno.test("a server that starts anew ends every watch and continues none from before", () => {
  const { server } = createSmallServer();
  const made = create(server, "v");
  const seen = watch(server);
  create(server, "w");
  server.restart();
  assert.ok(seen.ended);
  create(server, "x");
  assert.deepEqual(seen.told(), ["ADDED v", "ADDED w"]);
  const resourceVersion = metadataText(made, "resourceVersion");
  assert.deepEqual(watch(server, { resourceVersion }).events.map(({ type }) => type), ["ERROR"]);
});
