/**
 * Plays one cell of the gate table: an obstacle, a volume that has to grow, and what the controller makes of it.
 *
 * @module
 */

import assert from "node:assert/strict";

import { CLUSTERS } from "../../../controller/observe/resources.ts";
import type { JsonObject } from "../../../kube/api.ts";
import { ANNOTATION } from "../../../lib/policy/annotation_keys.ts";
import { GIBIBYTE, MEBIBYTE } from "../../../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../../../lib/units/millis.ts";
import { addScenario, type Scenario } from "../../../sim/world/scenario.ts";
import type { SimulatedCluster, World } from "../../../sim/mod.ts";
import { createChronicle } from "../chronicle.ts";
import { createManagedWorld } from "../managed_world.ts";
import { MANAGER } from "../manager.ts";
import { type ClusterEnd, pictureOf } from "../oracle/cluster_end.ts";
import { createOracle, type Oracle } from "../oracle/create_oracle.ts";
import { clusterEnds } from "../oracle/judge_end.ts";
import { wishesOf } from "../scenario_outcome.ts";
import { keepTruth } from "../truth.ts";
import type { Cell, GateRow, Urgency } from "./gate_row.ts";

const TICK_MS = 5_000;

/** The controller has seen everything by then. */
const SETTLED_MS = MINUTE;

/** A tick until agents see it, CNPG's phase, the request itself. */
const PROMPT_MS = 30 * SECOND;

/** For how long an obstacle must hold where nothing says when it ends. */
const HELD_MS = 3 * MINUTE;

/** Shares of the data volume that are left. */
const LEFT = { routine: 0.13, emergency: 0.07 } as const;
const RESCUE_LEFT_BYTES = 8 * MEBIBYTE;

/** Plays a cell, and fails with all that happened where the outcome is another one. */
export async function playGate(
  row: GateRow,
  urgency: Urgency,
  cell: Cell,
  crds: readonly JsonObject[],
): Promise<void> {
  await using managed = await createManagedWorld({ seed: 1, tickMs: TICK_MS, crds });
  const { world } = managed;
  const troubleAtMs = world.clock.now() + SETTLED_MS;
  const scenario = scenarioOf(row, troubleAtMs);
  const truth = keepTruth(world);
  const heard = new Map<string, number>();
  const chronicle = createChronicle(world, MANAGER);
  const oracle = createOracle({ world, truth, user: MANAGER });
  const cluster = addScenario(world, scenario, { namespace: "shop" });
  const known = truth.add(cluster, wishesOf(scenario), {
    budgeted: row.storage?.provisioner === "ebs.csi.aws.com",
    reportedMs: heard,
  });
  if (cluster.agents) {
    world.onStep((nowMs) => cluster.instances.forEach(({ name }) => heard.set(name, nowMs)));
  }
  row.before?.({ world, cluster, troubleAtMs });
  managed.start();
  await managed.run(SETTLED_MS);
  makeTrouble(world, cluster, urgency);
  known.manualRequests.push(REQUESTED_AT);
  try {
    await assertCell({
      cell,
      promptMs: row.promptMs ?? PROMPT_MS,
      afterwards: row.afterwards,
      troubleAtMs,
      oracle,
      run: managed.run,
      end: () => clusterEnds({ ...managed, truth, events: oracle.events })[0],
    });
  } catch (error) {
    throw new assert.AssertionError({
      message: `${error instanceof Error ? error.message : error}\n${chronicle().join("\n")}`,
    });
  }
}

function scenarioOf(row: GateRow, troubleAtMs: number): Scenario {
  const policy = row.policy?.(troubleAtMs);
  return {
    name: "orders",
    incident: row.name,
    cluster: {
      instances: 2,
      dataBytes: 10 * GIBIBYTE,
      usedDataBytes: 5 * GIBIBYTE,
      ...row.cluster,
    },
    ...(policy === null ? {} : { policy: policy ?? {} }),
    ...(row.storage === undefined ? {} : { storage: row.storage }),
    durationMs: MINUTE,
    expected: { outcome: "untouched" },
  };
}

const REQUESTED_AT = "2026-01-01T00:01:00Z";

function makeTrouble(world: World, cluster: SimulatedCluster, urgency: Urgency): void {
  const volume = cluster.instances[0]?.volumes[0];
  assert.ok(volume);
  const { usedBytes, availableBytes } = volume.fileSystem;
  switch (urgency) {
    case "routine":
    case "emergency":
      return volume.fillTo(Math.floor((usedBytes + availableBytes) * LEFT[urgency]));
    case "rescue":
      return volume.fillTo(RESCUE_LEFT_BYTES);
    case "manual": {
      const annotations = {
        [ANNOTATION.targetSize]: "13Gi",
        [ANNOTATION.expansionRequested]: REQUESTED_AT,
        [ANNOTATION.expansionReason]: "manual: more room for the sale",
      };
      const body = { metadata: { annotations } };
      world.server.patch(CLUSTERS, cluster, { type: "merge", body }, { user: "a-user" });
    }
  }
}

interface Course {
  readonly cell: Cell;
  readonly promptMs: number;
  readonly troubleAtMs: number;
  readonly oracle: Oracle;
  readonly afterwards: GateRow["afterwards"];
  run(durationMs: number): Promise<void>;
  end(): ClusterEnd | undefined;
}

async function assertCell(course: Course): Promise<void> {
  const { cell, promptMs, troubleAtMs, oracle, run } = course;
  switch (cell.kind) {
    case "acts":
      await run(promptMs);
      assertAsked(oracle, troubleAtMs, troubleAtMs + promptMs);
      break;
    case "records":
      await run(HELD_MS);
      assert.deepEqual(asked(oracle), [], "nothing is asked of the claim");
      assert.ok(course.end()?.events.some(({ dryRun }) => dryRun), "what would be done is told");
      break;
    case "held": {
      const liftedMs = cell.untilMinutes === undefined ? HELD_MS : cell.untilMinutes * MINUTE;
      await run(liftedMs - TICK_MS);
      assert.deepEqual(asked(oracle), [], "nothing is asked of the claim");
      const told = toldOf(course.end());
      assert.ok(told.includes(cell.reason), `${cell.reason} is among ${told.join(", ")}`);
      if (cell.untilMinutes === undefined) break;
      await run(TICK_MS + MINUTE + PROMPT_MS);
      assertAsked(oracle, troubleAtMs + liftedMs - TICK_MS, Infinity);
    }
  }
  await run(MINUTE);
  assert.deepEqual(oracle.violations, []);
  const end = course.end();
  assert.ok(end);
  if (cell.kind === "acts") course.afterwards?.(end);
}

/** When the first volume's claim was asked for more. */
function asked({ writes }: Oracle): readonly number[] {
  return writes.filter(({ resource, name }) =>
    resource.plural === "persistentvolumeclaims" && name.name === "orders-1"
  ).map(({ atMs }) => atMs);
}

function assertAsked(oracle: Oracle, fromMs: number, untilMs: number): void {
  const [firstMs = NaN] = asked(oracle);
  assert.ok(
    firstMs >= fromMs && firstMs <= untilMs,
    `the claim is asked after ${fromMs - firstMs} ms more`,
  );
}

/** Reasons of warnings and conditions. */
function toldOf(end: ClusterEnd | undefined): readonly (string | undefined)[] {
  if (end === undefined) return [];
  const conditions = pictureOf(end)?.status.conditions ?? [];
  return [...new Set([...end.told, ...conditions].map(({ reason }) => reason))];
}
