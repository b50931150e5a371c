import assert from "node:assert/strict";
import { known, unknown } from "../../lib/wal/fact.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import type { PostmasterPid } from "../../lib/wal/postmaster_pid.ts";
import { parsePostmasterPid } from "../../lib/wal/postmaster_pid.ts";
import { controlOf } from "../../lib/wal/testing/evidence.ts";
import { askServer, OBSERVER_ROLES, type ServerTold } from "./ask_server.ts";
import type { NoSession } from "./database.ts";
import { foreignServer, serverPresence, START_TOLERANCE_MS } from "./server_state.ts";
import { fakeDatabase, STARTED_AT_MS } from "./testing/fake_ports.ts";

const ABSENT: Fact<PostmasterPid> = known({ kind: "absent" });
const LISTENED = pidFile(`17\n/data/pgdata\n${STARTED_AT_MS / 1000}\n5432\n/controller/run\n\n\n`);
const BEGUN = pidFile(`17\n/data/pgdata\n${STARTED_AT_MS / 1000}\n`);
const GARBLED = pidFile("?");
const UNREAD: Fact<PostmasterPid> = unknown("permission denied");

function pidFile(text: string): Fact<PostmasterPid> {
  return known(parsePostmasterPid(text));
}

type Word = "up" | "down" | "unknown";

const CASES: readonly [NoSession, string, Fact<PostmasterPid>, Word, boolean | "unknown"][] = [
  ["noSocket", "no lock file", ABSENT, "down", true],
  ["notListening", "no lock file", ABSENT, "down", true],
  ["failed", "no lock file", ABSENT, "down", true],
  ["notListening", "a lock file of a server that listened", LISTENED, "down", true],
  ["notListening", "a lock file of a server that has just begun", BEGUN, "unknown", "unknown"],
  ["notListening", "a lock file that cannot be understood", GARBLED, "unknown", "unknown"],
  ["noSocket", "a lock file", LISTENED, "unknown", "unknown"],
  ["failed", "a lock file", LISTENED, "unknown", "unknown"],
  ["noSocket", "a lock file that cannot be read", UNREAD, "unknown", "unknown"],
  ["notAccepting", "a lock file", LISTENED, "unknown", false],
  ["roleRefused", "a lock file", LISTENED, "unknown", false],
  ["refused", "no lock file", ABSENT, "unknown", false],
];

for (const [reason, name, postmaster, server, gone] of CASES) {
  Deno.test(`serverPresence() says ${server} when the socket is ${reason} with ${name}`, () => {
    const presence = serverPresence({ kind: "silent", reason, message: "m" }, postmaster);
    assert.equal(wordOf(presence.server), server);
    assert.equal(wordOf(presence.postmasterGone), gone);
  });
}

function wordOf<Value>(fact: Fact<Value>): Value | "unknown" {
  return fact.kind === "known" ? fact.value : "unknown";
}

async function told(): Promise<ServerTold> {
  const answer = await askServer(fakeDatabase(), OBSERVER_ROLES, new AbortController().signal);
  assert.ok(answer.kind === "told");
  return answer;
}

Deno.test("serverPresence() says up when the server answers", async () => {
  const presence = serverPresence(await told(), LISTENED);
  assert.deepEqual(presence, { server: known("up"), postmasterGone: known(false) });
});

const OWN: Parameters<typeof foreignServer>[1] = {
  control: controlOf(),
  postmaster: LISTENED,
  signalledRole: known("primary"),
};

Deno.test("foreignServer() finds nothing wrong with the server of the data directory", async () => {
  const server = await told();
  const blind = unknown("unread");
  assert.equal(foreignServer(server, OWN), undefined);
  assert.equal(
    foreignServer(server, { control: blind, postmaster: blind, signalledRole: blind }),
    undefined,
  );
});

Deno.test("foreignServer() finds another system", async () => {
  const found = foreignServer(await told(), {
    ...OWN,
    control: controlOf({ systemIdentifier: 5n }),
  });
  assert.match(found ?? "", /of system 7300000000000000123, and the data directory of 5/);
});

Deno.test("foreignServer() finds that nothing runs in the data directory", async () => {
  const found = foreignServer(await told(), { ...OWN, postmaster: ABSENT });
  assert.match(found ?? "", /no postmaster\.pid/);
});

Deno.test("foreignServer() finds a server that was started at another time", async () => {
  const server = await told();
  const startedAtMs = (STARTED_AT_MS - START_TOLERANCE_MS) / 1000;
  const near = pidFile(`17\n/data\n${startedAtMs}\n`);
  const far = pidFile(`17\n/data\n${startedAtMs - 1}\n`);
  assert.equal(foreignServer(server, { ...OWN, postmaster: near }), undefined);
  assert.match(foreignServer(server, { ...OWN, postmaster: far }) ?? "", /at another time/);
});

Deno.test("foreignServer() finds a standby's server at a primary's data directory", async () => {
  const standby = { ...await told(), isInRecovery: true };
  assert.match(foreignServer(standby, OWN) ?? "", /no signal file/);
  assert.equal(foreignServer(standby, { ...OWN, signalledRole: known("standby") }), undefined);
});
