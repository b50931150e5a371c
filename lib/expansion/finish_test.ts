import assert from "node:assert/strict";

import { decide } from "../decide/decide.ts";
import type { Plan } from "../decide/plan.ts";
import type { EventStatus, VolumeProgress } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import {
  expansionEvent,
  type ExpansionFields,
  gibibytes,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, MINUTE } from "../units/millis.ts";
import type { Origin } from "../policy/resolved.ts";
import type { ClusterView } from "../view/cluster.ts";

const VERIFIED = { step: "Verified", finishedAtMs: NOW_MS } as const;

function failedFor(reason: Reason): Partial<VolumeProgress> {
  return { step: "Failed", finishedAtMs: NOW_MS, failure: { reason, message: reason } };
}

/** Decides about an operation whose volumes are this far. */
function finished(
  members: readonly Partial<VolumeProgress>[],
  cluster: Partial<ClusterView> = {},
  fields: ExpansionFields = {},
): Plan {
  const volumes = members.map((_, index) => volume({ instance: `orders-${index + 1}` }));
  const event = expansionEvent(
    volumes.map((of, index) => progressOf(of, members[index])),
    { ...fields, status: { phase: "InProgress", ...fields.status } },
  );
  return decide(view({ volumes, events: [event], ...cluster }), { defaults: policy() });
}

function kindsOf(plan: Plan): string[] {
  return plan.actions.map(({ kind }) => kind).filter((kind) => kind !== "annotate");
}

function recorded(plan: Plan): EventStatus | undefined {
  const action = plan.actions.find(({ kind }) => kind === "record-status");
  return action?.kind === "record-status" ? action.status : undefined;
}

Deno.test("finish() raises the spec once all volumes have ended, and not before", () => {
  assert.deepEqual(kindsOf(finished([VERIFIED, VERIFIED])), ["write-back"]);
  assert.deepEqual(kindsOf(finished([VERIFIED, { step: "Requested", requestedAtMs: NOW_MS }])), []);
});

Deno.test("finish() raises the field in use", () => {
  const [action] = finished([VERIFIED], {
    declaredSizes: [{ role: "data", field: "pvcTemplate", sizeBytes: gibibytes(10) }],
  }).actions;
  assert.ok(action?.kind === "write-back");
  assert.deepEqual([action.field, action.fromBytes, action.toBytes], [
    "pvcTemplate",
    gibibytes(10),
    gibibytes(15),
  ]);
});

const SKIPPED: readonly [string, readonly Partial<VolumeProgress>[], ExpansionFields][] = [
  ["nothing has grown", [failedFor("ControllerDeadline")], {}],
  ["a size is infeasible", [VERIFIED, failedFor("ResizeInfeasible")], {}],
  ["a follower was passed over", [VERIFIED, failedFor("BreakerOpen")], {}],
  ["a follower's class is fixed", [VERIFIED, failedFor("StorageClassFixed")], {}],
  ["a size was refused", [VERIFIED, failedFor("ResizeRefused")], {}],
  ["the policy leaves the spec alone", [VERIFIED], { expansion: { writeBack: "none" } }],
  ["there are no volumes", [], {}],
];

for (const [name, members, fields] of SKIPPED) {
  Deno.test(`finish() leaves the spec alone when ${name}`, () => {
    const plan = finished(members, {}, fields);
    assert.deepEqual(kindsOf(plan), ["record-status"]);
    assert.equal(recorded(plan)?.writeBack.state, "skipped");
  });
}

Deno.test("finish() leaves the spec alone when it declares no size for the role", () => {
  assert.equal(recorded(finished([VERIFIED], { declaredSizes: [] }))?.writeBack.state, "skipped");
});

Deno.test("finish() never lowers a spec that declares more", () => {
  const plan = finished([VERIFIED], {
    declaredSizes: [{ role: "data", field: "size", sizeBytes: gibibytes(20) }],
  });
  assert.deepEqual(kindsOf(plan), ["record-status"]);
  assert.equal(recorded(plan)?.writeBack.state, "done");
});

Deno.test("finish() writes no spec during a pause or a dry run, and none without a policy", () => {
  assert.deepEqual(kindsOf(finished([VERIFIED], { pause: { kind: "paused" } })), []);
  const dryRun = { governance: governedBy(policy({ dryRun: true })) };
  assert.deepEqual(kindsOf(finished([VERIFIED], dryRun)), []);
  const withdrawn = finished([VERIFIED], { governance: { kind: "none" } });
  assert.equal(recorded(withdrawn)?.writeBack.state, "skipped");
  assert.deepEqual(kindsOf(finished([VERIFIED], { deleting: true })), []);
});

