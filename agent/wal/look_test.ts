import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { controlFileBytes } from "../../lib/wal/testing/control_file_bytes.ts";
import { nameOf } from "../../lib/wal/testing/evidence.ts";
import { slotStateBytes } from "../../lib/wal/testing/slot_state_bytes.ts";
import { type LookPorts, SERVER_LIMIT_MS, takeLook, type WalLook } from "./look.ts";
import { type LookMemory, NO_MEMORY } from "./memory.ts";
import { WalPictureSchema } from "./picture.ts";
import { fakeFiles, type FileTree, instanceTree, PGDATA } from "./testing/fake_files.ts";
import {
  type Answers,
  ARCHIVER,
  clusterWith,
  fakeDatabase,
  fakeOperator,
  fakeProbe,
  HUNG_DATABASE,
  SENDER,
  silentDatabase,
  SLOT,
  STARTED_AT_MS,
  STATUS,
} from "./testing/fake_ports.ts";

const LOCK_FILE = `17\n${PGDATA}\n${STARTED_AT_MS / 1000}\n5432\n/controller/run\n`;
const RUNNING = { [`${PGDATA}/postmaster.pid`]: LOCK_FILE };
const NEXT_CONTROL = controlFileBytes({
  major: 15,
  redo: 13n * 2n ** 24n + 0x28n,
  checkpoint: 13n * 2n ** 24n + 0x40n,
});

function portsWith(tree: FileTree, changes: Partial<LookPorts> = {}): LookPorts {
  return {
    files: fakeFiles(instanceTree(tree)),
    clock: createFakeClock(),
    probe: fakeProbe(100_000),
    database: fakeDatabase(),
    operator: fakeOperator(),
    ...changes,
  };
}

async function look(ports: LookPorts, memory: LookMemory = NO_MEMORY): Promise<WalLook> {
  const taken = await takeLook(ports, { pgdata: PGDATA, instance: "orders-1" }, memory);
  assert.deepEqual(WalPictureSchema.parse(taken.picture), taken.picture);
  return taken;
}

/** Looks at a running server with these answers. */
function lookUp(answers: Answers, tree: FileTree = {}, memory = NO_MEMORY): Promise<WalLook> {
  return look(portsWith({ ...RUNNING, ...tree }, { database: fakeDatabase(answers) }), memory);
}

/** Looks at a server that has stopped. */
function lookDown(tree: FileTree = {}, memory = NO_MEMORY): Promise<WalLook> {
  return look(portsWith(tree, { database: silentDatabase("notListening") }), memory);
}

function reasons(picture: WalLook["picture"]): string[] {
  return picture.refusals.map(({ reason }) => reason);
}

Deno.test("takeLook() names the slot that holds the oldest WAL of a primary", async () => {
  const { picture } = await lookUp({ slots: [SLOT], senders: [SENDER] });
  assert.equal(picture.server.state, "up");
  assert.equal(picture.server.role, "primary");
  assert.ok(picture.position.kind === "known" && picture.redo.kind === "known");
  assert.equal(picture.position.file, nameOf(13));
  assert.equal(picture.redo.file, nameOf(12));
  const [oldest, next] = picture.holders;
  assert.equal(`${oldest?.constraint} ${oldest?.who}`, "C3 _cnpg_orders_2");
  assert.equal(oldest?.oldestFile, nameOf(11));
  assert.equal(oldest?.bytesHeld, 3 * 2 ** 24);
  assert.equal(oldest?.remedy, "StartConsumerOrDropSlot");
  assert.equal(next?.oldestFile, nameOf(12));
});

Deno.test("takeLook() finds the headroom of a primary in its free bytes and in the rest of its segment", async () => {
  const { picture } = await lookUp({});
  assert.ok(picture.headroom.kind === "known");
  const rest = 2 ** 24 - 0x100;
  assert.equal(picture.headroom.leastBytes, 100_000 + rest);
  assert.equal(picture.headroom.mostBytes, 100_000 + rest);
});

