import assert from "node:assert/strict";
import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";

import { GIBIBYTE } from "../../lib/units/bytes.ts";
import type { Scene, SceneCluster, SceneVolume, StoryLine } from "../scene.ts";
import { drawScene } from "./draw_scene.ts";
import { colours, noColours } from "./paint.ts";

function volume(changes: Partial<SceneVolume> = {}): SceneVolume {
  const { usedBytes = 5 * GIBIBYTE, sizeBytes = 10 * GIBIBYTE } = changes;
  return {
    instance: "orders-1",
    role: "data",
    usedBytes,
    availableBytes: sizeBytes - usedBytes,
    sizeBytes,
    ...changes,
  };
}

function cluster(changes: Partial<SceneCluster> = {}): SceneCluster {
  return {
    namespace: "shop",
    name: "orders",
    incident: "data grows",
    phase: "Cluster in healthy state",
    volumes: [volume()],
    outcome: { kind: "pending" },
    ...changes,
  };
}

function scene(clusters: readonly SceneCluster[]): Scene {
  return { seed: 7, speed: 20, atMs: 192_000, clusters };
}

const LINE: StoryLine = {
  atMs: 61_000,
  cluster: "shop/orders",
  teller: "manager",
  tone: "good",
  text: "It grew",
};

const WAL = volume({ role: "wal", sizeBytes: 2 * GIBIBYTE, usedBytes: GIBIBYTE });

const ROOM = { columns: 100, rows: 24 };

Deno.test("drawScene() shows a cluster with its fullest volume of each role, and the story", () => {
  const volumes = [
    volume(),
    volume({ instance: "orders-2", usedBytes: 9 * GIBIBYTE, requestedBytes: 15 * GIBIBYTE }),
    WAL,
  ];
  const drawn = drawScene(
    scene([cluster({ volumes, level: "emergency", says: "Growing orders-2" })]),
    [LINE],
    ROOM,
    noColours,
  );
  assert.deepEqual(drawn, [
    "CNPG Storage Manager  story 03:12 · 20 times as fast · seed 7",
    "shop/orders  emergency  data grows",
    "  orders-2 data        ████████████████████████░░░·············  90 %  9 GiB of 10 GiB → 15 GiB",
    "  orders-1 wal         ███░░                                     50 %  1 GiB of 2 GiB",
    "  › Growing orders-2",
    "",
    "The story",
    "01:01  manager     shop/orders  It grew",
  ]);
});

Deno.test("drawScene() ends a cluster's lines with its outcome", () => {
  const cases = [
    [{ kind: "succeeded", summary: "grown" }, "  ✓ grown"],
    [{ kind: "failed", summary: "full" }, "  ✗ full"],
  ] as const;
  for (const [outcome, line] of cases) {
    const says = "no longer shown";
    const drawn = drawScene(scene([cluster({ outcome, says })]), [], ROOM, noColours);
    assert.equal(drawn[3], line);
  }
});

Deno.test("drawScene() shows CloudNativePG's phase where a cluster is not healthy", () => {
  const drawn = drawScene(scene([cluster({ phase: "Failing over" })]), [], ROOM, noColours);
  assert.equal(drawn[1], "shop/orders  data grows · Failing over");
});

Deno.test("drawScene() shows five clusters, one with a WAL volume, on a terminal of 24 rows", () => {
  const clusters = ["a", "b", "c", "d", "e"].map((name) =>
    cluster({ name, says: "Nothing", volumes: [volume(), ...(name === "b" ? [WAL] : [])] })
  );
  const drawn = drawScene(scene(clusters), [LINE], { columns: 80, rows: 22 }, noColours);
  for (const { name } of clusters) {
    assert.ok(drawn.some((line) => line.startsWith(`shop/${name} `)), name);
  }
});

const NINE = [
  "orders",
  "payments",
  "tickets",
  "telemetry",
  "reports",
  "customers",
  "uploads",
  "ledger",
  "catalog",
];

Deno.test("drawScene() shows nine clusters in a line each on a terminal of 24 rows, and much of the story", () => {
  const growing = volume({ usedBytes: 9 * GIBIBYTE, requestedBytes: 15 * GIBIBYTE });
  const clusters = NINE.map((name) => cluster({ name, says: "Nothing", volumes: [growing, WAL] }));
  const story = Array.from({ length: 30 }, () => LINE);
  const drawn = drawScene(scene(clusters), story, { columns: 80, rows: 22 }, noColours);
  assert.equal(drawn.length, 22);
  assert.equal(
    drawn[1],
    "› shop/orders         data ██████████░·····  90 %  9 GiB of 10 GiB → 15 GiB",
  );
  assert.deepEqual(
    drawn.slice(1, 10).map((line) => /^› shop\/(\S+)/.exec(line)?.[1]),
    NINE,
  );
  assert.equal(drawn.filter((line) => line.startsWith("01:01")).length, 10);
});

Deno.test("drawScene() shows in a line how a story ended, and a phase that is not healthy", () => {
  const cases = [
    [{ outcome: { kind: "succeeded", summary: "grown" } }, /^✓ .* {2}grown$/],
    [{ outcome: { kind: "failed", summary: "full" } }, /^✗ .* {2}full$/],
    [{ says: "Growing" }, /^› .* {2}Growing$/],
    [{ phase: "Not enough disk space" }, /^› .*█.* {2}Not enough disk space$/],
    [{ volumes: [] }, /^› shop\/orders +data grows$/],
  ] as const;
  for (const [changes, wanted] of cases) {
    const others = NINE.map((name) => cluster({ name: `more-${name}` }));
    const all = [cluster(changes), ...others];
    const drawn = drawScene(scene(all), [], { columns: 120, rows: 16 }, noColours);
    assert.match(drawn[1] ?? "", wanted);
  }
});

Deno.test("drawScene() shows the most pressing clusters where not all fit, and counts the rest", () => {
  const clusters = [10, 90, 40, 20, 30, 50].map((percent) =>
    cluster({
      name: `at-${percent}`,
      volumes: [volume({ usedBytes: percent / 100 * 10 * GIBIBYTE })],
    })
  );
  const drawn = drawScene(scene(clusters), [LINE], { columns: 100, rows: 10 }, noColours);
  const shown = drawn.flatMap((line) => /^› shop\/at-(\d+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(shown, ["90", "40", "50"]);
  assert.ok(drawn.includes("… and 3 more"), drawn.join("\n"));
});

Deno.test("drawScene() keeps to its room, whatever it shows", () => {
  const size = fc.integer({ min: 0, max: 64 }).map((gibibytes) => gibibytes * GIBIBYTE);
  const volumes = fc.array(
    fc.record({
      instance: fc.string({ maxLength: 60 }),
      role: fc.constantFrom("data", "wal", "tbs:archive"),
      usedBytes: size,
      availableBytes: size,
      sizeBytes: size,
      requestedBytes: fc.option(size, { nil: undefined }),
    }),
    { maxLength: 6 },
  );
  fc.assert(fc.property(
    fc.array(volumes, { maxLength: 12 }),
    fc.integer({ min: 20, max: 200 }),
    fc.integer({ min: 1, max: 60 }),
    (all, columns, rows) => {
      const clusters = all.map((one) => cluster({ volumes: one, says: "s".repeat(300) }));
      const drawn = drawScene(scene(clusters), [LINE, LINE], { columns, rows }, colours);
      assert.ok(drawn.length <= rows);
      for (const line of drawn) assert.ok(stripVTControlCharacters(line).length <= columns, line);
    },
  ));
});
