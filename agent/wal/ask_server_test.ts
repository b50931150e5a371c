import assert from "node:assert/strict";
import { lsn } from "../../lib/wal/lsn.ts";
import {
  type Answers,
  fakeDatabase,
  SENDER,
  silentDatabase,
  SLOT,
  STATUS,
} from "./testing/fake_ports.ts";
import { askServer, OBSERVER_ROLES, type ServerAnswer, type ServerTold } from "./ask_server.ts";
import type { NoSession, Row } from "./database.ts";
import { ROWS_MAX, slotsQuery } from "./server_queries.ts";

const OPEN = new AbortController().signal;

async function ask(answers: Answers): Promise<ServerAnswer> {
  return await askServer(fakeDatabase(answers), OBSERVER_ROLES, OPEN);
}

async function told(answers: Answers): Promise<ServerTold> {
  const answer = await ask(answers);
  assert.ok(answer.kind === "told");
  return answer;
}

function status(changes: Row): Answers {
  return { status: { ...STATUS, ...changes } };
}

Deno.test("askServer() tells what a primary says, and hangs up", async () => {
  const database = fakeDatabase({ slots: [SLOT], senders: [SENDER] });
  const answer = await askServer(database, OBSERVER_ROLES, OPEN);
  assert.ok(answer.kind === "told");
  assert.equal(answer.role, "cnpg_metrics_exporter");
  assert.equal(answer.major, 15);
  assert.equal(answer.systemIdentifier, 7_300_000_000_000_000_123n);
  assert.deepEqual(answer.position, {
    kind: "known",
    value: { lsn: lsn(0xD000100n), timeline: 1 },
  });
  assert.ok(answer.slots.kind === "known" && answer.senders.kind === "known");
  assert.equal(answer.slots.value[0]?.restartLsn, 0xB000000n);
  assert.equal(answer.slots.value[0]?.inactiveSinceMs, undefined);
  assert.equal(answer.senders.value[0]?.replayLsn, 0xC000100n);
  assert.equal(answer.senders.value[0]?.usesSlot, false);
  assert.deepEqual(answer.summarizer, { kind: "known", value: { kind: "off" } });
  assert.equal(database.closed, 1);
});

Deno.test("askServer() asks as postgres when CloudNativePG's role does not exist", async () => {
  const database = fakeDatabase({}, ["cnpg_metrics_exporter"]);
  const answer = await askServer(database, OBSERVER_ROLES, OPEN);
  assert.ok(answer.kind === "told");
  assert.deepEqual(database.roles, ["cnpg_metrics_exporter", "postgres"]);
  assert.equal(answer.role, "postgres");
});

for (const reason of ["noSocket", "notListening", "notAccepting", "refused", "failed"] as const) {
  Deno.test(`askServer() tries no other role when the answer is ${reason}`, async () => {
    let tries = 0;
    const database = silentDatabase(reason satisfies NoSession);
    const counted = {
      open: (role: string, signal: AbortSignal) => {
        tries += 1;
        return database.open(role, signal);
      },
    };
    const answer = await askServer(counted, OBSERVER_ROLES, OPEN);
    assert.ok(answer.kind === "silent");
    assert.equal(answer.reason, reason);
    assert.equal(tries, 1);
  });
}

const STANDBY = { isInRecovery: true, currentLsn: null, currentTimeline: null };

const POSITIONS: Record<string, { row: Row; expected: { lsn: bigint; timeline: number } }> = {
  "has received more than it replayed": {
    row: { receiveLsn: "0/E000000", replayLsn: "0/D000000", receivedTimeline: 2 },
    expected: { lsn: 0xE000000n, timeline: 2 },
  },
  "has replayed from the archive alone": {
    row: { replayLsn: "0/D000000", recoveryTimeline: 3 },
    expected: { lsn: 0xD000000n, timeline: 3 },
  },
};

for (const [name, { row, expected }] of Object.entries(POSITIONS)) {
  Deno.test(`askServer() tells the later position of a standby that ${name}`, async () => {
    const { position } = await told(status({ ...STANDBY, ...row }));
    assert.deepEqual(position, { kind: "known", value: expected });
  });
}

Deno.test("askServer() does not know the position of a standby that has neither", async () => {
  assert.equal((await told(status(STANDBY))).position.kind, "unknown");
});

Deno.test("askServer() passes on that the role may not see statistics", async () => {
  const { statisticsVisible } = await told(status({ statisticsVisible: false }));
  assert.equal(statisticsVisible, false);
});

Deno.test("askServer() does not know the slots when there are too many", async () => {
  const slots = Array.from(
    { length: ROWS_MAX + 1 },
    (_, index) => ({ ...SLOT, name: `s${index}` }),
  );
  assert.equal((await told({ slots })).slots.kind, "unknown");
});

Deno.test("askServer() does not know what the server answers in another shape", async () => {
  const { senders, slots } = await told({ senders: [{ ...SENDER, sentLsn: "nowhere" }] });
  assert.equal(senders.kind, "unknown");
  assert.equal(slots.kind, "known");
});

Deno.test("askServer() does not know the summarizer of 17 when it does not answer", async () => {
  const { summarizer } = await told(status({ versionNumber: 170011 }));
  assert.equal(summarizer.kind, "unknown");
});

Deno.test("askServer() tells how far the summarizer of 17 is", async () => {
  const { summarizer } = await told({
    ...status({ versionNumber: 170011 }),
    summarizer: { isOn: true, summarizedLsn: "0/C000028" },
  });
  assert.deepEqual(summarizer, { kind: "known", value: { kind: "on", summarizedLsn: 0xC000028n } });
});

Deno.test("askServer() is silent when the status is not that of a server we know", async () => {
  const answer = await ask(status({ archiveMode: "sometimes" }));
  assert.ok(answer.kind === "silent");
  assert.match(answer.message, /Cannot ask for the server's status/);
});

Deno.test("slotsQuery() asks for no column that a major does not have", () => {
  for (const major of [13, 14, 15, 16]) {
    assert.doesNotMatch(
      slotsQuery(major),
      /inactive_since |inactive_since\)|synced|idle_replication/,
    );
  }
  assert.match(slotsQuery(17), /FROM inactive_since\)/);
  assert.doesNotMatch(slotsQuery(17), /idle_replication/);
  assert.match(slotsQuery(18), /idle_replication_slot_timeout/);
});
