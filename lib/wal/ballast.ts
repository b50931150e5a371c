/**
 * Ballast: real blocks beside pg_wal that are let go when a server is down for want of room (DESIGN §6,
 * `wal.md` §5). One unit is one segment, so that it can be let go step by step.
 *
 * @module
 */

import { headroomAtPressure } from "../threshold/pressure.ts";
import { type Bytes, bytes, GIBIBYTE } from "../units/bytes.ts";
import type { Percent } from "../units/percent.ts";
import { segmentsBytes, type SegmentSize } from "./segment.ts";

/** CNPG's probe and PostgreSQL each need one segment; the rest is for the burst of writes after a start. */
const UNITS_MIN = 5;

/** The share of the volume that ballast takes where that is more. */
const VOLUME_SHARE = 0.01;

/** More would cost more than it saves. */
const BALLAST_MAX: Bytes = GIBIBYTE;

/** Ballast is made again only with this many times its size free: a burst must not meet it half written. */
const HEADROOM_FACTOR = 2;

/**
 * With this much free, a server that was down for want of room starts: CNPG's probe writes one segment and
 * removes it, PostgreSQL makes one, and neither may be short of a block (`wal.md` §10 D).
 */
export function startingRoomBytes(size: SegmentSize): Bytes {
  return segmentsBytes(2, size);
}

/** How many units a volume should have: 1 % of it, at least 5, at most 1 GiB, and never less than one. */
export function ballastUnits(volumeBytes: Bytes, size: SegmentSize): number {
  const wanted = Math.max(Math.ceil(volumeBytes * VOLUME_SHARE / size), UNITS_MIN);
  return Math.max(Math.min(wanted, Math.floor(BALLAST_MAX / size)), 1);
}

/** What ballast is written beside. */
export interface BallastRoom {
  readonly volumeBytes: Bytes;
  /** What PostgreSQL can certainly still write now, without the ballast. */
  readonly leastHeadroomBytes: Bytes;
  readonly warningPercent: Percent;
}

/**
 * Whether ballast of a size may be written: pressure stays below the warning threshold with it, and enough
 * stays free besides. The caller sees to it that nothing is failing meanwhile.
 */
export function mayWriteBallast(ballastBytes: Bytes, room: BallastRoom): boolean {
  const { volumeBytes, leastHeadroomBytes, warningPercent } = room;
  const left = bytes(Math.max(leastHeadroomBytes - ballastBytes, 0));
  return left > headroomAtPressure(volumeBytes, warningPercent) &&
    leastHeadroomBytes > HEADROOM_FACTOR * ballastBytes;
}
