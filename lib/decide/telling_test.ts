// What a plan tells: alerts, conditions and annotations.

import assert from "node:assert/strict";

import type { Reason } from "../explain/reasons.ts";
import { ANNOTATION } from "../policy/annotation_keys.ts";
import {
  expansionEvent,
  failureEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  pod,
  policy,
  progressOf,
  sampled,
  view,
  volume,
} from "../testing/builders.ts";
import { after, HOUR, MINUTE } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";
import type { ClusterView } from "../view/cluster.ts";
import { decide } from "./decide.ts";
import type { AlertIntent, Plan } from "./plan.ts";

function planOf(overrides: Partial<ClusterView> = {}): Plan {
  return decide(view(overrides), { defaults: policy() });
}

function alertsOf(plan: Plan): (readonly [Reason, AlertIntent["severity"]])[] {
  return plan.alerts.map(({ reason, severity }) => [reason, severity]);
}

function annotationsOf(plan: Plan): Readonly<Record<string, string | null>> {
  const action = plan.actions.find(({ kind }) => kind === "annotate");
  return action?.kind === "annotate" ? action.annotations : {};
}

function conditionOf(plan: Plan, type: string): readonly [string, Reason] | undefined {
  const found = plan.conditions.find((condition) => condition.type === type);
  return found && [found.status, found.reason];
}

const MANAGED = { [ANNOTATION.managed]: "true", [ANNOTATION.currentUsagePercent]: "50" };
const FULL = [volume({ usedPercent: 86 })];

const UNKNOWN = unknown("StaleSample");

function unknown(reason: Reason): Volume {
  return volume({ fileSystem: { kind: "unknown", reason, message: "10 min old" } });
}

const ALERTS: readonly [string, Partial<ClusterView>, ReturnType<typeof alertsOf>][] = [
  ["nothing about a healthy cluster", {}, []],
  ["that a volume is not measured any more", { volumes: [UNKNOWN] }, [
    ["SomeVolumesUnknown", "warning"],
  ]],
  ["that an agent cannot read a volume", { volumes: [unknown("AgentUnreadable")] }, [
    ["SomeVolumesUnknown", "warning"],
  ]],
  ["nothing of a volume that nobody has measured yet", { volumes: [unknown("NoSample")] }, []],
  ["nothing of a volume that was resized a moment ago", {
    volumes: [unknown("SampleBeforeResize")],
  }, []],
  ["nothing of an unknown volume in an operation", {
    volumes: [UNKNOWN],
    events: [expansionEvent([progressOf(UNKNOWN, { step: "Requested", requestedAtMs: NOW_MS })])],
  }, []],
  ["nothing of an unknown volume without a running pod", {
    volumes: [{ ...UNKNOWN, pod: undefined }],
  }, []],
  ["nothing of an unknown volume that is not managed", {
    volumes: [UNKNOWN],
    governance: { kind: "none" },
  }, []],
  ["a warning", { volumes: [volume({ usedPercent: 71 })] }, [["AboveWarning", "warning"]]],
  ["a critical level", { volumes: [volume({ usedPercent: 81 })] }, [["AboveCritical", "critical"]]],
  [
    "a routine hold as a warning",
    { volumes: FULL, maintenanceWindow: { kind: "closed", opensAtMs: after(NOW_MS, 1) } },
    [["AboveExpansion", "critical"], ["WindowClosed", "warning"]],
  ],
  [
    "a held emergency as critical",
    { volumes: [volume({ usedPercent: 92, pod: undefined })] },
    [["AboveEmergency", "critical"], ["NoRunningPod", "critical"]],
  ],
  [
    "a pause that holds",
    { volumes: FULL, pause: { kind: "paused" } },
    [["AboveExpansion", "critical"], ["Paused", "warning"]],
  ],
  [
    "no hold of a cluster that is not managed",
    { volumes: FULL, governance: { kind: "none" } },
    [["AboveExpansion", "critical"]],
  ],
  [
    "no hold by an operation of its own",
    {
      volumes: FULL,
      events: FULL.map((of) =>
        expansionEvent([progressOf(of, { step: "Requested", requestedAtMs: NOW_MS })])
      ),
    },
    [["AboveExpansion", "critical"]],
  ],
  [
    "a size near the limit",
    { volumes: [volume({ claim: { capacityBytes: gibibytes(80) } })] },
    [["MaxSizeNear", "warning"]],
  ],
  [
    "a size at the limit",
    { volumes: [volume({ claim: { capacityBytes: gibibytes(100) } })] },
    [["MaxSizeReached", "critical"]],
  ],
];

for (const [name, overrides, expected] of ALERTS) {
  Deno.test(`alertsOf() tells ${name}`, () => {
    assert.deepEqual(alertsOf(planOf(overrides)), expected);
  });
}

Deno.test("alertsOf() tells of a failed expansion for an hour", () => {
  const failed = failureEvent(volume(), NOW_MS);
  const event = {
    ...failed,
    status: {
      ...failed.status,
      conditions: [
        { type: "Complete", status: "False", reason: "ExpansionFailed", message: "0/1" },
      ] as const,
    },
  };
  const told = (nowMs: typeof NOW_MS): ReturnType<typeof alertsOf> =>
    alertsOf(planOf({ events: [event], nowMs }));
  assert.deepEqual(told(after(NOW_MS, HOUR - 1)), [["ExpansionFailed", "critical"]]);
  assert.deepEqual(told(after(NOW_MS, HOUR)), []);
});

const OPEN_BREAKER = [32, 31, 30.5].map((minutes) =>
  failureEvent(volume(), after(NOW_MS, -minutes * MINUTE))
);

