// Two who own one size: somebody else who grows volumes, and Git that declares them.

import assert from "node:assert/strict";
import type { Condition } from "../event/event.ts";
import {
  expansionEvent,
  gibibytes,
  governedBy,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { bytes } from "../units/bytes.ts";
import type { ClusterView, GitOwner } from "../view/cluster.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

const GROWN = [volume({ claim: { capacityBytes: gibibytes(15) } })];
const ARGO: GitOwner = { role: "data", tool: "argocd", fieldManager: "argocd-controller" };
const GROWER = {
  kind: "pvc-autoresizer",
  sign: "annotation resize.topolvm.io/storage_limit: 50Gi",
} as const;

function planOf(overrides: Partial<ClusterView>): Plan {
  return decide(view(overrides), { defaults: policy() });
}

function conditionOf(plan: Plan, type: string): Condition | undefined {
  return plan.conditions.find((condition) => condition.type === type);
}

function reasonsOf({ alerts }: Plan): string[] {
  return alerts.map(({ reason }) => reason);
}

Deno.test("declaredSizeCondition() says what to write into Git, down to the field", () => {
  const plan = planOf({ volumes: GROWN, gitOwners: [ARGO] });
  assert.deepEqual(conditionOf(plan, "DeclaredSizeBehind"), {
    type: "DeclaredSizeBehind",
    status: "True",
    reason: "GitHoldsSmallerSize",
    message:
      "Git declares (argocd-controller applies it) spec.storage.size: 10Gi, and the volumes " +
      "have 15Gi: new replicas start too small. Set spec.storage.size to 15Gi in Git",
  });
  assert.deepEqual(reasonsOf(plan), ["GitHoldsSmallerSize"]);
});

Deno.test("declaredSizeCondition() names the field in which a role declares its size", () => {
  const roles = [
    [{ role: "wal", field: "size" }, "spec.walStorage.size"],
    [{ role: "data", field: "pvcTemplate" }, "spec.storage.pvcTemplate.resources.requests.storage"],
    [{ role: "tbs:hot", field: "size", tablespaceIndex: 2 }, "spec.tablespaces[2].storage.size"],
  ] as const;
  for (const [declared, field] of roles) {
    const { role } = declared;
    const plan = planOf({
      declaredSizes: [{ ...declared, sizeBytes: gibibytes(10) }],
      volumes: [volume({ role, claim: { capacityBytes: gibibytes(15) } })],
    });
    const condition = conditionOf(plan, "DeclaredSizeBehind");
    assert.equal(condition?.reason, "SpecDeclaresLess");
    assert.ok(condition.message.endsWith(`Set ${field} to 15Gi`), condition.message);
    assert.deepEqual(reasonsOf(plan), []);
  }
});

Deno.test("declaredSizeCondition() is content with a spec that fits, and patient with one that is being raised", () => {
  const open = expansionEvent([progressOf(volume({ instance: "orders-2" }))]);
  const unsettled = volume({
    claim: { capacityBytes: gibibytes(10), requestBytes: gibibytes(15) },
  });
  const lowered = volume({
    claim: { capacityBytes: gibibytes(11), requestBytes: bytes(gibibytes(10) + 1) },
  });
  const cases: Partial<ClusterView>[] = [
    { gitOwners: [ARGO] },
    { volumes: [unsettled], gitOwners: [ARGO] },
    { volumes: GROWN, gitOwners: [ARGO], events: [open] },
    { volumes: GROWN, declaredSizes: [] },
    { volumes: [lowered], gitOwners: [ARGO] },
  ];
  for (const overrides of cases) {
    assert.equal(conditionOf(planOf(overrides), "DeclaredSizeBehind")?.status, "False");
  }
});

Deno.test("otherGrowerCondition() tells who else grows a volume, by what it is known, and what to do", () => {
  const volumes = [volume({ claim: { otherGrower: GROWER } })];
  const plan = planOf({ volumes });
  const condition = conditionOf(plan, "OtherGrower");
  assert.equal(condition?.status, "True");
  assert.match(condition.message, /^orders-1\/data: pvc-autoresizer .*storage_limit: 50Gi.*policy/);
  assert.deepEqual(reasonsOf(plan), ["OtherGrower"]);
  assert.equal(conditionOf(planOf({}), "OtherGrower")?.reason, "SoleGrower");
});

Deno.test("otherGrowerAlerts() tells nobody where the policy does not grow the volume", () => {
  const volumes = [volume({ claim: { otherGrower: GROWER } })];
  const governances: ClusterView["governance"][] = [
    { kind: "none" },
    governedBy(policy({ dryRun: true })),
    governedBy(policy({ expansion: { enabled: false } })),
  ];
  for (const governance of governances) {
    const plan = planOf({ volumes, governance });
    assert.deepEqual(reasonsOf(plan), []);
    assert.equal(conditionOf(plan, "OtherGrower")?.status, "True");
  }
});

Deno.test("decide() grows a volume that somebody else grows as well", () => {
  const volumes = [volume({ usedPercent: 86, claim: { otherGrower: GROWER } })];
  assert.ok(planOf({ volumes }).actions.some(({ kind }) => kind === "open-event"));
});
