/**
 * A short story in which exactly one call of the controller fares badly, and what must have come of it.
 *
 * @module
 */

import assert from "node:assert/strict";

import type { JsonObject } from "../../../kube/api.ts";
import type { Call, FaultPlan } from "../../../sim/faults/mod.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";
import { addScenario, type Scenario } from "../../../sim/world/scenario.ts";
import { createChronicle } from "../chronicle.ts";
import { createManagedWorld, type ManagedWorld } from "../managed_world.ts";
import { MANAGER } from "../manager.ts";
import { clusterEnds } from "../oracle/judge_end.ts";
import { createOracle, type Oracle } from "../oracle/create_oracle.ts";
import { isOpenOperation } from "../oracle/stored_events.ts";
import { type ClusterEnd, volumesOf } from "../oracle/cluster_end.ts";
import { wishesOf } from "../scenario_outcome.ts";
import { keepTruth, type Truth } from "../truth.ts";
import type { FaultKind } from "./fault_kinds.ts";

/** Coarse enough for thousands of stories. */
const TICK_MS = 5_000;

/** How often it is looked whether everything is done. */
const LOOK_MS = TICK_MS;

/** Three minutes until a deaf watch is noticed, five of the longest back-off, and the work itself. */
const SETTLED_MS_MAX = 12 * 60_000;

/** Whatever was given up has arrived by then, and a second operation would have begun. */
const AFTERMATH_MS = 60_000;

/** How long a killed controller is missed. */
const OUTAGE_MS = 10_000;

/** Which call, counted from 1, fares how. */
export interface Strike {
  readonly number: number;
  readonly kind: FaultKind;
}

/** A story that ended as it should; else playing it fails. */
export interface Played {
  /** All calls of the controller, in order. */
  readonly calls: readonly Call[];
  /** How long it took until everything was done. */
  readonly settledMs: number;
}

/**
 * Plays a story to its end.
 *
 * @throws {assert.AssertionError} With everything that happened, if it does not end well: every volume grown by
 * one request, one operation, the Cluster declaring the size, and no promise broken on the way.
 */
export async function playStory(
  scenario: Scenario,
  crds: readonly JsonObject[],
  strike?: Strike,
): Promise<Played> {
  const calls: Call[] = [];
  const site: { managed?: ManagedWorld } = {};
  await using managed = await createManagedWorld({
    seed: 1,
    tickMs: TICK_MS,
    crds,
    faults: recorded(calls, strike === undefined ? undefined : struck(strike, () => site.managed)),
  });
  site.managed = managed;
  const { world } = managed;
  const truth = keepTruth(world);
  const chronicle = createChronicle(world, MANAGER);
  const cluster = addScenario(world, scenario, { namespace: "shop" });
  truth.add(cluster, wishesOf(scenario), { reportedMs: heardAlways(world, cluster) });
  const oracle = createOracle({ world, truth, user: MANAGER, isStormy: () => true });
  managed.start();
  const settledMs = await runUntilSettled(managed, scenario, { truth, oracle });
  await managed.run(AFTERMATH_MS);
  try {
    assertWell(scenario, endOf(managed, { truth, oracle }), oracle);
    assert.deepEqual(managed.logger.lines.filter(({ level }) => level === "error"), []);
  } catch (error) {
    throw new assert.AssertionError({
      message: `${error instanceof Error ? error.message : error}\n${chronicle().join("\n")}`,
    });
  }
  return { calls, settledMs };
}

/** Agents are never silenced here. */
function heardAlways(world: World, { instances }: SimulatedCluster): Map<string, number> {
  const heard = new Map<string, number>();
  world.onStep((nowMs) => {
    for (const { name } of instances) heard.set(name, nowMs);
  });
  return heard;
}

function recorded(calls: Call[], plan: FaultPlan | undefined): FaultPlan {
  return (call) => {
    calls.push(call);
    return plan?.(call);
  };
}

function struck({ number, kind }: Strike, site: () => ManagedWorld | undefined): FaultPlan {
  let count = 0;
  let untilMs = -Infinity;
  return (call) => {
    const managed = site();
    if (managed === undefined) return undefined;
    const nowMs = managed.clock.monotonic();
    count += 1;
    if (count === number) {
      untilMs = nowMs + (kind.lastsMs ?? 0);
      befall(managed, kind);
    } else if (nowMs >= untilMs) return undefined;
    return kind.fault(call);
  };
}

function befall(managed: ManagedWorld, { besides }: FaultKind): void {
  const { world } = managed;
  switch (besides) {
    case "killed-before":
      return kill(managed);
    case "killed-after": {
      const leave = world.server.audit(({ user }) => {
        if (user !== MANAGER) return;
        leave();
        kill(managed);
      });
      return;
    }
    case "server-restarts":
      return world.server.restart();
    case undefined:
      return;
  }
}

function kill(managed: ManagedWorld): void {
  const { world } = managed;
  // The first calls are made while the controller is being started.
  queueMicrotask(() => void managed.kill());
  world.at(world.clock.now() + OUTAGE_MS, "a controller starts", () => managed.start());
}

interface Judges {
  readonly truth: Truth;
  readonly oracle: Oracle;
}

function endOf(
  { world, announcements }: ManagedWorld,
  { truth, oracle }: Judges,
): ClusterEnd | undefined {
  return clusterEnds({ world, truth, events: oracle.events, announcements })[0];
}

async function runUntilSettled(
  managed: ManagedWorld,
  scenario: Scenario,
  judges: Judges,
): Promise<number> {
  let waitedMs = 0;
  while (waitedMs < SETTLED_MS_MAX) {
    await managed.run(LOOK_MS);
    waitedMs += LOOK_MS;
    const end = endOf(managed, judges);
    if (end !== undefined && isDone(scenario, end)) break;
  }
  return waitedMs;
}

function isDone({ expected }: Scenario, { events, record }: ClusterEnd): boolean {
  return expected.outcome === "grown" && events.length > 0 && !events.some(isOpenOperation) &&
    record.declaredSizes.some(({ role, sizeBytes }) =>
      role === expected.role && sizeBytes >= expected.atLeastBytes
    );
}

function assertWell(scenario: Scenario, end: ClusterEnd | undefined, oracle: Oracle): void {
  assert.ok(end !== undefined && isDone(scenario, end), "everything is done in time");
  assert.deepEqual(oracle.violations, []);
  const operations = end.events.filter(({ eventType }) => eventType === "expansion");
  assert.deepEqual(operations.map(({ status }) => status.phase), ["Completed"], "one operation");
  const requests = oracle.writes.filter(({ resource }) =>
    resource.plural === "persistentvolumeclaims"
  );
  const claims = volumesOf(end).map(({ volume }) => volume.claimName);
  const asked = requests.map(({ name }) => name.name);
  assert.deepEqual(asked.toSorted(), claims.toSorted(), "one request for each volume");
  for (const { volume, claim } of volumesOf(end)) {
    assert.equal(volume.fileSystem.deviceBytes, claim.requestBytes, claim.name);
  }
}
