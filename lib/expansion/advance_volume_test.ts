import assert from "node:assert/strict";

import type { VolumeProgress } from "../event/event.ts";
import {
  expansionEvent,
  gibibytes,
  NOW_MS,
  pod,
  policy,
  progressOf,
  sampled,
  view,
  volume,
  type VolumeFields,
} from "../testing/builders.ts";
import { bytes } from "../units/bytes.ts";
import { after, MINUTE, SECOND } from "../units/millis.ts";
import { advanceVolume } from "./advance_volume.ts";
import { DEFAULT_TIMES, type VolumeAdvance, type VolumeContext } from "./volume_context.ts";

const TARGET = gibibytes(15);
const GROWN = { requestBytes: TARGET, capacityBytes: TARGET };
const PENDING = {
  requestBytes: TARGET,
  capacityBytes: gibibytes(10),
  resizeStatus: "NodeResizePending",
  resizeConditions: { resizing: true, fileSystemResizePending: true },
} as const;
const INFEASIBLE = {
  requestBytes: TARGET,
  capacityBytes: gibibytes(10),
  resizeStatus: "ControllerResizeInfeasible",
} as const;
const UNKNOWN = { kind: "unknown", reason: "StaleSample", message: "" } as const;

function advance(
  progress: Partial<VolumeProgress>,
  fields: VolumeFields | undefined,
  overrides: Partial<VolumeContext> = {},
): VolumeAdvance {
  const event = expansionEvent([progressOf(volume())]);
  assert.ok(event.expansion);
  return advanceVolume(
    progressOf(volume(), progress),
    fields === undefined ? undefined : volume(fields),
    {
      event,
      intent: event.expansion,
      times: DEFAULT_TIMES,
      nowMs: NOW_MS,
      nudge: true,
      isNext: true,
      requests: "allowed",
      gate: { view: view({ volumes: [] }), policy: policy(), limit: undefined },
      turnAtMs: NOW_MS,
      declaredBytes: gibibytes(10),
      ...overrides,
    },
  );
}

/** The step reached, why it failed, and what is done. */
function gist({ progress, actions }: VolumeAdvance): (string | undefined)[] {
  return [progress.step, progress.failure?.reason, ...actions.map(({ kind }) => kind)];
}

const REQUESTED = { step: "Requested", requestedAtMs: NOW_MS } as const;
const RESIZED = {
  step: "ControllerResized",
  requestedAtMs: NOW_MS,
  controllerResizedAtMs: NOW_MS,
} as const;
const LATE = { nowMs: after(NOW_MS, DEFAULT_TIMES.controllerMs) };

