/**
 * Makes the picture of a look: the judgements of `lib/wal` on its evidence, in plain values.
 *
 * @module
 */

import type { Bytes } from "../../lib/units/bytes.ts";
import { checkpointGain } from "../../lib/wal/checkpoint_gain.ts";
import type { ControlFile } from "../../lib/wal/control_file.ts";
import type { CutOffPolicy } from "../../lib/wal/cut_off.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import { findGround, reachedByControl } from "../../lib/wal/ground.ts";
import { walHeadroomOf } from "../../lib/wal/headroom.ts";
import { findHolders } from "../../lib/wal/holders.ts";
import { formatLsn, type Lsn, maxLsn, NO_LSN } from "../../lib/wal/lsn.ts";
import { planRemoval, type Removal } from "../../lib/wal/removal.ts";
import { segmentOf } from "../../lib/wal/segment.ts";
import { formatSegmentName } from "../../lib/wal/segment_name.ts";
import { mapFact } from "./attempt.ts";
import type { LookMemory, Seen } from "./memory.ts";
import { PICTURE_FORMAT, type WalPicture } from "./picture.ts";
import { archiverPicture } from "./picture_archiver.ts";
import { cutOffPicture } from "./picture_cut_off.ts";
import { holderPicture } from "./picture_holder.ts";
import { rateOf } from "./rates.ts";
import { believed } from "./read_control_file.ts";

/** So many victims are named; the others are counted. */
export const VICTIM_NAMES_MAX = 20;

/** What a picture is made of. */
export interface PictureQuestion {
  readonly pgdata: string;
  readonly seen: Seen;
  readonly evidence: WalEvidence;
  /** All that is remembered, this look included. */
  readonly memory: LookMemory;
  readonly policy: CutOffPolicy;
  /** The present by the clock that stamps the instance's files. */
  readonly nowMs: number;
  readonly costMs: number;
}

/** Makes the picture. */
export function buildPicture(question: PictureQuestion): WalPicture {
  const { seen, evidence, policy, memory } = question;
  const control = believed(seen.files.control);
  const removal = planRemoval(evidence, policy);
  const { holders, refusals } = findHolders(evidence);
  return {
    format: PICTURE_FORMAT,
    pgdata: question.pgdata,
    walDirectory: known(seen.files.directory)?.walPath,
    systemIdentifier: control?.systemIdentifier.toString(),
    segmentBytes: control?.segmentSize,
    server: serverPicture(question),
    redo: redoPicture(question, control),
    position: positionPicture(evidence, control),
    headroom: headroomPicture(question, control),
    counts: countsPicture(evidence),
    holders: control === undefined
      ? []
      : holders.map((holder) => holderPicture(holder, control, serverNowMs(question))),
    unknownHolders: [...refusals],
    cutOff: cutOffPicture(removal.cutOff, control, policy),
    victims: victimsPicture(removal),
    refusals: [...removal.refusals],
    archiver: archiverPicture(question),
    checkpoint: checkpointPicture(evidence),
    rates: {
      walBytesPerSecond: known(rateOf(memory.walRate)),
      archivedBytesPerSecond: known(rateOf(memory.archiveRate)),
    },
    costMs: question.costMs,
  };
}

/** The server's instants are by its own clock, which is this machine's where it has not said. */
function serverNowMs({ seen, nowMs }: PictureQuestion): number {
  return seen.answer.kind === "told" ? seen.answer.nowMs : nowMs;
}

function serverPicture({ seen, evidence }: PictureQuestion): WalPicture["server"] {
  const { server, role, dataDirectory } = evidence;
  return {
    state: known(server) ?? "unknown",
    role: known(role) ?? "unknown",
    major: known(dataDirectory)?.major,
    message: seen.answer.kind === "silent" ? seen.answer.message : undefined,
  };
}

function redoPicture(
  { evidence, nowMs }: PictureQuestion,
  control: ControlFile | undefined,
): WalPicture["redo"] {
  if (control === undefined) return { kind: "unknown", message: messageOfControl(evidence) };
  return {
    kind: "known",
    lsn: formatLsn(control.redo),
    file: fileAt(control.redo, control.timeline, control),
    checkpointAgeMs: Math.max(nowMs - control.checkpointAtMs, 0),
  };
}

