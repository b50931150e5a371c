/**
 * The clusters of the gate table's cells.
 *
 * @module
 */

import type { Urgency } from "../expansion/preflight.ts";
import { millis, MINUTE } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import {
  gibibytes,
  governedBy,
  NOW_MS,
  pod,
  policy,
  view,
  volume,
  type VolumeFields,
} from "./builders.ts";
import { type GateRow, STALE } from "./gate_table.ts";

/** A cluster whose first volume has to grow this urgently, but for what the row says. */
export function clusterOf(row: GateRow, urgency: Urgency): ClusterView {
  const canary = volume({ ...volumeFor(urgency), ...row.volume, pod: podFor(row, urgency) });
  const siblings = ["orders-2", "orders-3"].map((instance) => volume({ instance }));
  const manualRequest: ClusterView["manualRequest"] = {
    trigger: "manual",
    role: "data",
    targetBytes: gibibytes(20),
    requestedAt: "2026-01-01T00:00:00Z",
    reason: "manual-migration",
  };
  const fields = row.cluster?.(canary) ?? {};
  return view({
    governance: governedBy(policy(row.settings)),
    volumes: urgency === "manual" ? [canary] : [canary, ...siblings],
    ...(urgency === "manual" ? { manualRequest } : {}),
    ...fields,
    operator: {
      phase: "",
      busy: fields.operator?.busy,
      routineWaitsUntilMs: fields.operator?.routineWaitsUntilMs,
      diskFull: urgency === "rescue",
    },
  });
}

function volumeFor(urgency: Urgency): VolumeFields {
  switch (urgency) {
    case "routine":
      return { usedPercent: 86 };
    case "emergency":
      return { usedPercent: 92 };
    case "rescue":
      return { fileSystem: STALE };
    case "manual":
      return { usedPercent: 50 };
  }
}

function podFor(row: GateRow, urgency: Urgency): Volume["pod"] {
  const mounting = row.volume?.pod ?? pod();
  if (urgency !== "rescue") return mounting;
  return { ...mounting, postgresExit: { code: 4, atMs: millis(NOW_MS - MINUTE) } };
}
