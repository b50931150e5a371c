import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { Action, AlertIntent, Plan } from "../../lib/decide/plan.ts";
import { expansionEvent, NOW_MS, progressOf, volume } from "../../lib/testing/builders.ts";
import { millis } from "../../lib/units/millis.ts";
import { annotateAction, view } from "./testing/plans.ts";
import type { ActOutcome } from "../act/outcome.ts";
import type { Attempt, FailureKind } from "../act/failure.ts";
import { planOf } from "../act/testing/world.ts";
import type { UnreadableObject } from "../observe/observer.ts";
import type { Handler } from "../queue/keyed_queue.ts";
import { createReconcileCluster, type ReconcileDependencies } from "./reconcile_cluster.ts";

const KEY = "shop/orders";
const NOTHING: ActOutcome = { done: [], refusals: [], skipped: [] };

/** Everything around the handler, and what it was told. */
interface Rig {
  readonly handle: Handler;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  /** What was done, in order. */
  readonly told: string[];
  synced: boolean;
  heard: boolean;
  view: ReturnType<typeof view> | undefined;
  plan: Plan;
  outcome: ActOutcome;
  stored: Attempt;
  staleAtMs: number | undefined;
  unreadable: readonly UnreadableObject[];
}

function alertOpened(action: Action): string[] {
  const cause = action.kind === "open-event" ? action.draft.alert?.cause : undefined;
  return cause === undefined ? [] : [`alert ${cause}`];
}

function createRig(): Rig {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const told: string[] = [];
  const dependencies: ReconcileDependencies = {
    observer: {
      synced: () => rig.synced,
      heardWithin: () => rig.heard,
      view: () => rig.view,
      staleAtMs: () => rig.staleAtMs === undefined ? undefined : millis(rig.staleAtMs),
      unreadable: () => rig.unreadable,
    },
    decide: () => rig.plan,
    actor: {
      act(plan): Promise<ActOutcome> {
        told.push("act", ...plan.actions.flatMap(alertOpened));
        return Promise.resolve(rig.outcome);
      },
    },
    writeClusterStorage(): Promise<Attempt> {
      told.push("store");
      return Promise.resolve(rig.stored);
    },
    metrics: {
      setVolumes: () => {},
      setExpansionsInProgress: (_cluster, count) => void told.push(`in progress ${count}`),
      setBreakerOpen: (_cluster, isOpen) => void told.push(`breaker ${isOpen}`),
      beginCountingCleanups: () => {},
      cleanupEnded: (_cluster, { result }) => void told.push(`cleanup ${result}`),
      alertSuppressed: (_cluster, why) => void told.push(`suppressed for ${why}`),
      forgetCluster: ({ namespace, cluster }) => void told.push(`forget ${namespace}/${cluster}`),
      reconcileEnded: (work, result) => void told.push(`${work} ${result}`),
      errorOccurred: (type) => void told.push(`error ${type}`),
    },
    clock,
    logger,
  };
  const rig: Rig = {
    handle: createReconcileCluster(dependencies),
    clock,
    logger,
    told,
    synced: true,
    heard: true,
    view: view(),
    plan: planOf(),
    outcome: NOTHING,
    stored: { kind: "done", effect: "already" },
    staleAtMs: undefined,
    unreadable: [],
  };
  return rig;
}

function work(rig: Rig): ReturnType<Handler> {
  return rig.handle(KEY, new AbortController().signal);
}

function refusal(kind: FailureKind): ActOutcome {
  return {
    ...NOTHING,
    refusals: [{ action: annotateAction(), kind, reason: "Any", message: `it is ${kind}` }],
  };
}

function failed(kind: FailureKind): Attempt {
  return { kind, reason: "Any", message: `it is ${kind}` };
}

Deno.test("reconcileCluster() does nothing and looks again while the picture is not complete", async () => {
  for (const [synced, heard] of [[false, true], [true, false]] as const) {
    const rig = createRig();
    Object.assign(rig, { synced, heard });
    assert.deepEqual(await work(rig), { wakeInMs: 1_000 });
    assert.deepEqual(rig.told, []);
  }
});

Deno.test("reconcileCluster() acts, stores and measures", async () => {
  const rig = createRig();
  rig.plan = {
    ...planOf(),
    conditions: [{
      type: "CircuitBreakerOpen",
      status: "True",
      reason: "BreakerOpen",
      message: "Open",
    }],
  };
  assert.deepEqual(await work(rig), {});
  assert.deepEqual(rig.told, [
    "act",
    "store",
    "in progress 0",
    "breaker true",
    "cluster success",
  ]);
});

Deno.test("reconcileCluster() forgets a cluster that is gone, and its series even if it never worked on it", async () => {
  const rig = createRig();
  await work(rig);
  rig.view = undefined;
  rig.told.length = 0;
  assert.deepEqual(await work(rig), {});
  assert.deepEqual(await work(rig), {});
  assert.deepEqual(rig.told, [
    "forget shop/orders",
    "forget shop/orders",
  ]);
});