Deno.test("takeLook() closes the gate at the first look, and not at the second", async () => {
  const first = await lookUp({});
  assert.ok(reasons(first.picture).includes("FirstLook"));
  const second = await lookUp({}, {}, first.memory);
  assert.ok(!reasons(second.picture).includes("FirstLook"));
});

Deno.test("takeLook() knows the cut-off once a checkpoint has followed another", async () => {
  const first = await lookUp({ senders: [SENDER] });
  assert.equal(first.picture.cutOff.kind, "unknown");
  const second = await lookUp({ senders: [SENDER] }, {
    [`${PGDATA}/global/pg_control`]: NEXT_CONTROL,
  }, first.memory);
  assert.ok(second.picture.cutOff.kind === "known");
  assert.equal(second.picture.cutOff.file, nameOf(11));
  const constraints = second.picture.cutOff.setBy.map(({ constraint }) => constraint);
  assert.deepEqual(constraints, ["C4", "C6", "C8"]);
  assert.deepEqual(second.picture.victims, {
    count: 1,
    freedBytes: 2 ** 24,
    names: [nameOf(10)],
  });
  assert.deepEqual(second.picture.refusals, []);
  const third = await lookUp({}, { [`${PGDATA}/global/pg_control`]: NEXT_CONTROL }, second.memory);
  assert.deepEqual(third.evidence.previousRedo, second.evidence.previousRedo);
});

Deno.test("takeLook() says where the cut-off lies at most while something is unknown", async () => {
  const { picture } = await lookUp({ slots: [SLOT] });
  assert.ok(picture.cutOff.kind === "unknown");
  assert.equal(picture.cutOff.noLaterThan?.file, nameOf(10));
});

Deno.test("T40: takeLook() closes the gate when REDO went backwards", async () => {
  const first = await lookUp({}, { [`${PGDATA}/global/pg_control`]: NEXT_CONTROL });
  const second = await lookUp({}, {}, first.memory);
  assert.ok(reasons(second.picture).includes("RedoMovedBackwards"));
});

Deno.test("takeLook() forgets what another system said", async () => {
  const first = await lookUp({});
  const other = controlFileBytes({ major: 15, systemIdentifier: 5n });
  const second = await lookDown({ [`${PGDATA}/global/pg_control`]: other }, first.memory);
  assert.ok(reasons(second.picture).includes("SystemIdentifierChanged"));
  assert.equal(second.memory.lastWords, undefined);
  assert.equal(second.picture.archiver.mode, "unknown");
});

Deno.test("takeLook() does not take another system's server for that of the data directory", async () => {
  const { picture, evidence } = await lookUp({ status: { ...STATUS, systemIdentifier: "5" } });
  assert.equal(picture.server.state, "unknown");
  assert.equal(evidence.position.kind, "unknown");
  assert.match(picture.server.message ?? "", /of system 5/);
});

Deno.test("T13: takeLook() refuses when the role may not see standbys", async () => {
  const hidden = { ...SENDER, sentLsn: null, writeLsn: null, flushLsn: null, replayLsn: null };
  const status = { ...STATUS, statisticsVisible: false };
  const { picture, memory } = await lookUp({ status, senders: [hidden] });
  assert.ok(reasons(picture).includes("StatisticsHidden"));
  assert.equal(memory.lastWords?.senders, undefined);
});

Deno.test("takeLook() judges a server that is down by its files, and by what it said last", async () => {
  const up = await lookUp({ senders: [SENDER] });
  const slot = { [`${PGDATA}/pg_replslot/_cnpg_orders_2/state`]: slotStateBytes({ major: 15 }) };
  const down = await lookDown(slot, up.memory);
  assert.equal(down.picture.server.state, "down");
  assert.equal(down.picture.archiver.mode, "on");
  assert.equal(down.picture.archiver.isStored, true);
  assert.ok(down.evidence.walSenders.kind === "known");
  assert.equal(down.evidence.walSenders.value.length, 1);
  assert.equal(down.picture.holders[0]?.who, "_cnpg_orders_2");
  assert.equal(down.picture.holders[0]?.remedy, "StartServer");
});

