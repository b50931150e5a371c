/**
 * The largest size that a volume may be given: by the policy, by LimitRanges and by its provider.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import { type Bytes, minBytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { StorageLimits } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { classFacts, detachLimitOf } from "./drivers.ts";
import type { Hold } from "./preflight.ts";

/** A bound on a size, and whose it is. */
export interface Ceiling {
  readonly limitBytes: Bytes;
  readonly reason: Reason;
  /** A clause that names who sets it. */
  readonly source: string;
}

/**
 * The lowest of all bounds on one volume; of two that are equal, the policy's, which is the easiest to raise.
 *
 * @param policyBytes The limit of the volume's role.
 */
export function ceilingOf(
  volume: Volume,
  policyBytes: Bytes,
  limits: StorageLimits | undefined,
): Ceiling {
  const own: Ceiling = {
    limitBytes: policyBytes,
    reason: "MaxSizeReached",
    source: `the policy's limit is ${formatBytes(policyBytes)}`,
  };
  return [...rangeCeilings(limits), ...providerCeilings(volume)].reduce(
    (lowest, ceiling) => ceiling.limitBytes < lowest.limitBytes ? ceiling : lowest,
    own,
  );
}

/** Why a volume may not have a size; undefined where it may. */
export function aboveCeiling(ceiling: Ceiling, wantedBytes: Bytes): Hold | undefined {
  if (wantedBytes <= ceiling.limitBytes) return undefined;
  const message = `${formatBytes(wantedBytes)} does not fit: ${ceiling.source}`;
  return { reason: ceiling.reason, message };
}

function rangeCeilings(limits: StorageLimits | undefined): Ceiling[] {
  return (limits?.claimSizeLimits ?? []).map(({ name, maxBytes }) => ({
    limitBytes: maxBytes,
    reason: "LimitRangeExceeded",
    source: `LimitRange ${name} allows claims of ${formatBytes(maxBytes)} at most`,
  }));
}

function providerCeilings({ claim, storageClass }: Volume): Ceiling[] {
  if (storageClass.kind === "unknown") return [];
  const { provisioner } = storageClass;
  const current = minBytes(claim.capacityBytes ?? claim.requestBytes, claim.requestBytes);
  const detachBytes = detachLimitOf(storageClass, current);
  const { largestBytes } = classFacts(storageClass);
  const ceilings: Ceiling[] = [];
  if (detachBytes !== undefined) {
    ceilings.push({
      limitBytes: detachBytes,
      reason: "DetachNeeded",
      source: `${provisioner} grows a volume in use to ${formatBytes(detachBytes)} at most, and ` +
        `further only while no pod uses it`,
    });
  }
  if (largestBytes !== undefined) {
    ceilings.push({
      limitBytes: largestBytes,
      reason: "ProviderMaximum",
      source: `${provisioner} has no volumes above ${formatBytes(largestBytes)}`,
    });
  }
  return ceilings;
}
