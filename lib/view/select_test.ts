import assert from "node:assert/strict";

import { sampled, volume } from "../testing/builders.ts";
import { parseRole, tablespaceOf, tablespaceRole } from "./role.ts";
import { compareText, knownFileSystem, rolesOf, roleVolumes, subjectOf } from "./select.ts";

Deno.test("rolesOf() gives each role once, data and wal first", () => {
  const roles = ["tbs:b", "wal", "tbs:a", "data", "wal"] as const;
  const found = rolesOf(roles.map((role) => volume({ role })));
  assert.deepEqual(found, ["data", "wal", "tbs:a", "tbs:b"]);
});

Deno.test("roleVolumes() picks a role in the order of the instances", () => {
  const volumes = ["orders-2", "orders-1"].flatMap((instance) => [
    volume({ instance }),
    volume({ instance, role: "wal" }),
  ]);
  assert.deepEqual(roleVolumes(volumes, "wal").map(subjectOf), ["orders-1/wal", "orders-2/wal"]);
});

Deno.test("knownFileSystem() gives what was measured, or nothing", () => {
  const fileSystem = sampled(50);
  assert.equal(knownFileSystem(volume({ fileSystem })), fileSystem.value);
  const unknown = { kind: "unknown", reason: "NoSample", message: "" } as const;
  assert.equal(knownFileSystem(volume({ fileSystem: unknown })), undefined);
});

Deno.test("compareText() orders by code units", () => {
  assert.deepEqual(["b", "a", "Z", "a"].sort(compareText), ["Z", "a", "a", "b"]);
});

Deno.test("parseRole() reads what roles are written as, and nothing else", () => {
  assert.equal(parseRole("data"), "data");
  assert.equal(parseRole("wal"), "wal");
  assert.equal(parseRole("tbs:archive"), tablespaceRole("archive"));
  for (const text of ["", "tbs:", "DATA", "archive"]) assert.equal(parseRole(text), undefined);
});

Deno.test("tablespaceOf() names the tablespace of a role", () => {
  assert.equal(tablespaceOf("tbs:archive"), "archive");
  assert.equal(tablespaceOf("data"), undefined);
});
