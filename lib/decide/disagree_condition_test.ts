import assert from "node:assert/strict";

import { gibibytes, NOW_MS, sampled, view, volume } from "../testing/builders.ts";
import type { Known } from "../view/observation.ts";
import type { FileSystemSample } from "../view/volume.ts";
import { disagreeCondition } from "./disagree_condition.ts";

const DISPUTING: Known<FileSystemSample> = {
  kind: "known",
  source: "kubelet",
  observedAtMs: NOW_MS,
  value: {
    totalBytes: gibibytes(100),
    usedBytes: gibibytes(20),
    availableBytes: gibibytes(80),
    deviceBytes: gibibytes(100),
  },
};

Deno.test("disagreeCondition() names both sources and what they say", () => {
  const disputed = { ...volume({ fileSystem: sampled(50) }), disputedBy: DISPUTING };
  const { type, status, reason, message } = disagreeCondition(
    view({ volumes: [disputed, volume()] }),
  );
  assert.deepEqual([type, status, reason], ["SourcesDisagree", "True", "SourcesDisagree"]);
  assert.match(message, /^orders-1\/data: agent says 5\S* ?\S+ of .*, kubelet says 20.* of 100/);
});

Deno.test("disagreeCondition() is false where nobody contradicts", () => {
  const { status, reason } = disagreeCondition(view({ volumes: [volume()] }));
  assert.deepEqual([status, reason], ["False", "SourcesAgree"]);
  const unknown = { kind: "unknown", reason: "NoSample", message: "" } as const;
  const blind = { ...volume({ fileSystem: unknown }), disputedBy: DISPUTING };
  assert.equal(disagreeCondition(view({ volumes: [blind] })).status, "False");
});
