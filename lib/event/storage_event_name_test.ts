import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { millis } from "../units/millis.ts";
import { parseRole } from "../view/role.ts";
import { storageEventLabels, storageEventName } from "./storage_event_name.ts";

const CREATED_AT_MS = millis(Date.UTC(2025, 10, 26, 10, 30, 5, 999));

Deno.test("storageEventName() has the PRD's form", () => {
  const name = (role?: "data" | "wal" | `tbs:${string}`): string =>
    storageEventName({
      clusterName: "production-postgres",
      eventType: "expansion",
      role,
      createdAtMs: CREATED_AT_MS,
    });
  equal(name(), "production-postgres-expansion-20251126-103005");
  equal(name("data"), "production-postgres-expansion-20251126-103005");
  equal(name("wal"), "production-postgres-expansion-wal-20251126-103005");
  equal(name("tbs:My_Index$2"), "production-postgres-expansion-tbs-my-index-2-20251126-103005");
});

Deno.test("storageEventName() is a valid object name with room for a suffix", () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/);
  const clusterName = fc.array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join(".").slice(0, 253).replace(/[.-]+$/, ""));
  const role = fc.oneof(
    fc.constantFrom("data", "wal", undefined),
    fc.string({ minLength: 1, maxLength: 63, unit: "binary" }).map((name) => `tbs:${name}`),
  );
  const eventType = fc.constantFrom("expansion", "wal-cleanup", "alert", "circuit-breaker");
  fc.assert(fc.property(clusterName, role, eventType, (clusterName, role, eventType) => {
    const name = storageEventName({
      clusterName,
      eventType,
      role: role === undefined ? undefined : parseRole(role),
      createdAtMs: CREATED_AT_MS,
    });
    ok(name.length <= 249, `${name.length}`);
    ok(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name), name);
    ok(name.endsWith("-20251126-103005"));
  }));
});

Deno.test("storageEventName() cuts the Cluster's name and never the time", () => {
  const name = storageEventName({
    clusterName: `${"a".repeat(220)}.${"b".repeat(32)}`,
    eventType: "expansion",
    role: "wal",
    createdAtMs: CREATED_AT_MS,
  });
  equal(name, `${"a".repeat(219)}-expansion-wal-20251126-103005`);
  equal(name.length, 249);
});

Deno.test("storageEventLabels() fit the bounds of label values", () => {
  deepEqual(storageEventLabels("production-postgres", "wal-cleanup"), {
    "cnpg.supporttools.io/cluster": "production-postgres",
    "cnpg.supporttools.io/event-type": "wal-cleanup",
  });
  const long = `${"a".repeat(62)}-${"b".repeat(20)}`;
  equal(storageEventLabels(long, "alert")["cnpg.supporttools.io/cluster"], "a".repeat(62));
});
