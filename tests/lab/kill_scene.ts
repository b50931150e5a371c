/**
 * A controller that is killed at each of its writes, and what its successors make of what it began.
 *
 * @module
 */

import assert from "node:assert/strict";
import { startAgents } from "./agent_process.ts";
import { textAt } from "./claim.ts";
import { type ControllerSite, prepareController } from "./controller_process.ts";
import { type LabCluster } from "./fixtures.ts";
import { type Lab, startLab } from "./lab.ts";
import {
  claimOf,
  controllerWrites,
  createDefaultPolicy,
  sizeRequests,
  specWrites,
  storageEvents,
  volumeStatus,
  wallClockMs,
} from "./product_state.ts";
import { report } from "./report.ts";
import { pause, waitUntil } from "./wait.ts";
import { type Side, startWriteGate, type Write, type WriteGate } from "./write_gate.ts";

const MEBIBYTE = 1024 ** 2;
const NAMESPACE = "prod";
/** Above the threshold of 85 %, below the emergency at 90 %, in which siblings do not wait for the canary. */
const FULL = { usedPercent: 87 };
const CONNECT_LIMIT_MS = 20_000;
/** An agent may have to wait for its next try, and Kubernetes' own word counts after half a minute. */
const LIFE_LIMIT_MS = 90_000;
/** Longer than any life: a file system grows only because some life has nudged its pod. */
const SYNC_DELAY_MS = 300_000;
/** An operation on two volumes takes some 15 writes. */
const LIVES_MAX = 40;
/** Many times what a controller needs to begin something that it should not. */
const AFTERMATH_MS = 3_000;

/** What operations are made of; Kubernetes Events, metrics and ClusterStorages tell of them only. */
const OPERATION_PATH =
  /\/(storageevents|persistentvolumeclaims|pods|clusters)(\/[^/]+)?(\/status)?$/;

/** The writes that no operation can do without: each of them must have ended a life. */
const STEPS = [
  "POST storageevents",
  "PATCH storageevents/pg-…/status",
  "PATCH persistentvolumeclaims/pg-1 (dry run)",
  "PATCH persistentvolumeclaims/pg-1",
  "PATCH pods/pg-1",
  "PATCH persistentvolumeclaims/pg-2",
  "PATCH pods/pg-2",
  "PATCH clusters/pg",
];

/** Two volumes take more writes than this, each but the first of which ends a life. */
const DEATHS_MIN = 5;

/** One operation is played with deaths right after the writes, another one with deaths right before them. */
export async function outliveKills(): Promise<void> {
  const [after, before] = await Promise.all([
    dieAtEveryWrite("after", () => true),
    // The first write of a life is let through, lest every life end at the same.
    dieAtEveryWrite("before", (writesOfLife) => writesOfLife > 1),
  ]);
  for (const step of STEPS) {
    assert.ok(after.includes(step), `expected ${step} among ${after.join(", ")}`);
  }
  assert.ok(before.length >= DEATHS_MIN, before.join(", "));
}

/** Decides whether a life ends at its so-manieth write. */
type EndsLife = (writesOfLife: number) => boolean;

/** Plays one operation, and tells at which writes its controllers died. */
async function dieAtEveryWrite(side: Side, endsLife: EndsLife): Promise<string[]> {
  await using lab = await startLab({ ownCrds: true, syncDelayMs: SYNC_DELAY_MS });
  await using gate = await startWriteGate(lab);
  const site = await prepareController(lab, { metricsInterval: "2s" }, gate.server);
  const dataBytes = 320 * MEBIBYTE;
  const cluster = await lab.createCluster({ namespace: NAMESPACE, instances: 2, dataBytes });
  await createDefaultPolicy(lab, NAMESPACE, {
    minIncrementGi: 1,
    maxSize: "4Gi",
    cooldownMinutes: 0,
  });
  await seeFirst(lab, site, cluster);
  await lab.volumes.fill(claimOf(cluster, 1, "data").volume, FULL);
  const startedAtMs = wallClockMs();
  const deaths = await liveAndDie({ lab, site, gate, cluster }, { side, endsLife });
  report(`lives that ended ${side} a write`, deaths.length, "");
  report("the operation over all of them", wallClockMs() - startedAtMs);
  await using _survivor = await site.start();
  await pause(AFTERMATH_MS);
  await assertDoneOnce(lab, cluster);
  return deaths;
}

