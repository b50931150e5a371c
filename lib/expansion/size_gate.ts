/**
 * The last part of the gate: whether there is room for the size that was decided on.
 *
 * None of it yields to anything: where there is no room, no urgency makes any. It speaks before the API server
 * and the provider would, and only where a refusal is certain; what is not known is no objection.
 *
 * @module
 */

import type { Check } from "../decide/plan.ts";
import type { Reason } from "../explain/reasons.ts";
import { type Bytes, isBytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { StorageLimits, StorageQuota } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { Hold, PreflightResult, Urgency } from "./preflight.ts";

/** What is asked about a size. */
export interface SizeGateInput {
  /** The volumes that are to have it, the most pressing first. */
  readonly members: readonly [Volume, ...Volume[]];
  readonly toBytes: Bytes;
  /** Absent: nothing of it is known. */
  readonly limits: StorageLimits | undefined;
}

/** One row of the size gate. */
export interface SizeGateRow {
  readonly check: (input: SizeGateInput) => Hold | undefined;
  /** Named where the check passes. */
  readonly guards: Reason;
}

/** The size gate, in the order in which it is asked. */
export const SIZE_GATE: readonly SizeGateRow[] = [
  { check: quotaLeavesRoom, guards: "QuotaExceeded" },
  { check: classLeavesRoom, guards: "ClassCapacityShort" },
];

/** Urgencies in which one volume that can grow is not kept waiting for its siblings. */
const ALONE: readonly Urgency[] = ["emergency", "rescue"];

/** Puts a size through the gate: for all its volumes, or for the first one alone where that one is in danger. */
export function sizeGate(input: SizeGateInput, urgency: Urgency): PreflightResult {
  const [first] = input.members;
  const asked: SizeGateInput = ALONE.includes(urgency) ? { ...input, members: [first] } : input;
  const subject = subjectOf(first);
  const trace: Check[] = [];
  for (const { check, guards } of SIZE_GATE) {
    const hold = check(asked);
    if (hold !== undefined) {
      const { reason, message } = hold;
      return { hold, trace: [...trace, { reason, message, passed: false, subject }] };
    }
    trace.push({ reason: guards, message: "does not apply", passed: true, subject });
  }
  return { trace };
}

/**
 * No quota of the namespace is exceeded by what is still to be asked for. A quota counts requests, not
 * capacities (`kubernetes.md` A1.4), and what was asked for before is in use already.
 */
export function quotaLeavesRoom({ members, toBytes, limits }: SizeGateInput): Hold | undefined {
  for (const quota of limits?.quotas ?? []) {
    const counted = members.filter((member) => counts(quota, member));
    const needed = counted.reduce((sum, member) => sum + increment(member, toBytes), 0);
    const free = Math.max(quota.hardBytes - quota.usedBytes, 0);
    if (needed === 0 || needed <= free) continue;
    const scope = quota.storageClass === undefined ? "" : ` for StorageClass ${quota.storageClass}`;
    const message = `ResourceQuota ${quota.name}${scope} leaves ${sizeText(free)} of ` +
      `${formatBytes(quota.hardBytes)} (${formatBytes(quota.usedBytes)} are used), and ` +
      `${sizeText(needed)} are needed for ${counted.length} of the claims`;
    return { reason: "QuotaExceeded", message };
  }
  return undefined;
}

/** Some storage of the class has room for what each volume lacks, as far as its driver publishes that. */
export function classLeavesRoom({ members, toBytes, limits }: SizeGateInput): Hold | undefined {
  for (const { claim, storageClass } of members) {
    const available = limits?.classCapacities
      .find((capacity) => capacity.storageClass === storageClass.name)?.availableBytes;
    const missing = toBytes - Math.max(claim.capacityBytes ?? 0, claim.requestBytes);
    if (available === undefined || missing <= available) continue;
    const message = `No storage of StorageClass ${storageClass.name} has more than ` +
      `${formatBytes(available)} left, and PVC ${claim.name} needs ${sizeText(missing)}`;
    return { reason: "ClassCapacityShort", message };
  }
  return undefined;
}

function counts({ storageClass }: StorageQuota, volume: Volume): boolean {
  return storageClass === undefined || storageClass === volume.storageClass.name;
}

function increment({ claim }: Volume, toBytes: Bytes): number {
  return Math.max(toBytes - claim.requestBytes, 0);
}

/** Sums of sizes may exceed what a size can be. */
function sizeText(size: number): string {
  return isBytes(size) ? formatBytes(size) : `${size} bytes`;
}