Deno.test("finish() waits ten minutes for CNPG to rest, no longer", () => {
  const operator = { phase: "", busy: "switchover", diskFull: false };
  const waiting = finished([VERIFIED], { operator });
  assert.deepEqual(kindsOf(waiting), []);
  assert.equal(waiting.wakeAtMs, after(NOW_MS, 10 * MINUTE));
  const late = finished([VERIFIED], { operator, nowMs: after(NOW_MS, 10 * MINUTE) });
  assert.deepEqual(kindsOf(late), ["write-back"]);
});

const VERDICTS: readonly [
  readonly Partial<VolumeProgress>[],
  EventStatus["writeBack"],
  EventStatus["phase"],
  Reason,
  RegExp,
][] = [
  [[VERIFIED], { state: "done" }, "Completed", "ExpansionCompleted", /^1\/1 .* declares it$/],
  [
    [VERIFIED, failedFor("ControllerDeadline")],
    { state: "done" },
    "Completed",
    "PartialFailure",
    /^1\/2 PVCs expanded to 15 GiB.*: ControllerDeadline$/,
  ],
  [
    [VERIFIED, failedFor("NoPolicy"), failedFor("NoPolicy")],
    { state: "skipped" },
    "Completed",
    "PartialFailure",
    /unchanged: NoPolicy$/,
  ],
  [
    [failedFor("FileSystemDeadline")],
    { state: "skipped" },
    "Failed",
    "ExpansionFailed",
    /unchanged: FileSystemDeadline$/,
  ],
  [
    [VERIFIED],
    { state: "failed", message: "denied by a webhook" },
    "Completed",
    "ExpansionCompleted",
    /could not be changed: denied by a webhook$/,
  ],
  [[], { state: "skipped" }, "Failed", "ExpansionFailed", /^0\/0/],
];

for (const [members, writeBack, phase, reason, message] of VERDICTS) {
  Deno.test(`finish() concludes ${reason} with write-back ${writeBack.state} of ${members.length}`, () => {
    const status = recorded(finished(members, {}, { status: { writeBack } }));
    assert.deepEqual([status?.phase, status?.completedAtMs], [phase, NOW_MS]);
    assert.equal(status?.conditions[0]?.reason, reason);
    assert.match(status?.conditions[0]?.message ?? "", message);
  });
}

const ARGO = { role: "data", tool: "argocd", fieldManager: "argocd-controller" } as const;

/** A policy of which `writeBack: cluster` comes from somewhere. */
function writeBackFrom(origin: Origin): ClusterView["governance"] {
  return governedBy({ ...policy(), origins: { "expansion.writeBack": origin } });
}

Deno.test("finish() leaves a spec to Git that only a default would raise, and says what to write there", () => {
  const governances = [
    undefined,
    writeBackFrom({ kind: "built-in" }),
    writeBackFrom({ kind: "chart" }),
  ];
  for (const governance of governances) {
    const plan = finished([VERIFIED], {
      gitOwners: [ARGO],
      ...(governance === undefined ? {} : { governance }),
    });
    assert.deepEqual(kindsOf(plan), ["record-status"]);
    const status = recorded(plan);
    assert.deepEqual(status?.writeBack, { state: "skipped" });
    assert.deepEqual(status.conditions.map(({ type, reason }) => [type, reason]), [
      ["Complete", "ExpansionCompleted"],
      ["WrittenBack", "GitHoldsSize"],
    ]);
    assert.match(status.conditions[1]?.message ?? "", /set spec\.storage\.size to 15Gi there$/);
  }
});

Deno.test("finish() raises a spec in Git where the policy says so itself, and one of another role", () => {
  const cases: Partial<ClusterView>[] = [
    { gitOwners: [ARGO], governance: writeBackFrom({ kind: "policy", name: "own" }) },
    { gitOwners: [ARGO], governance: writeBackFrom({ kind: "namespace-default", name: "all" }) },
    { gitOwners: [{ ...ARGO, role: "wal" }] },
  ];
  for (const cluster of cases) {
    assert.deepEqual(kindsOf(finished([VERIFIED], cluster)), ["write-back"]);
  }
});

Deno.test("finish() says nothing of Git where the spec would not have been raised anyway", () => {
  const plan = finished([VERIFIED], { gitOwners: [ARGO] }, { expansion: { writeBack: "none" } });
  assert.deepEqual(recorded(plan)?.conditions.map(({ type }) => type), ["Complete"]);
});