const CONDITIONS: readonly [string, Partial<ClusterView>, string, Reason][] = [
  ["Managed", {}, "True", "PolicyApplied"],
  ["Managed", { governance: { kind: "none" } }, "False", "NoPolicy"],
  ["Managed", { pause: { kind: "paused", invalidUntil: "soon" } }, "False", "Paused"],
  ["Managed", { governance: governedBy(policy({ dryRun: true })) }, "True", "DryRun"],
  ["Blind", {}, "False", "AllVolumesKnown"],
  ["Blind", { volumes: [UNKNOWN] }, "True", "SomeVolumesUnknown"],
  [
    "Blind",
    {
      operator: { phase: "Not enough disk space", diskFull: true },
      volumes: [volume({
        fileSystem: UNKNOWN.fileSystem,
        pod: pod({ postgresExit: { code: 4, atMs: NOW_MS } }),
      })],
    },
    "True",
    "SomeVolumesUnknown",
  ],
  ["Expanding", {}, "False", "Settled"],
  [
    "Expanding",
    { events: [expansionEvent([progressOf(volume())])] },
    "True",
    "ExpansionStarted",
  ],
  ["NotExpandable", {}, "False", "Expandable"],
  [
    "NotExpandable",
    { volumes: [volume({ usedPercent: 86, storageClass: { kind: "unknown" } })] },
    "True",
    "StorageClassUnknown",
  ],
  [
    "NotExpandable",
    {
      volumes: [volume(), volume({ instance: "orders-2", claim: { volumeMode: "Block" } })],
      governance: { kind: "none" },
    },
    "True",
    "BlockVolume",
  ],
  [
    "NotExpandable",
    {
      volumes: [volume({ fileSystem: { kind: "unknown", reason: "SharedDisk", message: "" } })],
    },
    "True",
    "SharedDisk",
  ],
  ["LimitReached", {}, "False", "BelowMaxSize"],
  [
    "LimitReached",
    { volumes: [volume({ usedPercent: 86, claim: { capacityBytes: gibibytes(100) } })] },
    "True",
    "MaxSizeReached",
  ],
  ["CircuitBreakerOpen", {}, "False", "BreakerClosed"],
  ["CircuitBreakerOpen", { volumes: FULL, events: OPEN_BREAKER }, "True", "BreakerOpen"],
  ["CircuitBreakerOpen", { events: OPEN_BREAKER }, "True", "BreakerOpen"],
];

for (const [type, overrides, status, reason] of CONDITIONS) {
  Deno.test(`conditionsOf() says ${type}=${status} for ${reason}`, () => {
    assert.deepEqual(conditionOf(planOf(overrides), type), [status, reason]);
  });
}

Deno.test("annotationActions() writes usage only when it moved by five points", () => {
  for (const [usedPercent, written] of [[54, undefined], [55, "55"], [46, undefined], [45, "45"]]) {
    const volumes = [volume({ fileSystem: sampled(Number(usedPercent)) })];
    const annotations = annotationsOf(planOf({ annotations: MANAGED, volumes }));
    assert.equal(annotations[ANNOTATION.currentUsagePercent], written);
    assert.equal(ANNOTATION.lastCheck in annotations, written !== undefined);
  }
});

Deno.test("annotationActions() tells of less usage only when every volume is measured", () => {
  const low = volume({ fileSystem: sampled(20) });
  const high = volume({ fileSystem: sampled(70) });
  for (
    const [volumes, written] of [
      [[low, UNKNOWN], undefined],
      [[high, UNKNOWN], "70"],
      [[low, { ...UNKNOWN, pod: pod({ running: false }) }], "20"],
      [[low, low], "20"],
    ] as const
  ) {
    const annotations = annotationsOf(planOf({ annotations: MANAGED, volumes }));
    assert.equal(annotations[ANNOTATION.currentUsagePercent], written);
  }
});

Deno.test("annotationActions() tells a request of ours once, and never as a user's", () => {
  const first = annotationsOf(planOf({ volumes: FULL, annotations: MANAGED }));
  assert.equal(first[ANNOTATION.targetSize], "15Gi");
  assert.equal(first[ANNOTATION.expansionRequested], "2026-01-01T00:00:00Z");
  assert.ok(!first[ANNOTATION.expansionReason]?.startsWith("manual"));
  const told = {
    ...MANAGED,
    [ANNOTATION.currentUsagePercent]: "86",
    [ANNOTATION.targetSize]: "15Gi",
    [ANNOTATION.expansionReason]: "threshold-breach-85",
  };
  assert.deepEqual(annotationsOf(planOf({ volumes: FULL, annotations: told })), {});
});

Deno.test("annotationActions() never overwrites a user's request that still waits", () => {
  const manualRequest = {
    trigger: "manual",
    role: "wal",
    targetBytes: gibibytes(20),
    requestedAt: "2026-01-01T00:00:00Z",
    reason: "manual",
  } as const;
  const annotations = annotationsOf(
    planOf({ volumes: FULL, annotations: MANAGED, manualRequest }),
  );
  assert.equal(annotations[ANNOTATION.targetSize], undefined);
});

Deno.test("annotationActions() leaves no trace on a cluster that was never managed", () => {
  const governance = { kind: "none" } as const;
  assert.deepEqual(annotationsOf(planOf({ governance })), {});
  assert.deepEqual(annotationsOf(planOf({ governance, annotations: MANAGED })), {
    [ANNOTATION.managed]: "false",
  });
});

Deno.test("annotationActions() writes nothing in a dry run, nor on a cluster on its way out", () => {
  const governance = governedBy(policy({ dryRun: true }));
  assert.deepEqual(annotationsOf(planOf({ governance, volumes: FULL })), {});
  assert.deepEqual(annotationsOf(planOf({ deleting: true, annotations: MANAGED })), {});
});