const CASES: readonly [
  string,
  Partial<VolumeProgress>,
  VolumeFields | undefined,
  Partial<VolumeContext>,
  (string | undefined)[],
][] = [
  ["asks when its turn has come", {}, {}, {}, ["Queued", undefined, "request-size"]],
  ["waits for its turn", {}, {}, { isNext: false }, ["Queued", undefined]],
  ["asks nothing during a pause", {}, {}, { requests: "held" }, ["Queued", undefined]],
  ["gives up without a policy", {}, {}, { requests: "withdrawn" }, ["Failed", "NoPolicy"]],
  ["ends with its claim", {}, undefined, {}, ["Failed", "ClaimVanished"]],
  ["ends with its claim, once asked", REQUESTED, undefined, {}, ["Failed", "ClaimVanished"]],
  ["asks no claim on its way out", {}, { claim: { deleting: true } }, {}, [
    "Failed",
    "ClaimDeleting",
  ]],
  ["takes up a request whose record was lost", {}, { claim: PENDING }, { nudge: false }, [
    "ControllerResized",
    undefined,
  ]],
  [
    "takes up a size that a provider gave unasked",
    {},
    {
      claim: { requestBytes: gibibytes(12), capacityBytes: TARGET },
      fileSystem: UNKNOWN,
    },
    {},
    ["ControllerResized", undefined],
  ],
  ["waits for the provider", REQUESTED, { claim: { requestBytes: TARGET } }, {}, [
    "Requested",
    undefined,
  ]],
  [
    "waits for the provider no longer than allowed",
    REQUESTED,
    {
      claim: { requestBytes: TARGET },
    },
    LATE,
    ["Failed", "ControllerDeadline"],
  ],
  [
    "waits from its opening where the time of the request is lost",
    { step: "Requested" },
    {
      claim: { requestBytes: TARGET },
    },
    LATE,
    ["Failed", "ControllerDeadline"],
  ],
  [
    "knows a request that was lowered",
    REQUESTED,
    {
      claim: { requestBytes: bytes(gibibytes(10) + 1) },
    },
    LATE,
    ["Failed", "ResizeInfeasible"],
  ],
  ["lowers what is infeasible", REQUESTED, { claim: INFEASIBLE }, {}, [
    "Failed",
    "ResizeInfeasible",
    "request-size",
  ]],
  ["lowers nothing during a pause", REQUESTED, { claim: INFEASIBLE }, { requests: "held" }, [
    "Requested",
    undefined,
  ]],
  ["lowers nothing without a policy", REQUESTED, { claim: INFEASIBLE }, {
    requests: "withdrawn",
  }, ["Failed", "ResizeInfeasible"]],
  ["lowers nothing below the declared size", REQUESTED, { claim: INFEASIBLE }, {
    declaredBytes: TARGET,
  }, ["Failed", "ResizeInfeasible"]],
  ["lowers nothing where the declared size is not known", REQUESTED, { claim: INFEASIBLE }, {
    declaredBytes: undefined,
  }, ["Failed", "ResizeInfeasible"]],
  [
    "lowers no request of somebody else",
    REQUESTED,
    {
      claim: { ...INFEASIBLE, requestBytes: gibibytes(18) },
    },
    {},
    ["Failed", "ResizeInfeasible"],
  ],
  [
    "lowers nothing twice",
    REQUESTED,
    {
      claim: { ...INFEASIBLE, requestBytes: bytes(gibibytes(10) + 1) },
    },
    {},
    ["Failed", "ResizeInfeasible"],
  ],
  ["nudges once the provider is done", REQUESTED, { claim: PENDING }, {}, [
    "ControllerResized",
    undefined,
    "nudge-pod",
  ]],
  ["nudges once only", { ...RESIZED, nudgedAtMs: NOW_MS }, { claim: PENDING }, {}, [
    "ControllerResized",
    undefined,
  ]],
  ["nudges nobody during a pause", RESIZED, { claim: PENDING }, { requests: "held" }, [
    "ControllerResized",
    undefined,
  ]],
  [
    "nudges no pod that is not running",
    RESIZED,
    {
      claim: PENDING,
      pod: pod({ running: false }),
    },
    {},
    ["ControllerResized", undefined],
  ],
  ["waits for the file system no longer than allowed", RESIZED, { claim: PENDING }, LATE, [
    "Failed",
    "FileSystemDeadline",
  ]],
  [
    "does not believe Kubernetes against a newer sample",
    RESIZED,
    {
      claim: GROWN,
      fileSystem: sampled(50, { observedAtMs: after(NOW_MS, MINUTE) }),
    },
    { nowMs: after(NOW_MS, 2 * MINUTE) },
    ["ControllerResized", undefined],
  ],
  [
    "does not take a smaller growth for its own",
    RESIZED,
    {
      claim: { requestBytes: TARGET, capacityBytes: gibibytes(12) },
      fileSystem: sampled(50, { totalBytes: gibibytes(12) }),
    },
    { nudge: false },
    ["ControllerResized", undefined],
  ],
  ["stays verified", { step: "Verified" }, undefined, {}, ["Verified", undefined]],
];

