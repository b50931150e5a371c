// A volume that is smaller than its siblings follows them, and does so once.

import assert from "node:assert/strict";
import type { EventDraft } from "../event/event.ts";
import { STALE } from "../testing/gate_table.ts";
import {
  expansionEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  pod,
  policy,
  progressOf,
  view,
  volume,
  type VolumeFields,
} from "../testing/builders.ts";
import { bytes } from "../units/bytes.ts";
import { after, HOUR } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

const LARGE = volume({ claim: { capacityBytes: gibibytes(20) } });

function small(fields: VolumeFields = {}, instance = "orders-2"): ReturnType<typeof volume> {
  return volume({ instance, ...fields });
}

function planOf(overrides: Partial<ClusterView>): Plan {
  return decide(view(overrides), { defaults: policy() });
}

function draftsOf(overrides: Partial<ClusterView>): EventDraft[] {
  return planOf(overrides).actions.flatMap((action) =>
    action.kind === "open-event" ? [action.draft] : []
  );
}

Deno.test("followingCandidate() gives a new replica the size of its siblings, measured or not", () => {
  for (const fileSystem of [small().fileSystem, STALE]) {
    const [draft, ...more] = draftsOf({ volumes: [LARGE, small({ fileSystem })] });
    assert.deepEqual(more, []);
    assert.equal(draft?.reason, "SiblingsLarger");
    assert.equal(draft.expansion?.requestedBytes, gibibytes(20));
    assert.deepEqual(draft.status.volumes.map(({ claimName }) => claimName), ["orders-2"]);
    assert.equal(draft.expansion.writeBack, "cluster");
  }
});

Deno.test("followingCandidate() follows by a step at least, and not a request that was lowered", () => {
  const lowered = bytes(gibibytes(10) + 1);
  for (const [largest, follows] of [[lowered, 0], [gibibytes(11), 1]] as const) {
    const sibling = volume({ claim: { capacityBytes: largest, requestBytes: largest } });
    assert.equal(draftsOf({ volumes: [sibling, small()] }).length, follows);
  }
});

Deno.test("followingCandidate() takes all that are behind, and leaves the spec to a role that is whole", () => {
  const refused = small({}, "orders-4");
  const failure = { reason: "ResizeInfeasible", message: "no" } as const;
  const events = [expansionEvent([progressOf(refused, { step: "Failed", failure })], {
    createdAtMs: after(NOW_MS, -HOUR),
    expansion: { requestedBytes: gibibytes(20) },
    status: {
      phase: "Failed",
      completedAtMs: after(NOW_MS, -HOUR),
      writeBack: { state: "skipped" },
    },
  })];
  const volumes = [LARGE, small(), small({}, "orders-3"), refused];
  const [draft] = draftsOf({ volumes, events });
  assert.deepEqual(draft?.status.volumes.map(({ claimName }) => claimName), [
    "orders-2",
    "orders-3",
  ]);
  assert.equal(draft.expansion?.writeBack, "none");
});

Deno.test("followingCandidate() follows nothing that is not settled, and asks nobody who cannot follow", () => {
  const resizing = volume({
    claim: { capacityBytes: gibibytes(10), requestBytes: gibibytes(20) },
  });
  const rounded = volume({
    claim: { capacityBytes: gibibytes(11), requestBytes: gibibytes(10) },
  });
  const cases: Record<string, Partial<ClusterView>> = {
    "equal sizes": { volumes: [small({}, "orders-1"), small()] },
    "a sibling that was given more than it asked for": { volumes: [rounded, small()] },
    "a sibling whose resize is under way": { volumes: [resizing, small()] },
    "another role": { volumes: [LARGE, small({ role: "wal" })] },
    "no pod yet": { volumes: [LARGE, small({ pod: undefined })] },
    "a pod that does not run": { volumes: [LARGE, small({ pod: pod({ running: false }) })] },
    "a claim on its way out": { volumes: [LARGE, small({ claim: { deleting: true } })] },
    "a larger sibling on its way out": {
      volumes: [
        volume({ claim: { capacityBytes: gibibytes(20), deleting: true } }),
        small(),
      ],
    },
    "a request that is there already": {
      volumes: [LARGE, small({ claim: { requestBytes: gibibytes(20) } })],
    },
    "an operation that holds it": {
      volumes: [LARGE, small()],
      events: [expansionEvent([progressOf(small())], { expansion: { canaryClaimName: "x" } })],
    },
  };
  for (const [name, overrides] of Object.entries(cases)) {
    assert.deepEqual(draftsOf(overrides), [], name);
  }
});

Deno.test("followingCandidate() waits as routine does, and tells nobody of what passes", () => {
  const volumes = [LARGE, small()];
  const opensAtMs = after(NOW_MS, HOUR);
  const plan = planOf({ volumes, maintenanceWindow: { kind: "closed", opensAtMs } });
  assert.equal(plan.wakeAtMs, opensAtMs);
  assert.deepEqual(plan.alerts, []);
  const above = planOf({
    volumes,
    governance: governedBy(policy({ expansion: { maxSizeBytes: gibibytes(15) } })),
  });
  assert.deepEqual(above.actions.filter(({ kind }) => kind === "open-event"), []);
  assert.ok(above.alerts.some(({ reason }) => reason === "MaxSizeReached"));
});