function positionPicture(
  { position }: WalEvidence,
  control: ControlFile | undefined,
): WalPicture["position"] {
  if (position.kind === "unknown") return position;
  if (control === undefined) return { kind: "unknown", message: "the segment size is not known" };
  const { lsn, timeline } = position.value;
  return { kind: "known", lsn: formatLsn(lsn), timeline, file: fileAt(lsn, timeline, control) };
}

function headroomPicture(
  { evidence, seen, memory }: PictureQuestion,
  control: ControlFile | undefined,
): WalPicture["headroom"] {
  const { listing, position, availableBytes } = evidence;
  if (availableBytes.kind === "unknown") return availableBytes;
  if (listing.kind === "unknown") return listing;
  if (control === undefined) return { kind: "unknown", message: messageOfControl(evidence) };
  const wal = walHeadroomOf({
    listing: listing.value,
    position,
    reachedLsn: maxLsn(reachedByControl(control), memory.reachedLsn ?? NO_LSN),
    walInitZero: walInitZero(seen, memory),
  });
  const available: Bytes = availableBytes.value;
  if (wal.kind === "unknown") return { kind: "unknown", message: "pg_wal was not understood" };
  return {
    kind: "known",
    availableBytes: available,
    leastBytes: available + wal.leastBytes,
    mostBytes: available + wal.mostBytes,
  };
}

function walInitZero({ answer }: Seen, { lastWords }: LookMemory): Fact<boolean> {
  const value = answer.kind === "told" ? answer.settings.walInitZero : lastWords?.walInitZero;
  return value === undefined
    ? { kind: "unknown", message: "the server has never said" }
    : { kind: "known", value };
}

function countsPicture({ listing, position }: WalEvidence): WalPicture["counts"] {
  if (listing.kind === "unknown") return undefined;
  const { segments, partials, statuses, segmentSize } = listing.value;
  const present = known(mapFact(position, ({ lsn }) => segmentOf(lsn, segmentSize)));
  return {
    segments: segments.length,
    partials: partials.length,
    later: present === undefined
      ? undefined
      : segments.filter(({ segment }) => segment.number > present).length,
    ready: statuses.ready.size,
    done: statuses.done.size,
  };
}

function victimsPicture({ victims, freedBytes }: Removal): WalPicture["victims"] {
  const names = victims.slice(0, VICTIM_NAMES_MAX).map(({ name }) => name);
  return { count: victims.length, freedBytes, names };
}

/** On a standby it depends on the primary's checkpoint, which nobody here knows. */
function checkpointPicture(evidence: WalEvidence): WalPicture["checkpoint"] {
  const finding = findGround(evidence);
  if (finding.kind === "unknown") {
    return { kind: "unknown", message: finding.refusals.map(({ message }) => message).join("; ") };
  }
  const { ground } = finding;
  if (ground.server === "down") return { kind: "unknown", message: "the server is down" };
  if (ground.role !== "primary") {
    return { kind: "unknown", message: "a standby gains what the primary's checkpoints allow" };
  }
  if (evidence.position.kind === "unknown") return evidence.position;
  const gain = checkpointGain(ground, evidence.position.value.lsn);
  if (gain.kind === "known") {
    return { kind: "known", segments: gain.segments, gainedBytes: gain.gainedBytes };
  }
  return { kind: "unknown", message: gain.refusals.map(({ message }) => message).join("; ") };
}

function messageOfControl({ control }: WalEvidence): string {
  if (control.kind === "unknown") return control.message;
  return control.value.kind === "refused" ? control.value.refusal.message : "";
}

function fileAt(position: Lsn, timeline: number, { segmentSize }: ControlFile): string {
  const number = segmentOf(position, segmentSize);
  return formatSegmentName({ timeline, number }, segmentSize);
}

function known<Value>(fact: Fact<Value>): Value | undefined {
  return fact.kind === "known" ? fact.value : undefined;
}
