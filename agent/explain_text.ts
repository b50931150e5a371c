/**
 * A picture of WAL as people read it.
 *
 * @module
 */

import { bytes } from "../lib/units/bytes.ts";
import { formatBytes, formatDuration } from "../lib/units/format.ts";
import { millis } from "../lib/units/millis.ts";
import type { CutOffLimit, WalPicture } from "./wal/picture.ts";

/** Writes a picture as text, one thought a line. */
export function explainText(picture: WalPicture): string {
  const sections = [
    heading(picture),
    holderLines(picture),
    removalLines(picture),
    archiverLines(picture),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function heading(picture: WalPicture): string[] {
  const { server, redo, position, headroom, rates } = picture;
  const major = server.major === undefined ? "PostgreSQL" : `PostgreSQL ${server.major}`;
  return [
    `${major} in ${picture.pgdata}, system ${picture.systemIdentifier ?? "unknown"}`,
    row("Server", `${server.state}, ${server.role}`),
    ...server.state !== "up" && server.message !== undefined ? [row("", server.message)] : [],
    row("pg_wal", `${picture.walDirectory ?? "unknown"}${countsText(picture)}`),
    row(
      "REDO",
      redo.kind === "known" ? `${redo.file} (${redo.lsn}), ${checkpointText(redo)}` : redo.message,
    ),
    row(
      "Position",
      position.kind === "known" ? `${position.file} (${position.lsn})` : position.message,
    ),
    row("Headroom", headroomText(headroom)),
    ...rates.walBytesPerSecond === undefined
      ? []
      : [row("Rate", `${size(rates.walBytesPerSecond)}/s of WAL`)],
    row("Checkpoint", gainText(picture.checkpoint)),
  ];
}

function countsText({ counts, segmentBytes }: WalPicture): string {
  if (counts === undefined || segmentBytes === undefined) return "";
  const later = counts.later === undefined ? "" : `, ${counts.later} of them for later`;
  return `: ${counts.segments} segments of ${size(segmentBytes)}${later}`;
}

function checkpointText({ checkpointAgeMs }: { readonly checkpointAgeMs: number }): string {
  return `checkpoint ${duration(checkpointAgeMs)} ago`;
}

function headroomText(headroom: WalPicture["headroom"]): string {
  if (headroom.kind === "unknown") return headroom.message;
  const { leastBytes, mostBytes, availableBytes } = headroom;
  const room = leastBytes === mostBytes
    ? size(leastBytes)
    : `${size(leastBytes)} to ${size(mostBytes)}`;
  return `${room}, ${size(availableBytes)} of it free on the file system`;
}

function gainText(checkpoint: WalPicture["checkpoint"]): string {
  return checkpoint.kind === "known"
    ? `would turn ${checkpoint.segments} segments (${size(checkpoint.gainedBytes)}) into headroom`
    : checkpoint.message;
}

function holderLines({ holders, unknownHolders }: WalPicture): string[] {
  const known = holders.flatMap((holder) => {
    const who = holder.who === undefined ? "" : ` ${holder.who}`;
    const files = holder.files === undefined ? "" : ` (${holder.files} files)`;
    const since = holder.ageMs === undefined ? "" : `, for ${duration(holder.ageMs)}`;
    return [
      `  ${holder.constraint} ${holder.reason}${who}${files}: ${size(holder.bytesHeld)} from ` +
      `${holder.oldestFile} on${since}; ${size(holder.shareBytes)} by itself`,
      `     ${holder.advice}`,
    ];
  });
  const unknown = unknownHolders.map(({ reason, message }) => `  ?  ${reason}: ${message}`);
  const lines = [...known, ...unknown];
  return ["What holds WAL, the oldest first:", ...lines.length === 0 ? ["  nothing"] : lines];
}

function removalLines({ cutOff, victims, refusals }: WalPicture): string[] {
  return [
    `Cut-off: ${cutOffText(cutOff)}`,
    victims.count === 0
      ? "Nothing would be removed:"
      : `Could be removed: ${victims.count} segments (${size(victims.freedBytes)}), ` +
        `from ${victims.names[0]} on`,
    ...refusals.map(({ reason, message }) => `  ${reason}: ${message}`),
  ];
}

function cutOffText(cutOff: WalPicture["cutOff"]): string {
  if (cutOff.kind === "known") return limitText(cutOff);
  if (cutOff.noLaterThan === undefined) return "unknown";
  return `unknown, and no later than ${limitText(cutOff.noLaterThan)}`;
}

function limitText({ file, setBy }: CutOffLimit): string {
  const holders = setBy.map(({ constraint, reason, who }) =>
    `${constraint} ${reason}${who === undefined ? "" : ` ${who}`}`
  );
  return `${file}, set by ${holders.join(" and ")}`;
}

function archiverLines({ archiver }: WalPicture): string[] {
  const { mode, waitingFiles, backlogBytes, oldestWaitingAgeMs } = archiver;
  const stored = archiver.isStored ? "stored" : "not proven to be stored";
  const waiting = waitingFiles === undefined
    ? "unknown how many files wait"
    : `${waitingFiles} files (${size(backlogBytes ?? 0)}) wait`;
  const since = oldestWaitingAgeMs === undefined
    ? ""
    : `, the oldest for ${duration(oldestWaitingAgeMs)}`;
  const failing = archiver.isFailing === true
    ? [
      `  failing: ${archiver.lastFailedFile ?? "a file"}, ${
        archiver.failedCount ?? 0
      } times so far`,
    ]
    : [];
  return [`Archiving: mode ${mode}, ${stored}; ${waiting}${since}`, ...failing];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(11)}${text}`;
}

function size(value: number): string {
  return formatBytes(bytes(Math.round(value)));
}

function duration(value: number): string {
  return formatDuration(millis(value));
}