for (const [name, progress, fields, context, expected] of CASES) {
  Deno.test(`advanceVolume() ${name}`, () => {
    assert.deepEqual(gist(advance(progress, fields, context)), expected);
  });
}

Deno.test("advanceVolume() verifies by the best evidence there is", () => {
  const grown = sampled(50, { totalBytes: TARGET });
  const early = sampled(50, { totalBytes: TARGET, observedAtMs: after(NOW_MS, -1) });
  const cases: readonly [VolumeFields["fileSystem"], number, string | undefined][] = [
    [grown, 0, "statfs"],
    [grown && { ...grown, source: "kubelet" }, 0, "kubelet"],
    [UNKNOWN, 29, undefined],
    [UNKNOWN, 30, "kubernetes"],
    [early, 29, undefined],
  ];
  for (const [fileSystem, seconds, verifiedBy] of cases) {
    assert.ok(fileSystem);
    const { progress } = advance(RESIZED, { claim: GROWN, fileSystem }, {
      nowMs: after(NOW_MS, seconds * SECOND),
    });
    assert.equal(progress.verifiedBy, verifiedBy);
    assert.equal(progress.step, verifiedBy === undefined ? "ControllerResized" : "Verified");
  }
});

const ADVICE: readonly [string, Partial<VolumeProgress>, VolumeFields, RegExp][] = [
  [
    "a file system of the primary that does not grow",
    RESIZED,
    { claim: PENDING },
    /kubectl cnpg promote orders INSTANCE -n shop\), then: kubectl delete pod orders-1 -n shop$/,
  ],
  [
    "a file system of a replica that does not grow",
    RESIZED,
    { claim: PENDING, instance: "orders-2", pod: pod({ name: "orders-2" }) },
    /mounted anew, kubectl delete pod orders-2 -n shop$/,
  ],
  [
    "a provider that does not answer",
    REQUESTED,
    { claim: { requestBytes: TARGET, capacityBytes: gibibytes(10) } },
    /To see what the driver says: kubectl describe pvc orders-1 -n shop$/,
  ],
  [
    "a size that the provider refuses",
    REQUESTED,
    { claim: INFEASIBLE },
    /kubectl annotate cluster orders -n shop --overwrite .*target-size=SIZE .*target-role=data .*manual/,
  ],
];

for (const [what, progress, fields, expected] of ADVICE) {
  Deno.test(`advanceVolume() names the command that helps ${what}`, () => {
    const failure = advance(progress, fields, LATE).progress.failure;
    assert.match(failure?.message ?? "", expected);
  });
}

Deno.test("advanceVolume() lowers to the smallest size that Kubernetes accepts", () => {
  const [action] = advance(REQUESTED, { claim: INFEASIBLE }).actions;
  assert.ok(action?.kind === "request-size");
  assert.equal(action.toBytes, gibibytes(10) + 1);
  assert.equal(action.expectedRequestBytes, TARGET);
  assert.ok(action.lowering);
});

Deno.test("advanceVolume() wakes at its deadline", () => {
  const { wakeAtMs } = advance(REQUESTED, { claim: { requestBytes: TARGET } });
  assert.equal(wakeAtMs, after(NOW_MS, DEFAULT_TIMES.controllerMs));
});

Deno.test("advanceVolume() measures the size before at the last moment where it was unknown", () => {
  const late = advance({ step: "Queued", fileSystemBytesBefore: undefined }, {});
  const sample = volume().fileSystem;
  assert.ok(sample.kind === "known");
  assert.equal(late.progress.fileSystemBytesBefore, sample.value.deviceBytes);
  const blind = advance({ step: "Queued", fileSystemBytesBefore: undefined }, {
    fileSystem: UNKNOWN,
  });
  assert.equal(blind.progress.fileSystemBytesBefore, undefined);
  const before = bytes(1);
  const known = advance({ step: "Queued", fileSystemBytesBefore: before }, {});
  assert.equal(known.progress.fileSystemBytesBefore, before);
});
