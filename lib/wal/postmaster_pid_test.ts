import assert from "node:assert/strict";

import { parsePostmasterPid } from "./postmaster_pid.ts";

const READY = "27\n/var/lib/postgresql/data/pgdata\n1764153000\n5432\n/controller/run\n*\n" +
  "  5432001    393216\nready   \n";

Deno.test("parsePostmasterPid() reads a server that runs", () => {
  assert.deepEqual(parsePostmasterPid(READY), {
    kind: "present",
    pid: 27,
    dataDirectory: "/var/lib/postgresql/data/pgdata",
    startedAtMs: 1_764_153_000_000,
    port: 5432,
    socketDirectory: "/controller/run",
    status: "ready",
  });
});

Deno.test("parsePostmasterPid() reads one that has only begun", () => {
  const text = READY.split("\n").slice(0, 3).join("\n");
  const read = parsePostmasterPid(text);
  assert.ok(read.kind === "present");
  assert.equal(read.status, undefined);
  assert.equal(read.port, undefined);
});

Deno.test("parsePostmasterPid() takes nothing unreadable for an absent server", () => {
  for (const text of ["", "27", "27\n\n1764153000", "x\n/data\n1764153000", "27\n/data\nsoon"]) {
    assert.equal(parsePostmasterPid(text).kind, "unreadable", JSON.stringify(text));
  }
});
