// Goal: every judgement about a volume, and everything that comes of it, follows the settings of its role.
// Method: one cluster with a data, a WAL and a tablespace volume that are equally full, and a policy in which one
// of the roles differs.

import assert from "node:assert/strict";

import { ANNOTATION } from "../policy/annotation_keys.ts";
import {
  expansionEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  type RoleFields,
  type SettingsFields,
  view,
  volume,
} from "../testing/builders.ts";
import { after, HOUR, millis, MINUTE } from "../units/millis.ts";
import { percent } from "../units/percent.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { decide, decideTrips } from "./decide.ts";
import type { Action, OpenEvent, Plan } from "./plan.ts";

const ROLES: readonly Role[] = ["data", "wal", "tbs:archive"];

function cluster(settings: SettingsFields, usedPercent: number): ClusterView {
  return view({
    governance: governedBy(policy(settings)),
    volumes: ROLES.map((role) => volume({ role, usedPercent })),
    firstSeenSizes: ROLES.map((role) => ({ role, sizeBytes: gibibytes(10) })),
  });
}

function planOf(settings: SettingsFields, usedPercent = 86): Plan {
  return decide(cluster(settings, usedPercent), { defaults: policy() });
}

function ofWal(wal: RoleFields): SettingsFields {
  return { roles: { wal } };
}

function opened({ actions }: Plan): Map<Role | undefined, OpenEvent["draft"]> {
  return new Map(
    actions
      .filter((action: Action) => action.kind === "open-event")
      .map(({ draft }) => [draft.expansion?.role, draft]),
  );
}

Deno.test("decide() judges each volume by the thresholds of its role", () => {
  const plan = planOf({
    roles: {
      wal: { thresholds: { emergency: percent(86) } },
      tablespaces: { thresholds: { expansion: percent(88), critical: percent(87) } },
    },
  }, 86.5);
  assert.deepEqual(plan.volumes.map(({ role, level }) => [role, level]), [
    ["data", "expansion"],
    ["wal", "emergency"],
    ["tbs:archive", "warning"],
  ]);
  assert.deepEqual([...opened(plan).keys()], ["data", "wal"]);
});

Deno.test("decideTrips() trips each volume at the thresholds of its role", () => {
  const view = cluster(ofWal({ thresholds: { warning: percent(60) } }), 50);
  const trips = decideTrips(view, { defaults: policy() });
  const free = new Map(trips.map((trip) => [trip.role, trip.availableBelowBytes / gibibytes(1)]));
  assert.equal(free.get("data")?.toFixed(3), "3.000");
  assert.equal(free.get("wal")?.toFixed(3), "4.000");
});

Deno.test("decide() grows each role by its own steps, below its own limit", () => {
  const drafts = opened(planOf(ofWal({
    expansion: {
      percentage: percent(100),
      maxSizeBytes: gibibytes(18),
      writeBack: "none",
      parallelism: 3,
    },
  })));
  const data = drafts.get("data")?.expansion;
  const wal = drafts.get("wal")?.expansion;
  assert.deepEqual([data?.requestedBytes, data?.limitBytes], [gibibytes(15), gibibytes(100)]);
  assert.deepEqual([wal?.requestedBytes, wal?.limitBytes], [gibibytes(18), gibibytes(18)]);
  assert.deepEqual([data?.writeBack, data?.parallelism], ["cluster", 1]);
  assert.deepEqual([wal?.writeBack, wal?.parallelism], ["none", 3]);
});

Deno.test("decide() leaves a role alone that may not grow, and the others not", () => {
  const resolved = policy(ofWal({ expansion: { enabled: false } }));
  const origins = { "roles.wal.expansion.enabled": { kind: "policy", name: "default" } } as const;
  const plan = decide({ ...cluster({}, 86), governance: governedBy({ ...resolved, origins }) }, {
    defaults: policy(),
  });
  assert.deepEqual([...opened(plan).keys()], ["data", "tbs:archive"]);
  const refusal = plan.trace.find(({ reason, passed }) =>
    reason === "ExpansionDisabled" && !passed
  );
  assert.equal(refusal?.message, "The policy sets roles.wal.expansion.enabled to false");
});

