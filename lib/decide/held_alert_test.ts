import assert from "node:assert/strict";

import { gibibytes, policy, view, volume } from "../testing/builders.ts";
import { decide } from "./decide.ts";

Deno.test("decide() tells what holds a user's request apart from what holds the volume", () => {
  const storageClass = {
    kind: "known",
    name: "fixed",
    provisioner: "csi.example.com",
    allowVolumeExpansion: false,
  } as const;
  const { alerts } = decide(
    view({
      volumes: [volume({ usedPercent: 95, storageClass })],
      manualRequest: {
        trigger: "manual",
        role: "data",
        targetBytes: gibibytes(20),
        requestedAt: "2026-01-01T00:00:00Z",
        reason: "manual-migration",
      },
    }),
    { defaults: policy() },
  );
  const held = alerts.filter(({ reason }) => reason === "StorageClassFixed");
  assert.deepEqual(held.map(({ topic }) => topic).toSorted(), ["held", "request"]);
});
