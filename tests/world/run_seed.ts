/**
 * Runs the world of one seed and tells which promises were broken in it.
 *
 * @module
 */

import { createHash } from "node:crypto";

import { projectClaim } from "../../controller/observe/project_claim.ts";
import type { JsonObject } from "../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { AuditRecord } from "../../sim/api_server/api_server.ts";
import type { FaultPlan } from "../../sim/faults/mod.ts";
import type { World } from "../../sim/mod.ts";
import { createManagedWorld, type ManagedWorld } from "./managed_world.ts";
import { MANAGER } from "./manager.ts";
import { createOracle } from "./oracle/create_oracle.ts";
import { judgeEnd } from "./oracle/judge_end.ts";
import { judgeLog } from "./oracle/judge_log.ts";
import { watchWaiting } from "./oracle/judge_waiting.ts";
import type { Violation } from "./oracle/violation.ts";
import { NAMESPACE_NAME } from "./random/cluster_plan.ts";
import { STORM_MS } from "./random/incident.ts";
import { CALM_MS, FILLED } from "./random/incidents.ts";
import { BOUNDED } from "./random/user_incidents.ts";
import { drawWorld, type Outage, type RandomWorld, type Story } from "./random/random_world.ts";
import { setStage } from "./random/stage.ts";
import { createChronicle } from "./chronicle.ts";
import { keepTruth, type Truth } from "./truth.ts";

/** How a world fared. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Of every write of everybody, so that two runs of a seed can be compared. */
  readonly hash: string;
  readonly writes: number;
  /** When which claim was asked for how much. */
  readonly requests: readonly string[];
  /** What happened, line by line; told only where a promise was broken. */
  readonly chronicle: readonly string[];
}

/** Coarse enough for thousands of worlds, fine beside every deadline. */
const TICK_MS = 5_000;

/** The longest wait after failures in a row is five minutes; what fails after that fails by itself. */
const SUBSIDING_MS = 6 * 60_000;

/** Requests of the storm arrive until then. */
const LATE_MS = 30_000;

/** How a world differs from the one that its seed says. */
export interface SeedOptions {
  /** What befalls the manager's calls during the storm. */
  readonly faults?: FaultPlan | undefined;
  /**
   * By how much the manager's time of day is ahead, so long after the beginning: the oracle, which believes the times
   * that it writes, can then judge nothing that has to do with time.
   */
  readonly skewMs?: ((elapsedMs: number) => number) | undefined;
}

/** Runs a world from its first moment until long after the last fault. */
export async function runSeed(
  seed: number,
  crds?: readonly JsonObject[],
  { skewMs, faults }: SeedOptions = {},
): Promise<SeedResult> {
  const drawn = drawWorld(seed);
  const site: { truth?: Truth; nowMs(): number } = { nowMs: () => 0 };
  await using managed = await createManagedWorld({
    seed,
    tickMs: TICK_MS,
    crds,
    ...(skewMs === undefined ? {} : { skewMs: () => skewMs(site.nowMs()) }),
    faults: duringStorm(faults ?? drawn.faults, () => site.nowMs()),
    reports: {
      loses: ({ pod }) => isSilent(drawn, pod?.name ?? "", site.nowMs()),
      onSent: ({ pod }) => noteReport(site.truth, pod?.name ?? "", managed.clock.now()),
    },
  });
  const { world, clock } = managed;
  site.nowMs = clock.monotonic;
  const truth = keepTruth(world);
  site.truth = truth;
  const hash = hashWrites(world);
  const chronicle = createChronicle(world, MANAGER);
  for (const story of drawn.stories) tell(world, truth, story);
  const oracle = createOracle({
    world,
    truth,
    user: MANAGER,
    isStormy: () => clock.monotonic() < STORM_MS + LATE_MS,
  });
  const end = { world, truth, events: oracle.events, announcements: managed.announcements };
  const waits = watchWaiting(end, STORM_MS + SUBSIDING_MS);
  for (const outage of drawn.outages) planOutage(managed, outage);
  managed.start();
  await managed.run(STORM_MS + SUBSIDING_MS);
  const loggedBefore = managed.logger.lines.length;
  await managed.run(CALM_MS - SUBSIDING_MS);
  const violations = [
    ...oracle.violations,
    ...judgeLog(managed.logger.lines.slice(loggedBefore), clock.now()),
    ...waits.violations(),
    ...judgeEnd(end),
  ];
  return {
    seed,
    violations,
    hash: hash(),
    writes: oracle.writes.length,
    requests: oracle.writes.flatMap(requestText),
    chronicle: violations.length === 0 ? [] : chronicle(),
  };
}

