// Goal: hours after an operation was opened, a follower is asked for nothing that the gate would refuse now.

import assert from "node:assert/strict";

import { decide } from "../decide/decide.ts";
import type { RequestSize } from "../decide/plan.ts";
import type { Event, ExpansionIntent, VolumeProgress } from "../event/event.ts";
import {
  expansionEvent,
  failureEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
  type VolumeFields,
} from "../testing/builders.ts";
import { after, HOUR, MINUTE } from "../units/millis.ts";
import type { ClusterView, StorageLimits } from "../view/cluster.ts";
import { DEFAULT_TIMES } from "./volume_context.ts";

interface Case {
  readonly volume?: VolumeFields;
  readonly events?: readonly Event[];
  readonly governance?: ClusterView["governance"];
  readonly fields?: Partial<Event>;
  readonly turnMsAgo?: number;
  readonly limits?: Partial<StorageLimits>;
}

interface Outcome {
  readonly progress: VolumeProgress | undefined;
  readonly requests: readonly RequestSize[];
  readonly wakeAtMs: number | undefined;
}

const EBS = { kind: "known", name: "gp3", allowVolumeExpansion: true } as const;
const IN_FLIGHT = { claim: { resizeStatus: "ControllerResizeInProgress" } } as const;
const NO_ROOM = {
  quotas: [{ name: "team", hardBytes: gibibytes(100), usedBytes: gibibytes(96) }],
} as const;
const canary = volume({ claim: { capacityBytes: gibibytes(15) } });

/** What comes of a follower whose canary has grown. */
function follow(
  { volume: fields, events = [], governance, fields: event, turnMsAgo = 0, limits }: Case,
): Outcome {
  const follower = volume({ instance: "orders-2", ...fields });
  const turnAtMs = after(NOW_MS, -turnMsAgo);
  const open = expansionEvent([
    progressOf(canary, { step: "Verified", finishedAtMs: turnAtMs, requestedAtMs: turnAtMs }),
    progressOf(follower),
  ], { createdAtMs: after(turnAtMs, -MINUTE), status: { phase: "InProgress" }, ...event });
  const plan = decide(
    view({
      volumes: [canary, follower],
      events: [...events, open],
      ...(governance === undefined ? {} : { governance }),
      storageLimits: limits && { quotas: [], claimSizeLimits: [], classCapacities: [], ...limits },
    }),
    { defaults: policy() },
  );
  const record = plan.actions.find((action) => action.kind === "record-status");
  const statuses = record?.kind === "record-status" ? record.status.volumes : open.status.volumes;
  return {
    progress: statuses[1],
    requests: plan.actions.flatMap((action) => action.kind === "request-size" ? [action] : []),
    wakeAtMs: plan.wakeAtMs,
  };
}

function failuresOf(count: number, lastMinutesAgo: number): Event[] {
  const failing = volume({ instance: "orders-2" });
  return Array.from(
    { length: count },
    (_, index) => failureEvent(failing, after(NOW_MS, -(lastMinutesAgo + count - index) * MINUTE)),
  );
}

function changesOf(count: number): Event[] {
  return Array.from({ length: count }, (_, index) => {
    const atMs = after(NOW_MS, -(3 + index) * HOUR);
    const done = { step: "Verified", requestedAtMs: atMs, finishedAtMs: atMs } as const;
    return expansionEvent([progressOf(volume({ instance: "orders-2" }), done)], {
      name: `change-${index}`,
      createdAtMs: atMs,
      status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
    });
  });
}

const INTENT: ExpansionIntent = {
  role: "data",
  originalBytes: gibibytes(10),
  requestedBytes: gibibytes(15),
  limitBytes: gibibytes(9_000),
  canaryClaimName: "orders-1",
  writeBack: "cluster",
  parallelism: 1,
};

const ENDS: readonly [string, Case][] = [
  ["BreakerOpen", { events: failuresOf(3, 5) }],
  ["ProviderBudgetSpent", {
    volume: { storageClass: { ...EBS, provisioner: "ebs.csi.aws.com" } },
    events: changesOf(4),
  }],
  ["StorageClassFixed", {
    volume: {
      storageClass: { ...EBS, provisioner: "csi.example.com", allowVolumeExpansion: false },
    },
  }],
  ["DriverOfflineOnly", {
    volume: { storageClass: { ...EBS, provisioner: "rancher.io/local-path" } },
  }],
  ["SharedDisk", {
    volume: { fileSystem: { kind: "unknown", reason: "SharedDisk", message: "500 GiB" } },
  }],
  ["ResizeInFlight", { volume: IN_FLIGHT, turnMsAgo: DEFAULT_TIMES.controllerMs }],
  ["MaxSizeReached", {
    governance: governedBy(policy({ expansion: { maxSizeBytes: gibibytes(14) } })),
  }],
  ["QuotaExceeded", { limits: NO_ROOM, turnMsAgo: DEFAULT_TIMES.controllerMs }],
  ["ClassCapacityShort", {
    limits: { classCapacities: [{ storageClass: "fast", availableBytes: gibibytes(4) }] },
    turnMsAgo: DEFAULT_TIMES.controllerMs,
  }],
  ["LimitRangeExceeded", {
    limits: { claimSizeLimits: [{ name: "sizes", maxBytes: gibibytes(14) }] },
  }],
  ["DetachNeeded", {
    volume: { storageClass: { ...EBS, provisioner: "disk.csi.azure.com" } },
    fields: { expansion: { ...INTENT, requestedBytes: gibibytes(5_000) } },
    governance: governedBy(policy({ expansion: { maxSizeBytes: gibibytes(9_000) } })),
  }],
  ["ExpansionDisabled", { governance: governedBy(policy({ expansion: { enabled: false } })) }],
];

for (const [reason, row] of ENDS) {
  Deno.test(`requestObstacleOf() passes a follower over for ${reason}, and the spec with it`, () => {
    const { progress, requests } = follow(row);
    assert.deepEqual(requests, []);
    assert.equal(progress?.step, "Failed");
    assert.equal(progress?.failure?.reason, reason);
  });
}

for (
  const [what, row] of [
    ["somebody else's resize", { volume: IN_FLIGHT }],
    ["room in a quota", { limits: NO_ROOM }],
  ] as const
) {
  Deno.test(`requestObstacleOf() waits for ${what} until the provider's time is up`, () => {
    const { progress, requests, wakeAtMs } = follow({ ...row, turnMsAgo: MINUTE });
    assert.deepEqual(requests, []);
    assert.equal(progress?.step, "Queued");
    assert.equal(wakeAtMs, after(NOW_MS, DEFAULT_TIMES.controllerMs - MINUTE));
  });
}

Deno.test("requestObstacleOf() asks a follower that nothing holds, within the limit that is nearer", () => {
  const governance = governedBy(policy({ expansion: { maxSizeBytes: gibibytes(16) } }));
  for (
    const row of [{ governance }, {
      governance,
      fields: { trigger: "manual" },
      events: failuresOf(3, 5),
    }] as const
  ) {
    const { requests: [request] } = follow(row);
    assert.equal(request?.claimName, "orders-2");
    assert.equal(request?.limitBytes, gibibytes(16));
  }
});
