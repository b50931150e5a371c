/**
 * How large the volumes of a role should become (DESIGN §5).
 *
 * @module
 */

import { confidentRates } from "../forecast/rates.ts";
import { bytesNeededUntil } from "../forecast/time_to_full.ts";
import { DEFAULT_MAX_SIZE_FACTOR } from "../policy/defaults.ts";
import type { ExpansionSettings, ThresholdSettings } from "../policy/resolved.ts";
import { type Bytes, bytes, isBytes, maxBytes, minBytes, roundUpToStep } from "../units/bytes.ts";
import { headroomOf } from "../threshold/pressure.ts";
import type { Millis } from "../units/millis.ts";
import { knownFileSystem, roleVolumes } from "../view/select.ts";
import type { Event } from "../event/event.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import type { Volume } from "../view/volume.ts";
import { stepFor } from "./drivers.ts";

/**
 * After growing, the pressure should be this many points below the expansion threshold at least: a target
 * that barely clears it would be crossed again at once.
 */
const ROOM_POINTS = 5;

/** Where a limit comes from. */
export type LimitOrigin = "maxSize" | "factor";

/** The largest size that the volumes of a role may have. */
export interface SizeLimit {
  readonly limitBytes: Bytes;
  readonly origin: LimitOrigin;
}

/** The target of an expansion. */
export type Target =
  | { readonly kind: "grow"; readonly toBytes: Bytes; readonly clamped: boolean }
  /** The limit leaves nothing to grow to. */
  | { readonly kind: "at-limit" };

/**
 * The size limit of a role: the policy's `maxSize`, else {@link DEFAULT_MAX_SIZE_FACTOR} times the size first
 * seen, else times the smallest size from which an expansion that is still recorded began.
 *
 * The size now never stands in: once the record of the first size is lost, it would move the limit with every
 * expansion, and so be none.
 *
 * @returns Undefined while no first size is recorded anywhere.
 */
export function limitOf(
  role: Role,
  view: Pick<ClusterView, "firstSeenSizes" | "events">,
  expansion: ExpansionSettings,
): SizeLimit | undefined {
  if (expansion.maxSizeBytes !== undefined) {
    return { limitBytes: expansion.maxSizeBytes, origin: "maxSize" };
  }
  const seen = view.firstSeenSizes.find((size) => size.role === role)?.sizeBytes ??
    smallestOriginal(role, view.events);
  return seen === undefined ? undefined : factorOf(seen);
}

/**
 * The limit of a rescue where no first size is recorded: it counts from the smallest volume now, because a
 * database that has stopped cannot wait for bookkeeping.
 */
export function rescueLimit(role: Role, volumes: readonly Volume[]): SizeLimit | undefined {
  const smallest = smallestOf(
    roleVolumes(volumes, role).flatMap(({ claim }) => claim.capacityBytes ?? []),
  );
  return smallest === undefined ? undefined : factorOf(smallest);
}

function factorOf(seen: Bytes): SizeLimit {
  const limit = seen * DEFAULT_MAX_SIZE_FACTOR;
  return { limitBytes: isBytes(limit) ? limit : seen, origin: "factor" };
}

/** The smallest size that a role's volumes had before any expansion that is remembered. */
export function smallestOriginal(role: Role, events: readonly Event[]): Bytes | undefined {
  return smallestOf(
    events
      .filter(({ expansion }) => expansion?.role === role)
      .flatMap(({ status }) => status.volumes.map(({ originalBytes }) => originalBytes)),
  );
}

function smallestOf(sizes: readonly Bytes[]): Bytes | undefined {
  return sizes.length === 0 ? undefined : sizes.reduce(minBytes);
}

/**
 * The common target of a role when `volume` has to grow:
 * `max(current × (1 + percentage), current + minIncrement, what brings the pressure below the threshold and the
 * free space to minFree, what lasts)`, never below a sibling, rounded up to the driver's step and clamped to the
 * limit.
 *
 * @param volume The volume that crossed its threshold; it has a capacity.
 * @param siblings The other volumes of the same role, which get the same target.
 * @param lastsMs For how long the size is to last, where it is known how the volume grows.
 */
export function targetSize(
  volume: Volume,
  siblings: readonly Volume[],
  limit: SizeLimit,
  thresholds: ThresholdSettings,
  expansion: ExpansionSettings,
  lastsMs: Millis,
): Target {
  const current = volume.claim.capacityBytes ?? volume.claim.requestBytes;
  const wanted = Math.max(
    Math.ceil(current * (1 + percentageFor(current, expansion) / 100)),
    current + expansion.minIncrementBytes,
    relievingSize(volume, current, thresholds),
    current + missingFree(volume, thresholds),
    current + missingFor(lastsMs, volume, current),
  );
  const rounded = isBytes(wanted)
    ? roundUpToStep(wanted, stepFor(volume.storageClass, current))
    : limit.limitBytes;
  const aligned = siblings.reduce(
    (size, sibling) => maxBytes(size, sibling.claim.capacityBytes ?? bytes(0)),
    rounded,
  );
  const toBytes = minBytes(aligned, limit.limitBytes);
  if (toBytes <= current) return { kind: "at-limit" };
  return { kind: "grow", toBytes, clamped: toBytes < aligned };
}

/** The percentage that applies to a volume of this size: that of its tier, else the policy's. */
export function percentageFor(current: Bytes, expansion: ExpansionSettings): number {
  const tier = expansion.tiers.find(({ upToBytes }) => current <= upToBytes);
  return tier?.percentage ?? expansion.percentage;
}

/** The size at which what is used now leaves the expansion threshold with some room. */
function relievingSize(volume: Volume, current: Bytes, thresholds: ThresholdSettings): number {
  const sample = knownFileSystem(volume);
  if (sample === undefined || sample.totalBytes === 0) return 0;
  const share = Math.max(thresholds.expansion - ROOM_POINTS, 1) / 100;
  const usedShare = sample.usedBytes / sample.totalBytes;
  return Math.ceil(current * usedShare / share);
}

/** What is free less than `minFree`, where the policy sets one. */
function missingFree(volume: Volume, { minFreeBytes }: ThresholdSettings): number {
  const sample = knownFileSystem(volume);
  if (sample === undefined || minFreeBytes === undefined) return 0;
  return Math.max(minFreeBytes - sample.availableBytes, 0);
}

/**
 * What the volume needs for so long beyond the room that it has. An expansion cannot be taken back: only what is
 * foretold with confidence counts, as for what triggers one (docs/adr/0018).
 */
function missingFor(lastsMs: Millis, volume: Volume, current: Bytes): number {
  const sample = knownFileSystem(volume);
  if (sample === undefined || sample.totalBytes === 0 || volume.forecast === undefined) return 0;
  const needed = bytesNeededUntil(lastsMs, confidentRates(volume.forecast.rates));
  if (needed.kind === "unknown") return 0;
  const { mostBytes } = headroomOf(sample, volume.walHeadroom);
  // Of what a claim gains, its file system keeps some for itself.
  const usableShare = Math.min(sample.totalBytes / current, 1);
  return Math.ceil(Math.max(needed.bytes - mostBytes, 0) / usableShare);
}
