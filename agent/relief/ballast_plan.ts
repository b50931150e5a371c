/**
 * Ballast as it lies on the disk, and when more of it may be written (`wal.md` §5, DESIGN §6).
 *
 * @module
 */

import { type Bytes, bytes, maxBytes, minBytes } from "../../lib/units/bytes.ts";
import { formatBytes } from "../../lib/units/format.ts";
import type { Percent } from "../../lib/units/percent.ts";
import { ballastUnits, mayWriteBallast } from "../../lib/wal/ballast.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import { noActionIsInFlight } from "../../lib/wal/gate_moment.ts";
import { reachedByControl } from "../../lib/wal/ground.ts";
import { walHeadroomOf } from "../../lib/wal/headroom.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import { segmentsBytes, type SegmentSize } from "../../lib/wal/segment.ts";

/** Archiving works through what waits in seconds; more than this is a backlog, and no time to take room. */
export const WAITING_SEGMENTS_MAX = 2;

/** Units are numbered from 1; a unit in the making has another ending until its blocks are on the disk. */
const UNIT_PATTERN = /^unit-[0-9]{4}$/;
const UNFINISHED_PATTERN = /^unit-[0-9]{4}\.part$/;

/** A file of ballast. */
export interface BallastFile {
  readonly name: string;
  readonly sizeBytes: Bytes;
  /** By its blocks: what its end would free at most. */
  readonly allocatedBytes: Bytes;
}

/** What there is of ballast. */
export interface Ballast {
  /** Whole units, the first written first; a sparse one does not count as whole. */
  readonly units: readonly BallastFile[];
  /** Units that a crash left unfinished, or that have holes. They count by their blocks, and go first. */
  readonly unfinished: readonly BallastFile[];
  /** All blocks together. */
  readonly allocatedBytes: Bytes;
}

/** What ballast a volume is to have. */
export interface BallastRequest {
  readonly volumeBytes: Bytes;
  readonly warningPercent: Percent;
  /** `wal_init_zero`: whether segments for later are room. */
  readonly walInitZero: Fact<boolean>;
}

/** Sorts out the files in the ballast directory; other names are not ours and are left alone. */
export function readBallast(files: readonly BallastFile[], size: SegmentSize): Ballast {
  const ours = files
    .filter(({ name }) => UNIT_PATTERN.test(name) || UNFINISHED_PATTERN.test(name))
    .toSorted((first, second) => first.name < second.name ? -1 : 1);
  const units = ours.filter(({ name, allocatedBytes }) =>
    UNIT_PATTERN.test(name) && allocatedBytes >= size
  );
  return {
    units,
    unfinished: ours.filter((file) => !units.includes(file)),
    allocatedBytes: bytes(ours.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0)),
  };
}

/** The name of the next unit: the first number that is not taken. */
export function nextUnitName({ units }: Ballast): string {
  const taken = new Set(units.map(({ name }) => name));
  let number = 1;
  while (taken.has(unitName(number))) number += 1;
  return unitName(number);
}

/** How many units are missing. */
export function missingUnits(
  { units }: Ballast,
  { volumeBytes }: BallastRequest,
  size: SegmentSize,
): number {
  return Math.max(ballastUnits(volumeBytes, size) - units.length, 0);
}

/**
 * Why no unit may be written now; empty where it may. The server is up, nothing waits to be archived, nobody
 * else is at work, and with all of the ballast the volume stays below its warning threshold.
 */
export function refuseWriting(
  evidence: WalEvidence,
  request: BallastRequest,
  ballast: Ballast,
): WalRefusal[] {
  return [
    serverIsUp(evidence),
    nothingWaits(evidence),
    noActionIsInFlight(evidence),
    roomIsEnough(evidence, request, ballast),
  ].filter((found) => found !== undefined);
}

/** What PostgreSQL can certainly still write: free blocks, and segments that are there already. */
export function leastHeadroom(
  evidence: WalEvidence,
  walInitZero: Fact<boolean>,
): Bytes | undefined {
  const { availableBytes, listing, position } = evidence;
  const control = believedControl(evidence);
  if (availableBytes.kind === "unknown") return undefined;
  if (listing.kind === "unknown" || control === undefined) return availableBytes.value;
  const reachedLsn = reachedByControl(control);
  const wal = walHeadroomOf({ listing: listing.value, position, reachedLsn, walInitZero });
  return wal.kind === "unknown"
    ? availableBytes.value
    : bytes(availableBytes.value + wal.leastBytes);
}

function unitName(number: number): string {
  return `unit-${`${number}`.padStart(4, "0")}`;
}

function serverIsUp({ server }: WalEvidence): WalRefusal | undefined {
  if (server.kind === "unknown") return refusal("ServerStateUnknown", server.message);
  return server.value === "up" ? undefined : refusal("ServerNotUp", "the server does not answer");
}

function nothingWaits({ listing }: WalEvidence): WalRefusal | undefined {
  if (listing.kind === "unknown") return refusal("ListingUnknown", listing.message);
  const waiting = listing.value.statuses.ready.size;
  return waiting <= WAITING_SEGMENTS_MAX
    ? undefined
    : refusal("NotArchived", `${waiting} files wait to be archived`);
}

function roomIsEnough(
  evidence: WalEvidence,
  { volumeBytes, warningPercent, walInitZero }: BallastRequest,
  ballast: Ballast,
): WalRefusal | undefined {
  const headroom = leastHeadroom(evidence, walInitZero);
  const control = believedControl(evidence);
  if (headroom === undefined || control === undefined) {
    return refusal("DiskStateUnknown", "what PostgreSQL can still write is not known");
  }
  const size = control.segmentSize;
  const wanted = segmentsBytes(ballastUnits(volumeBytes, size), size);
  const whole = maxBytes(wanted, ballast.allocatedBytes);
  const leastHeadroomBytes = minBytes(bytes(headroom + ballast.allocatedBytes), volumeBytes);
  if (mayWriteBallast(whole, { volumeBytes, leastHeadroomBytes, warningPercent })) return undefined;
  return refusal(
    "StepRefused",
    `ballast of ${formatBytes(whole)} would leave too little of ${formatBytes(leastHeadroomBytes)}`,
  );
}