Deno.test("reconcileCluster() forgets a cluster that was made anew under its name", async () => {
  const rig = createRig();
  await work(rig);
  rig.view = view({ uid: "another" });
  rig.told.length = 0;
  await work(rig);
  assert.deepEqual(rig.told.slice(0, 2), ["forget shop/orders", "act"]);
  assert.equal(rig.logger.lines.length, 2);
});

Deno.test("reconcileCluster() looks again as soon as the kind of a failure allows", async () => {
  const cases: [string, ActOutcome, Attempt, number | undefined][] = [
    ["a conflict of an action", refusal("conflict"), { kind: "done", effect: "written" }, 100],
    ["a conflict of the status", NOTHING, failed("conflict"), 100],
    ["an action by one that does not lead", refusal("not-leader"), failed("not-leader"), 1_000],
    ["a status by one that does not lead", refusal("conflict"), failed("not-leader"), 1_000],
    ["a refusal", refusal("refused"), failed("refused"), undefined],
  ];
  for (const [what, outcome, stored, wakeInMs] of cases) {
    const rig = createRig();
    Object.assign(rig, { outcome, stored });
    assert.equal((await work(rig)).wakeInMs, wakeInMs, what);
    assert.ok(rig.told.includes("cluster success"), what);
  }
});

Deno.test("reconcileCluster() waits longer after each conflict in a row, some seconds at most", async () => {
  const rig = createRig();
  rig.stored = failed("conflict");
  const waits: (number | undefined)[] = [];
  for (let round = 0; round < 9; round++) waits.push((await work(rig)).wakeInMs);
  assert.deepEqual(waits, [100, 200, 400, 800, 1_600, 3_200, 6_400, 6_400, 6_400]);
  rig.stored = { kind: "done", effect: "written" };
  await work(rig);
  rig.stored = failed("conflict");
  assert.equal((await work(rig)).wakeInMs, 100);
});

const LEVEL: AlertIntent = {
  topic: "pressure",
  reason: "AboveCritical",
  severity: "critical",
  instance: "orders-1",
  role: "data",
  message: "81 %",
  passesWithGrowth: true,
};

Deno.test("reconcileCluster() hands alerts to the actor as incidents, and counts those kept back", async () => {
  const rig = createRig();
  rig.plan = { ...planOf(), alerts: [LEVEL] };
  await work(rig);
  assert.deepEqual(rig.told.slice(0, 2), ["act", "alert pressure/orders-1/data"]);
  const of = volume({ instance: "orders-1" });
  const step = progressOf(of, { step: "Requested", requestedAtMs: NOW_MS });
  rig.view = view({ volumes: [of], events: [expansionEvent([step])] });
  rig.told.length = 0;
  await work(rig);
  assert.deepEqual(rig.told.filter((what) => /alert|suppressed/.test(what)), [
    "suppressed for remediation",
  ]);
});

Deno.test("reconcileCluster() throws where nothing is known", async () => {
  for (const where of ["outcome", "stored"] as const) {
    const rig = createRig();
    if (where === "outcome") rig.outcome = refusal("unavailable");
    else rig.stored = failed("unavailable");
    await assert.rejects(work(rig), { name: "UnavailableError", message: "it is unavailable" });
    assert.equal(rig.told.at(-1), "cluster failure");
  }
});

Deno.test("reconcileCluster() tells of a ClusterStorage that is refused", async () => {
  const rig = createRig();
  rig.stored = failed("refused");
  await work(rig);
  await work(rig);
  const refused = "the ClusterStorage cannot be written";
  assert.equal(rig.told.filter((what) => what === "error write-refused").length, 2);
  assert.equal(rig.logger.lines.filter(({ message }) => message === refused).length, 1);
});

Deno.test("reconcileCluster() wakes for the plan or for silence, whichever comes first", async () => {
  const cases: [number | undefined, number | undefined, number | undefined][] = [
    [undefined, undefined, undefined],
    [5_000, undefined, 5_000],
    [undefined, 7_000, 7_000],
    [5_000, 3_000, 3_000],
    [2_000, 3_000, 2_000],
    [-1_000, undefined, 0],
  ];
  for (const [planned, stale, wakeInMs] of cases) {
    const rig = createRig();
    const nowMs = rig.clock.now();
    if (planned !== undefined) rig.plan = { ...planOf(), wakeAtMs: millis(nowMs + planned) };
    rig.staleAtMs = stale === undefined ? undefined : nowMs + stale;
    assert.equal((await work(rig)).wakeInMs, wakeInMs, `${planned} ${stale}`);
  }
});

Deno.test("reconcileCluster() logs the level when it changes, and only then", async () => {
  const rig = createRig();
  for (const level of ["ok", "ok", "critical", "critical", "ok"] as const) {
    rig.plan = { ...planOf(), level };
    await work(rig);
  }
  assert.deepEqual(rig.logger.lines.map(({ level, fields }) => [level, fields["clusterLevel"]]), [
    ["info", "ok"],
    ["warn", "critical"],
    ["info", "ok"],
  ]);
});
