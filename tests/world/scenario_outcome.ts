/**
 * What came of a scenario, held against what was expected of it.
 *
 * @module
 */

import assert from "node:assert/strict";

import type { Expectation, Scenario } from "../../sim/world/scenario.ts";
import { type ClusterEnd, pictureOf, type VolumeEnd, volumesOf } from "./oracle/cluster_end.ts";
import type { Oracle } from "./oracle/create_oracle.ts";
import { isOpenOperation } from "./oracle/stored_events.ts";
import type { Wishes } from "./wishes.ts";

const GIBIBYTE = 1024 ** 3;

/** By then agents have reported, and what there is to say of a cluster that rests has been said. */
const SETTLED_MS = 2 * 60_000;

/** The wishes that a scenario's settings are, with the product's defaults for what it leaves out. */
export function wishesOf({ policy, cluster }: Scenario): Wishes {
  const paused = cluster.annotations?.["storage.cnpg.supporttools.io/paused"] === "true";
  if (policy === undefined) return { paused };
  const { expansion, circuitBreaker, dryRun = false } = policy;
  const ownLimit = Number.parseInt(expansion?.maxSize ?? "", 10);
  return {
    paused,
    policy: {
      expansionPercent: 85,
      emergencyPercent: 90,
      growthPercent: 50,
      maxSizeGibibytes: Number.isNaN(ownLimit) ? 4 * cluster.dataBytes / GIBIBYTE : ownLimit,
      cooldownMinutes: expansion?.cooldownMinutes ?? 30,
      parallelism: expansion?.parallelism ?? 1,
      maxFailures: circuitBreaker?.maxFailures ?? 3,
      resetMinutes: circuitBreaker?.resetMinutes ?? 60,
      dryRun,
      enabled: expansion?.enabled ?? true,
      excluded: policy.excludeClusters !== undefined,
      writesBack: expansion?.writeBack !== "none",
      sharesBreaker: circuitBreaker?.scope === "global",
    },
  };
}

/** A scenario's end. */
export interface ScenarioEnd {
  readonly end: ClusterEnd;
  readonly oracle: Oracle;
  /** When it began. */
  readonly startMs: number;
}

/** Fails with the first expectation that is not met. */
export function assertOutcome(ended: ScenarioEnd, scenario: Scenario): void {
  const { expected } = scenario;
  const { end, oracle } = ended;
  assert.deepEqual(end.events.filter(isOpenOperation), [], "every operation has ended");
  switch (expected.outcome) {
    case "grown":
      return assertGrown(end, expected, () => true);
    case "partly": {
      const { missingSerial } = expected;
      assertGrown(end, expected, (name) => !name.endsWith(`-${missingSerial}`));
      const missing = volumesOf(end).find(({ instance }) =>
        instance.name.endsWith(`-${missingSerial}`)
      );
      assert.ok((missing?.claim.capacityBytes ?? Infinity) < expected.atLeastBytes);
      return assertTold(end, expected.reason);
    }
    case "told":
      assert.equal(claimWrites(oracle), 0);
      return assertTold(end, expected.reason);
    case "failed":
      assert.ok(claimWrites(oracle) > 0, "more was asked for");
      assert.equal(declaredBytes(end, expected.role), scenario.cluster.dataBytes);
      return assertTold(end, expected.reason);
    case "recorded":
      assert.equal(claimWrites(oracle), 0);
      // An alert is told, whoever acts on it.
      assert.ok(end.events.every(({ dryRun, eventType }) => dryRun || eventType === "alert"));
      assert.ok(end.events.some(({ dryRun }) => dryRun));
      return;
    case "untouched":
      return assertUntouched(ended);
  }
}

type Growth = Extract<Expectation, { readonly atLeastBytes: number }>;

function assertGrown(
  end: ClusterEnd,
  { role, atLeastBytes }: Growth,
  isMeant: (instance: string) => boolean,
): void {
  const small = volumesOf(end).filter(({ instance, volume, claim }: VolumeEnd) =>
    volume.role === role && isMeant(instance.name) && (claim.capacityBytes ?? 0) < atLeastBytes
  );
  assert.deepEqual(small.map(({ volume }) => volume.claimName), [], "every volume has grown");
  assert.ok((declaredBytes(end, role) ?? 0) >= atLeastBytes, "the Cluster declares the size");
}

function declaredBytes({ record }: ClusterEnd, role: string): number | undefined {
  return record.declaredSizes.find((size) => size.role === role)?.sizeBytes;
}

/** In a condition, in a StorageEvent and in a Kubernetes Event: wherever somebody looks first. */
function assertTold(end: ClusterEnd, reason: string): void {
  const conditions = pictureOf(end)?.status.conditions ?? [];
  const failures = end.events.flatMap(({ status }) => status.volumes)
    .flatMap(({ failure }) => failure?.reason ?? []);
  const said = [...conditions.map((condition) => condition.reason), ...failures];
  assert.ok(said.includes(reason), `${reason} is among ${[...new Set(said)].join(", ")}`);
}

function assertUntouched({ end, oracle, startMs }: ScenarioEnd): void {
  const late = oracle.writes.filter(({ atMs }) => atMs > startMs + SETTLED_MS);
  assert.deepEqual(late.map(({ verb, resource }) => `${verb} ${resource.plural}`), []);
  assert.deepEqual(end.told, []);
  assert.deepEqual(end.events, []);
}

function claimWrites({ writes }: Oracle): number {
  return writes.filter(({ resource }) => resource.plural === "persistentvolumeclaims").length;
}
