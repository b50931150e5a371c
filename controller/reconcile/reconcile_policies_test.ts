import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../../kube/testing/recording_logger.ts";
import type { PolicyAssignment } from "../../lib/policy/overlap.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { Attempt } from "../act/failure.ts";
import type { PolicyFindings } from "../act/policy_status.ts";
import type { PolicyReport } from "../observe/policy_book.ts";
import { projectPolicy } from "../observe/project_custom.ts";
import type { Handler } from "../queue/keyed_queue.ts";
import { policyObject } from "../testing/builders.ts";
import type { JsonObject } from "../../kube/api.ts";
import { createReconcilePolicies } from "./reconcile_policies.ts";
import { view } from "./testing/plans.ts";

const DONE: Attempt = { kind: "done", effect: "written" };

/** Everything around the handler, and what it was told. */
interface Rig {
  readonly handle: Handler;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  readonly told: string[];
  readonly written: { readonly name: string; readonly problem: string | undefined }[];
  readonly counts: { active: unknown; managed: unknown };
  readonly views: Map<string, ClusterView>;
  synced: boolean;
  reports: PolicyReport[];
  attempts: Attempt[];
}

function createRig(): Rig {
  const logger = createRecordingLogger();
  const rig: Rig = {
    logger,
    told: [],
    written: [],
    counts: { active: undefined, managed: undefined },
    views: new Map(),
    synced: true,
    reports: [],
    attempts: [],
    handle: createReconcilePolicies({
      observer: {
        synced: () => rig.synced,
        policies: () => rig.reports,
        view: (key) => rig.views.get(key),
      },
      writePolicyStatus({ name }, { problem }: PolicyFindings): Promise<Attempt> {
        rig.written.push({ name, problem });
        return Promise.resolve(rig.attempts.shift() ?? DONE);
      },
      metrics: {
        setActivePolicies: (counts) => void (rig.counts.active = Object.fromEntries(counts)),
        setManagedClusters: (counts) => void (rig.counts.managed = Object.fromEntries(counts)),
        reconcileEnded: (work, result) => void rig.told.push(`${work} ${result}`),
        errorOccurred: (type) => void rig.told.push(`error ${type}`),
      },
      chartDefaults: {},
      clock: createFakeClock(),
      logger,
    }),
  };
  return rig;
}

function report(
  name: string,
  fields: Partial<PolicyAssignment> = {},
  spec: JsonObject = {},
  namespace = "shop",
): PolicyReport {
  const policy = projectPolicy(policyObject({ name, namespace, spec }));
  return { policy, assignment: { namespace, name, managedClusters: [], conflicts: [], ...fields } };
}

function work(rig: Rig): ReturnType<Handler> {
  return rig.handle("policies", new AbortController().signal);
}

Deno.test("reconcilePolicies() does nothing and looks again while the picture is not complete", async () => {
  const rig = createRig();
  rig.synced = false;
  rig.reports = [report("standard")];
  assert.deepEqual(await work(rig), { wakeInMs: 1_000 });
  assert.deepEqual([rig.written, rig.told], [[], []]);
});

Deno.test("reconcilePolicies() writes every status and counts by namespace", async () => {
  const rig = createRig();
  rig.reports = [
    report("standard", { managedClusters: ["a", "b"] }),
    report("loser", { conflicts: [{ clusterName: "a", winner: "standard" }] }),
    report("other", { managedClusters: ["c"] }, {}, "bank"),
  ];
  assert.deepEqual(await work(rig), { wakeInMs: undefined });
  assert.deepEqual(rig.written.map(({ name }) => name), ["standard", "loser", "other"]);
  assert.deepEqual(rig.counts, { active: { shop: 1, bank: 1 }, managed: { shop: 2, bank: 1 } });
  assert.deepEqual(rig.told, ["policy success"]);
});

Deno.test("reconcilePolicies() looks again when another wrote first or leads", async () => {
  for (const kind of ["conflict", "not-leader"] as const) {
    const rig = createRig();
    rig.reports = [report("first"), report("second")];
    rig.attempts = [{ kind, reason: "Any", message: "no" }];
    assert.deepEqual(await work(rig), { wakeInMs: 1_000 });
    assert.equal(rig.written.length, 2);
  }
});

Deno.test("reconcilePolicies() throws at the first status about which nothing is known", async () => {
  const rig = createRig();
  rig.reports = [report("first"), report("second")];
  rig.attempts = [{ kind: "unavailable", reason: "Any", message: "connection reset" }];
  await assert.rejects(work(rig), { name: "UnavailableError", message: "connection reset" });
  assert.equal(rig.written.length, 1);
  assert.deepEqual(rig.told, ["policy failure"]);
});

Deno.test("reconcilePolicies() tells of a status that is refused, and goes on", async () => {
  const rig = createRig();
  rig.reports = [report("first"), report("second")];
  rig.attempts = [{ kind: "refused", reason: "Forbidden", message: "no rights" }];
  assert.deepEqual(await work(rig), { wakeInMs: undefined });
  assert.deepEqual(rig.told, ["error write-refused", "policy success"]);
  assert.deepEqual(rig.logger.lines.map(({ fields }) => [fields["policy"], fields["reason"]]), [
    ["first", "Forbidden"],
  ]);
  assert.equal(rig.written.length, 2);
});

Deno.test("reconcilePolicies() finds settings that contradict each other", async () => {
  const contradicting = { thresholds: { warning: 89 } };
  const neverOpen = {
    maintenanceWindows: [{ schedule: "0 2 * * *", duration: "2h", timeZone: "Europe/Nowhere" }],
  };
  const valid = view({ name: "valid" });
  const invalid = view({
    name: "invalid",
    governance: { kind: "invalid", policyName: "standard", message: "with the default, no" },
  });
  const cases: [string, readonly string[], JsonObject, RegExp | undefined][] = [
    ["sound", [], {}, undefined],
    ["unsound by itself", [], contradicting, /warning/],
    ["windows that never open", [], neverOpen, /maintenanceWindows\[0\]: expected timeZone/],
    ["sound with what lies beneath", ["valid"], contradicting, undefined],
    ["unsound with what lies beneath", ["valid", "invalid"], {}, /with the default, no/],
    ["a cluster that has just gone", ["gone"], {}, undefined],
  ];
  for (const [what, managedClusters, spec, expected] of cases) {
    const rig = createRig();
    for (const one of [valid, invalid]) rig.views.set(`shop/${one.name}`, one);
    rig.reports = [report("standard", { managedClusters }, spec)];
    await work(rig);
    const problem = rig.written[0]?.problem;
    if (expected === undefined) assert.equal(problem, undefined, what);
    else assert.match(problem ?? "", expected, what);
  }
});

Deno.test("reconcilePolicies() tells of settings that cannot be read, once, and counts them as not active", async () => {
  const rig = createRig();
  const unread = report("standard", { managedClusters: ["orders"] });
  const problem = "Cannot read the StoragePolicy: spec.dryRun";
  rig.reports = [{ ...unread, policy: { ...unread.policy, unreadable: problem } }];
  rig.attempts = [{ kind: "done", effect: "written" }, { kind: "done", effect: "already" }];
  await work(rig);
  await work(rig);
  assert.deepEqual(rig.written.map((written) => written.problem), [problem, problem]);
  assert.deepEqual(rig.logger.lines.map(({ fields }) => fields["problem"]), [problem]);
  assert.deepEqual(rig.counts.active, {});
});