/** Where lives are lived. */
interface Stage {
  readonly lab: Lab;
  readonly site: ControllerSite;
  readonly gate: WriteGate;
  readonly cluster: LabCluster;
}

/** Lets a controller meet the healthy cluster, so that what follows is the operation and nothing else. */
async function seeFirst(lab: Lab, site: ControllerSite, cluster: LabCluster): Promise<void> {
  await using _first = await site.start();
  for (const agent of await startAgents(lab, site, cluster)) {
    await agent.waitForLine(/takes reports/, CONNECT_LIMIT_MS);
  }
  await pause(AFTERMATH_MS);
}

/** Starts one controller after the other until one has no reason to die; tells of what each died. */
async function liveAndDie(
  { lab, site, gate, cluster }: Stage,
  { side, endsLife }: { readonly side: Side; readonly endsLife: EndsLife },
): Promise<string[]> {
  const deaths: string[] = [];
  while (deaths.length < LIVES_MAX) {
    let writesOfLife = 0;
    let death: Write | undefined;
    gate.stopNext(side, (write) => {
      if (!OPERATION_PATH.test(write.path)) return false;
      // A second try begins with a dry run again: only the first one of all counts.
      if (write.isDryRun && (side === "before" || deaths.includes(nameOf(write)))) return false;
      return endsLife(++writesOfLife);
    }).then((write) => death = write);
    const controller = await site.start();
    const isOver = async (): Promise<true | undefined> => {
      if (death === undefined && await hasEnded(lab, cluster)) await pause(AFTERMATH_MS);
      else if (death === undefined) return undefined;
      return true;
    };
    await waitUntil("a write or the end of the operation", isOver, { limitMs: LIFE_LIMIT_MS });
    await controller.stop("SIGKILL");
    gate.drop();
    if (death === undefined) return deaths;
    deaths.push(nameOf(death));
  }
  throw new Error(`Cannot see an end after ${LIVES_MAX} lives: ${deaths.join(", ")}`);
}

async function hasEnded(lab: Lab, cluster: LabCluster): Promise<boolean> {
  const events = await storageEvents(lab, cluster, "data");
  return events.some((event) => textAt(event, "status", "phase") === "Completed");
}

/** What a write does, in words that are the same in every life. */
function nameOf({ method, path, isDryRun }: Write): string {
  const what = path.replace(/^.*\/namespaces\/[^/]+\//, "").replace(/-expansion-[^/]+/, "-…");
  return `${method} ${what}${isDryRun ? " (dry run)" : ""}`;
}

/** The audit log decides, over all lives: one event, one request for each claim, one size in the spec. */
async function assertDoneOnce(lab: Lab, cluster: LabCluster): Promise<void> {
  const [event, ...others] = await storageEvents(lab, cluster, "data");
  assert.ok(event !== undefined);
  assert.deepEqual(others, []);
  assert.equal(textAt(event, "status", "phase"), "Completed", JSON.stringify(event.status));
  assert.equal(textAt(event, "status", "writeBack", "state"), "done");
  for (const name of ["pg-1", "pg-2"]) {
    assert.equal(textAt(volumeStatus(event, name), "step"), "Verified", name);
  }
  assert.deepEqual((await sizeRequests(lab, cluster)).map(({ name }) => name), ["pg-1", "pg-2"]);
  assert.equal((await specWrites(lab, cluster)).length, 1);
  const refused = (await controllerWrites(lab)).filter(({ code }) => code === 403);
  assert.deepEqual(refused, []);
}
