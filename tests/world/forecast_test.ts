// Goal: the controller sees it coming. What grows at a constant rate grows in time, long before its percentage is
// reached; a controller that starts anew goes on with what the agents remember; nothing is written meanwhile.
// Method: the whole controller in a simulated world, whose agents keep an hour; with a history where it is said.

import assert from "node:assert/strict";

import type { History, PastRecord } from "../../controller/history/history.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { CLUSTER_STORAGES, STORAGE_EVENTS } from "../../controller/observe/resources.ts";
import { parseClusterStorage, type VolumeStatus } from "../../lib/cluster_storage/mod.ts";
import { parseStorageEvent } from "../../lib/event/parse_storage_event.ts";
import type { Event } from "../../lib/event/event.ts";
import { GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { HOUR, millis, MINUTE, SECOND } from "../../lib/units/millis.ts";
import type { World } from "../../sim/mod.ts";
import { addScenario } from "../../sim/world/scenario.ts";
import { createManagedWorld, type ManagedWorld } from "./managed_world.ts";
import { MANAGER } from "./manager.ts";

const TICK_MS = 5 * SECOND;

const USER = { user: "a-user" };

/** Seven gibibytes an hour. */
const BYTES_PER_SECOND = 2 * MEBIBYTE;

/** What a forecast may be off by, and what the file system keeps for itself: two gibibytes. */
const TOLERANCE_MS = 20 * MINUTE;

/** A claim was asked to grow. */
interface Request {
  /** How long it would have been until the volume was full. */
  readonly leftMs: number;
}

interface Story {
  readonly managed: ManagedWorld;
  readonly requests: readonly Request[];
  /** When the manager wrote anything. */
  readonly writesAtMs: readonly number[];
}

/** A volume of 100 GiB of which a fifth is used, and that is full after eleven hours. */
async function growing(timeToFull: string, history?: History): Promise<Story> {
  const managed = await createManagedWorld({ seed: 1, tickMs: TICK_MS, history });
  addScenario(managed.world, {
    name: "growing",
    incident: "tables grow at one rate",
    cluster: {
      instances: 1,
      dataBytes: 100 * GIBIBYTE,
      usedDataBytes: 20 * GIBIBYTE,
      workload: { walBytesPerSecond: 0, dataBytesPerSecond: BYTES_PER_SECOND },
    },
    policy: { thresholds: { timeToFull } },
    play(): void {},
    durationMs: HOUR,
    expected: { outcome: "grown", role: "data", atLeastBytes: 150 * GIBIBYTE },
  }, { namespace: "shop" });
  const startMs = managed.world.clock.now();
  const requests: Request[] = [];
  const writesAtMs: number[] = [];
  managed.world.server.audit(({ user, verb, resource, error, dryRun }) => {
    const reads = verb === "get" || verb === "list" || verb === "watch";
    if (user !== MANAGER || reads || dryRun || error !== undefined) return;
    if (resource.plural === "tokenreviews") return;
    const atMs = managed.world.clock.now() - startMs;
    writesAtMs.push(atMs);
    if (resource.plural !== PERSISTENT_VOLUME_CLAIM.plural) return;
    const usedBytes = 20 * GIBIBYTE + BYTES_PER_SECOND * atMs / SECOND;
    requests.push({ leftMs: (100 * GIBIBYTE - usedBytes) / BYTES_PER_SECOND * SECOND });
  });
  return { managed, requests, writesAtMs };
}

function eventsOf(world: World): Event[] {
  return world.server.list(STORAGE_EVENTS, {}, USER).items.flatMap((object) => {
    const parsed = parseStorageEvent(object);
    return parsed.kind === "event" ? [parsed.event] : [];
  });
}

function volumeOf(world: World): VolumeStatus {
  const name = { namespace: "shop", name: "growing" };
  const parsed = parseClusterStorage(world.server.get(CLUSTER_STORAGES, name, USER));
  assert.ok(parsed.kind === "cluster-storage");
  const [volume] = parsed.clusterStorage.status.volumes ?? [];
  assert.ok(volume !== undefined);
  return volume;
}

function assertForeseen([request]: readonly Request[], timeToFullMs: number): void {
  assert.ok(request !== undefined, "the claim was asked to grow");
  const { leftMs } = request;
  assert.ok(Math.abs(leftMs - timeToFullMs) < TOLERANCE_MS, `${leftMs / HOUR} h before it is full`);
}

Deno.test("the controller grows a volume that is full too soon, long before its percentage", async () => {
  const { managed, requests, writesAtMs } = await growing("6h");
  await using _ = managed;
  const { world } = managed;
  managed.start();
  await managed.run(5 * HOUR);
  assert.equal(requests.length, 0);
  assert.match(volumeOf(world).timeToFull ?? "", /^[67]h$/);
  // Twenty-eight points of pressure are told five by five, here and on the Cluster; a forecast adds hardly any.
  const writes = writesAtMs.filter((atMs) => atMs > HOUR);
  assert.ok(writes.length <= 14, `${writes.length} writes`);
  await managed.run(HOUR);
  assertForeseen(requests, 6 * HOUR);
  const [event] = eventsOf(world);
  assert.equal(event?.reason, "TimeToFullShort");
  assert.match(event.message, /Going to be full in 5 h \d+ min at (6\.\d|7(\.\d)?) GiB\/h/);
  assert.match(volumeOf(world).timeToFull ?? "", /^\d+h$/);
  assert.equal(volumeOf(world).level, "ok", "it has grown beyond the threshold");
});

Deno.test("a controller that starts anew goes on with what the agents remember", async () => {
  const { managed, requests } = await growing("3h");
  await using _ = managed;
  managed.start();
  await managed.run(7.75 * HOUR);
  await managed.kill();
  managed.start();
  await managed.run(HOUR / 2);
  assertForeseen(requests, 3 * HOUR);
});

/** A history in memory: it outlives controllers, and not the test. */
function createMemoryHistory(nowMs: () => number): History & { readonly records: PastRecord[] } {
  const records: PastRecord[] = [];
  return {
    records,
    record: (record) => void records.push(record),
    read(volumes): ReturnType<History["read"]> {
      return Promise.resolve(
        new Map(volumes.map(({ claimUid }) => {
          const samples = records
            .filter(({ volume }) => volume.claimUid === claimUid)
            .map(({ sample, takenAtMs }) => ({ ageMs: millis(nowMs() - takenAtMs), sample }));
          return [claimUid, { aggregates: [], samples }];
        })),
      );
    },
    forget(): void {},
    state: () => ({ kind: "kept" }),
    close: () => Promise.resolve(),
  };
}

Deno.test("a controller that starts anew goes on with what was kept, further back than agents remember", async () => {
  let nowMs = (): number => 0;
  const history = createMemoryHistory(() => nowMs());
  const { managed, requests } = await growing("6h", history);
  await using _ = managed;
  nowMs = () => managed.clock.now();
  managed.start();
  await managed.run(4.9 * HOUR);
  await managed.kill();
  assert.equal(history.records.length, 4.9 * 120, "a sample every half a minute");
  managed.start();
  await managed.run(0.4 * HOUR);
  assertForeseen(requests, 6 * HOUR);
});