function tell(world: World, truth: Truth, story: Story): void {
  const { plan, incidents } = story;
  const stage = setStage(world, truth, plan, isHelpable(story));
  const startMs = world.clock.now();
  for (const { atMs, label, happen } of incidents) {
    world.at(startMs + atMs, `${plan.name}: ${label}`, () => happen(stage));
  }
}

/** What users wish is judged by itself; what else is in the way of help in time, is here. */
function isHelpable({ plan, incidents, silences }: Story): boolean {
  const isAble = plan.storage === "healthy" || plan.storage === "slow";
  return isAble && silences.length === 0 &&
    !incidents.some(({ label }) => label === FILLED || label === BOUNDED);
}

function duringStorm(faults: FaultPlan, nowMs: () => number): FaultPlan {
  return (call) => nowMs() < STORM_MS ? faults(call) : undefined;
}

function clusterNameOf(podName: string): string {
  return podName.slice(0, podName.lastIndexOf("-"));
}

function isSilent({ stories }: RandomWorld, podName: string, nowMs: number): boolean {
  const story = stories.find(({ plan }) => plan.name === clusterNameOf(podName));
  return story?.silences.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs) ?? false;
}

function noteReport(truth: Truth | undefined, podName: string, nowMs: number): void {
  truth?.find(NAMESPACE_NAME, clusterNameOf(podName))?.reportedMs.set(podName, nowMs);
}

/** Kills the manager at its moment or right after a write, and starts another one a while later. */
function planOutage(managed: ManagedWorld, outage: Outage): void {
  const { world } = managed;
  const startMs = world.clock.now();
  let writes = 0;
  let over = false;
  function strike(): void {
    if (over) return;
    over = true;
    leave();
    if (!managed.runs) return;
    managed.kill();
    world.at(world.clock.now() + outage.durationMs, "a manager starts", () => managed.start());
  }
  const leave = world.server.audit((record) => {
    if (!isSteps(record)) return;
    writes += 1;
    if (writes >= outage.afterWrites) strike();
  });
  world.at(startMs + outage.atMs, "the manager is killed", strike);
}

/** Writes between which a crash is most dangerous: claims, events and the Cluster's spec. */
function isSteps({ user, verb, resource, dryRun, error }: AuditRecord): boolean {
  return user === MANAGER && !dryRun && error === undefined &&
    (verb === "patch" || verb === "create") && resource.plural !== "tokenreviews";
}

function requestText({ atMs, resource, name, after }: AuditRecord): string[] {
  if (resource.plural !== PERSISTENT_VOLUME_CLAIM.plural || after === undefined) return [];
  return [`${atMs} ${name.name} ${projectClaim(after).requestBytes}`];
}

function hashWrites(world: World): () => string {
  const hash = createHash("sha256");
  world.server.audit(({ atMs, user, verb, resource, name, subresource, after, error }) => {
    if (verb === "get" || verb === "list" || verb === "watch") return;
    const version = after?.["metadata"];
    hash.update(JSON.stringify([
      atMs,
      user,
      verb,
      resource.plural,
      subresource,
      name,
      version,
      error?.message,
    ]));
  });
  return () => hash.digest("hex");
}