Deno.test("takeLook() assumes the strictest archiving of a server that never spoke", async () => {
  const { picture, evidence } = await lookDown();
  assert.deepEqual(evidence.archiving, { kind: "known", value: { mode: "on", stored: false } });
  assert.equal(picture.archiver.mode, "unknown");
  assert.ok(reasons(picture).includes("SettingUnknown"));
});

Deno.test("takeLook() tells what waits to be archived, and that archiving fails", async () => {
  const archiver = { ...ARCHIVER, failedCount: 3, lastFailedAgeMs: 10 };
  const { picture } = await lookUp({ archiver }, {
    [`${PGDATA}/pg_wal/archive_status/${nameOf(11)}.ready`]: "",
    [`${PGDATA}/pg_wal/archive_status/00000002.history.ready`]: "",
  });
  assert.equal(picture.archiver.isFailing, true);
  assert.equal(picture.archiver.waitingFiles, 2);
  assert.equal(picture.archiver.backlogBytes, 2 ** 24);
  assert.ok(picture.archiver.oldestWaitingAgeMs !== undefined);
  assert.equal(picture.holders[0]?.remedy, "FixArchiver");
});

Deno.test("takeLook() does not believe CloudNativePG's archiving without a backup section", async () => {
  const status = { ...STATUS, archiverKind: "operator" };
  const database = fakeDatabase({ status });
  const operator = fakeOperator(clusterWith({ spec: {} }));
  const without = await look(portsWith(RUNNING, { database, operator }));
  assert.equal(without.picture.archiver.isStored, false);
  const unreachable = { cluster: () => Promise.reject(new Error("connection refused")) };
  const blind = await look(portsWith(RUNNING, { database, operator: unreachable }));
  assert.equal(blind.picture.archiver.isStored, false);
  assert.ok(reasons(blind.picture).includes("OperatorStateUnknown"));
  assert.equal((await look(portsWith(RUNNING, { database }))).picture.archiver.isStored, true);
});

Deno.test("takeLook() remembers since when a slot is inactive", async () => {
  const first = await lookUp({ slots: [SLOT] });
  const later = { ...STATUS, nowMs: STARTED_AT_MS + 1_060_000 };
  const second = await lookUp({ slots: [SLOT], status: later }, {}, first.memory);
  assert.equal(second.picture.holders[0]?.ageMs, 60_000);
  const active = await lookUp({ slots: [{ ...SLOT, active: true }] }, {}, second.memory);
  assert.equal(active.memory.inactiveSince.size, 0);
});

Deno.test("takeLook() knows rates at the second look", async () => {
  const clock = createFakeClock();
  const first = await look(portsWith(RUNNING, { clock }));
  assert.equal(first.picture.rates.walBytesPerSecond, undefined);
  await clock.advance(1_000);
  const status = { ...STATUS, currentLsn: "0/D001100" };
  const archiver = { ...ARCHIVER, archivedCount: 13 };
  const database = fakeDatabase({ status, archiver });
  const second = await look(portsWith(RUNNING, { clock, database }), first.memory);
  assert.equal(second.picture.rates.walBytesPerSecond, 0x1000);
  assert.equal(second.picture.rates.archivedBytesPerSecond, 2 ** 24);
});

Deno.test("takeLook() asks first as the role that was let in before", async () => {
  const database = fakeDatabase({}, ["cnpg_metrics_exporter"]);
  const first = await look(portsWith(RUNNING, { database }));
  await look(portsWith(RUNNING, { database }), first.memory);
  assert.deepEqual(database.roles, ["cnpg_metrics_exporter", "postgres", "postgres"]);
});

Deno.test("takeLook() reads the files when the server hangs", async () => {
  const clock = createFakeClock();
  const looking = look(portsWith(RUNNING, { clock, database: HUNG_DATABASE }));
  await clock.advance(SERVER_LIMIT_MS);
  const { picture } = await looking;
  assert.equal(picture.server.state, "unknown");
  assert.match(picture.server.message ?? "", /no answer within 3000 ms/);
  assert.equal(picture.redo.kind, "known");
  assert.equal(picture.costMs, SERVER_LIMIT_MS);
});
