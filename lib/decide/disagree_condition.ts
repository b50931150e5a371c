/**
 * The condition `SourcesDisagree`: somebody measures something else than what counts.
 *
 * @module
 */

import type { Condition } from "../event/event.ts";
import { REASONS } from "../explain/reasons.ts";
import { formatBytes } from "../units/format.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Known } from "../view/observation.ts";
import { subjectOf } from "../view/select.ts";
import type { FileSystemSample, Volume } from "../view/volume.ts";

/** Whether two sources go on contradicting each other about a volume; the better one counts meanwhile. */
export function disagreeCondition({ volumes }: ClusterView): Condition {
  const type = "SourcesDisagree";
  const disputed = volumes.flatMap(disputeOf);
  if (disputed.length === 0) {
    return { type, status: "False", reason: "SourcesAgree", message: REASONS.SourcesAgree };
  }
  return { type, status: "True", reason: "SourcesDisagree", message: disputed.join("; ") };
}

function disputeOf(volume: Volume): string[] {
  const { fileSystem, disputedBy } = volume;
  if (disputedBy === undefined || fileSystem.kind === "unknown") return [];
  return [`${subjectOf(volume)}: ${said(fileSystem)}, ${said(disputedBy)}`];
}

function said({ source, value }: Known<FileSystemSample>): string {
  return `${source} says ${formatBytes(value.usedBytes)} of ${formatBytes(value.deviceBytes)}`;
}