Deno.test("decide() waits for the cooldown of the role, as long as the role says", () => {
  const events = ROLES.map((role) =>
    expansionEvent([progressOf(volume({ role }), { step: "Verified" })], {
      expansion: { role },
      status: {
        phase: "Completed",
        completedAtMs: after(NOW_MS, -10 * MINUTE),
        writeBack: { state: "done" },
      },
    })
  );
  const settings = ofWal({ expansion: { cooldownMs: millis(10 * MINUTE) } });
  const plan = decide({ ...cluster(settings, 86), events }, { defaults: policy() });
  assert.deepEqual([...opened(plan).keys()], ["wal"]);
});

Deno.test("decide() repeats a dry run's record after the cooldown of the role", () => {
  const settings: SettingsFields = {
    dryRun: true,
    roles: { wal: { expansion: { cooldownMs: millis(3 * HOUR) } } },
  };
  const earlier = [...opened(planOf(settings)).values()].map((draft, index) => ({
    ...draft,
    name: `record-${index}`,
    uid: `record-${index}`,
    resourceVersion: "1",
    createdAtMs: after(NOW_MS, -2 * HOUR),
  }));
  assert.equal(earlier.length, 3);
  const plan = decide({ ...cluster(settings, 86), events: earlier }, { defaults: policy() });
  assert.deepEqual([...opened(plan).keys()], ["data", "tbs:archive"]);
});

Deno.test("decide() names the threshold of the role in the annotation", () => {
  const settings: SettingsFields = {
    roles: {
      data: { expansion: { enabled: false } },
      wal: { thresholds: { expansion: percent(82) } },
      tablespaces: { expansion: { enabled: false } },
    },
  };
  const annotations = planOf(settings).actions.flatMap((action) =>
    action.kind === "annotate" ? [action.annotations] : []
  );
  assert.equal(annotations[0]?.[ANNOTATION.expansionReason], "threshold-breach-82");
});

Deno.test("decide() names the limit of the role where the role has one", () => {
  const resolved = policy(ofWal({ expansion: { maxSizeBytes: gibibytes(10) } }));
  const origins = { "roles.wal.expansion.maxSize": { kind: "policy", name: "default" } } as const;
  const { alerts } = decide(
    { ...cluster({}, 86), governance: governedBy({ ...resolved, origins }) },
    { defaults: policy() },
  );
  const messages = alerts
    .filter(({ reason }) => reason === "MaxSizeReached")
    .map(({ role, message }) => [role, /(\S+)\.expansion\.maxSize/.exec(message)?.[1]]);
  assert.deepEqual(messages, [["wal", "roles.wal"]]);
});

/** What becomes of an operation on the WAL volume that has not asked for its 15 GiB yet. */
function outcomeOfOpen(wal: RoleFields): string | undefined {
  const event = expansionEvent([progressOf(volume({ role: "wal", usedPercent: 86 }))], {
    expansion: { role: "wal" },
  });
  const { actions } = decide({ ...cluster(ofWal(wal), 50), events: [event] }, {
    defaults: policy(),
  });
  for (const action of actions) {
    if (action.kind === "request-size") return `asks, limit ${action.limitBytes / gibibytes(1)}`;
    if (action.kind === "record-status") return action.status.volumes[0]?.failure?.reason;
  }
  return undefined;
}

Deno.test("decide() gives up what it has not asked yet where the role may not have it any more", () => {
  assert.equal(outcomeOfOpen({}), "asks, limit 100");
  assert.equal(outcomeOfOpen({ expansion: { maxSizeBytes: gibibytes(16) } }), "asks, limit 16");
  assert.equal(outcomeOfOpen({ expansion: { maxSizeBytes: gibibytes(14) } }), "MaxSizeReached");
  assert.equal(outcomeOfOpen({ expansion: { enabled: false } }), "ExpansionDisabled");
});
