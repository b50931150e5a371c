import assert from "node:assert/strict";
import { finishedPatch, nextStep, progressPatch, viewClaim } from "./claim.ts";

const GIBIBYTE = 1024 ** 3;

function claim(request: string, status: Record<string, unknown>): ReturnType<typeof viewClaim> {
  return viewClaim({
    metadata: { namespace: "prod", name: "pg-1", uid: "u" },
    spec: { resources: { requests: { storage: request } } },
    status: { phase: "Bound", capacity: { storage: "1Gi" }, ...status },
  });
}

function resizing(status: string, allocated: string): Record<string, unknown> {
  return {
    allocatedResources: { storage: allocated },
    allocatedResourceStatuses: { storage: status },
  };
}

const CASES: Readonly<Record<string, [ReturnType<typeof claim>, string, number?]>> = {
  "nothing when the request is met": [claim("1Gi", {}), "none"],
  "nothing when the claim is not bound": [claim("2Gi", { phase: "Pending" }), "none"],
  "the disk when more is asked": [claim("2Gi", {}), "controller", 2],
  "the size it began with when that try has not ended": [
    claim("3Gi", resizing("ControllerResizeInProgress", "2Gi")),
    "controller",
    2,
  ],
  "the file system when the disk has grown": [
    claim("3Gi", resizing("NodeResizePending", "2Gi")),
    "node",
    2,
  ],
  "nothing when the size was infeasible": [
    claim("9Gi", resizing("ControllerResizeInfeasible", "9Gi")),
    "none",
  ],
  "the disk when an infeasible size was lowered": [
    claim("2Gi", resizing("ControllerResizeInfeasible", "9Gi")),
    "controller",
    2,
  ],
};

for (const [sentence, [view, kind, gibibytes]] of Object.entries(CASES)) {
  Deno.test(`nextStep() is ${sentence}`, () => {
    const step = nextStep(view);
    assert.equal(step.kind, kind);
    if (step.kind !== "none") assert.equal(step.targetBytes, (gibibytes ?? 0) * GIBIBYTE);
  });
}

Deno.test("progressPatch() and finishedPatch() leave conditions of others alone", () => {
  const foreign = { type: "ModifyingVolume", status: "True" };
  const view = claim("2Gi", { conditions: [foreign, { type: "Resizing", status: "True" }] });
  const progress = JSON.stringify(
    progressPatch(view, 2 * GIBIBYTE, "NodeResizePending", { FileSystemResizePending: "wait" }),
  );
  assert.match(progress, /"ModifyingVolume".*"FileSystemResizePending"/);
  assert.doesNotMatch(progress, /"Resizing"/);
  assert.deepEqual(finishedPatch(view, 2 * GIBIBYTE), {
    status: {
      capacity: { storage: "2Gi" },
      allocatedResourceStatuses: null,
      conditions: [foreign],
    },
  });
});
