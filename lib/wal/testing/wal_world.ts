/**
 * Arbitrary instances: everything that may hold WAL, in plain numbers, and the evidence that it makes.
 *
 * @module
 */

import fc from "fast-check";

import { bytes } from "../../units/bytes.ts";
import { readControlFile } from "../control_file.ts";
import type { WalEvidence } from "../evidence.ts";
import { known, unknown } from "../fact.ts";
import { readListing } from "../listing.ts";
import { lsn } from "../lsn.ts";
import { segmentSize } from "../segment.ts";
import { readSlotState } from "../slot_state.ts";
import { controlFileBytes } from "./control_file_bytes.ts";
import { slotStateBytes } from "./slot_state_bytes.ts";

/** A file in pg_wal and what its status directory says. */
export interface WorldFile {
  readonly timeline: number;
  readonly segment: bigint;
  readonly partial: boolean;
  readonly status: "ready" | "done" | "none";
}

/** An instance in plain numbers; positions are absolute. */
export interface WalWorld {
  readonly sizeBytes: bigint;
  readonly major: 13 | 15 | 16 | 17 | 18;
  readonly up: boolean;
  readonly primary: boolean;
  readonly mode: "off" | "on" | "always";
  readonly stored: boolean;
  readonly redo: bigint;
  readonly checkpoint: bigint;
  readonly current: bigint;
  readonly timeline: number;
  readonly files: readonly WorldFile[];
  readonly diskSlots: readonly { readonly restart: bigint; readonly invalidated: boolean }[];
  readonly liveSlots: readonly { readonly restart: bigint; readonly lost: boolean }[];
  readonly senders: readonly { readonly sent: bigint; readonly replay: bigint }[];
  readonly keepBytes: number;
  readonly summarized: bigint | undefined;
  readonly previousRedo: bigint;
  readonly retainCount: number;
}

/** How many segments lie before REDO. */
const OLD_SEGMENTS = 12n;

/** A segment's name, made without the code under test. */
export function worldName(timeline: number, segment: bigint, sizeBytes: bigint): string {
  const start = segment * sizeBytes;
  const parts = [BigInt(timeline), start >> 32n, (start & 0xFFFFFFFFn) / sizeBytes];
  return parts.map((part) => part.toString(16).toUpperCase().padStart(8, "0")).join("");
}

/** The name of a world's file. */
export function fileName({ timeline, segment, partial }: WorldFile, sizeBytes: bigint): string {
  return worldName(timeline, segment, sizeBytes) + (partial ? ".partial" : "");
}

/** The evidence that an observer of a world has. */
export function evidenceOfWorld(world: WalWorld): WalEvidence {
  const size = segmentSize(Number(world.sizeBytes));
  const whenUp = <Value>(
    value: Value,
  ): { kind: "known"; value: Value } | ReturnType<typeof unknown> =>
    world.up ? known(value) : unknown("the server is down");
  return {
    server: known(world.up ? "up" : "down"),
    role: known(world.primary ? "primary" : "standby"),
    dataDirectory: known({
      id: "a",
      major: world.major,
      hasOldControlFile: false,
      walDirectoryExpected: true,
    }),
    control: known(readControlFile(controlFileBytes({
      major: world.major,
      redo: world.redo,
      checkpoint: world.checkpoint,
      timeline: world.timeline,
      segmentSize: size,
    }))),
    listing: known(readListing({
      walNames: world.files.map((file) => fileName(file, world.sizeBytes)),
      statusNames: world.files.filter(({ status }) => status !== "none")
        .map((file) => `${fileName(file, world.sizeBytes)}.${file.status}`),
    }, size)),
    slotFiles: known(world.diskSlots.map(({ restart, invalidated }, index) => {
      const name = `slot_${index}`;
      const invalidation = invalidated ? 1n : 0n;
      const restartLsn = invalidated && world.major < 16 ? 0n : restart;
      return readSlotState(
        name,
        slotStateBytes({ major: world.major, name, restartLsn, invalidation }),
      );
    })),
    backupLabel: known({ kind: "absent" }),
    archiving: known({ mode: world.mode, stored: world.stored }),
    confirmedArchived: new Set(),
    liveSlots: whenUp(world.liveSlots.map(({ restart, lost }, index) => ({
      name: `slot_${index}`,
      type: "physical" as const,
      active: false,
      temporary: false,
      restartLsn: lsn(restart),
      walStatus: lost ? "lost" : "extended",
    }))),
    walSenders: known(world.senders.map(({ sent, replay }, index) => ({
      pid: index,
      state: "streaming",
      sentLsn: lsn(sent),
      writeLsn: lsn(sent),
      flushLsn: lsn(sent),
      replayLsn: lsn(replay),
      usesSlot: false,
    }))),
    statisticsVisible: whenUp(true),
    position: whenUp({ lsn: lsn(world.current), timeline: world.timeline }),
    walKeepBytes: known(bytes(world.keepBytes)),
    summarizer: known(
      world.summarized === undefined
        ? { kind: "off" }
        : { kind: "on", summarizedLsn: lsn(world.summarized) },
    ),
    previousRedo: known(lsn(world.previousRedo)),
    earlier: known({
      systemIdentifier: 7_300_000_000_000_000_123n,
      dataDirectoryId: "a",
      redo: lsn(world.redo),
    }),
    operator: known({ backupRunning: false, fenced: false }),
    actionInFlight: false,
    availableBytes: known(bytes(Number(world.sizeBytes) / 2)),
    postmasterGone: known(true),
  };
}

/** Instances on which something may be removed often enough, with everything that can hold WAL. */
export const anyWorld: fc.Arbitrary<WalWorld> = fc.record({
  power: fc.integer({ min: 20, max: 30 }),
  base: fc.bigInt({ min: 1n, max: 5000n }),
}).chain(({ power, base }) => worldsFrom(2n ** BigInt(power), base));

function worldsFrom(sizeBytes: bigint, base: bigint): fc.Arbitrary<WalWorld> {
  const redoSegment = base + OLD_SEGMENTS;
  const within = (from: bigint, to: bigint): fc.Arbitrary<bigint> =>
    fc.tuple(fc.bigInt({ min: from, max: to }), fc.bigInt({ min: 0n, max: sizeBytes - 1n }))
      .map(([segment, offset]) => segment * sizeBytes + offset);
  const mostlyLate = fc.oneof(
    { weight: 3, arbitrary: within(redoSegment - 4n, redoSegment + 2n) },
    { weight: 1, arbitrary: within(base, redoSegment) },
  );
  const timeline = fc.integer({ min: 1, max: 3 });
  return fc.record({
    sizeBytes: fc.constant(sizeBytes),
    major: fc.constantFrom(13, 15, 16, 17, 18),
    up: fc.boolean(),
    primary: fc.boolean(),
    mode: fc.constantFrom("on", "on", "always", "off"),
    stored: fc.boolean(),
    redo: within(redoSegment, redoSegment).map((position) => position + 1n),
    checkpointAfter: fc.bigInt({ min: 0n, max: sizeBytes }),
    currentAfter: fc.bigInt({ min: 0n, max: 2n * sizeBytes }),
    timeline,
    firstChange: fc.integer({ min: 0, max: 40 }),
    statuses: fc.array(
      fc.oneof(
        { weight: 30, arbitrary: fc.constant("done" as const) },
        { weight: 1, arbitrary: fc.constantFrom("ready" as const, "none" as const) },
      ),
      { minLength: 20, maxLength: 20 },
    ),
    partialAt: fc.option(fc.bigInt({ min: 0n, max: 20n }), { nil: undefined, freq: 6 }),
    diskSlots: fc.array(
      fc.record({ restart: mostlyLate, invalidated: fc.boolean() }),
      { maxLength: 2 },
    ),
    liveSlots: fc.array(fc.record({ restart: mostlyLate, lost: fc.boolean() }), { maxLength: 2 }),
    senders: fc.array(fc.record({ sent: mostlyLate, replay: mostlyLate }), { maxLength: 2 }),
    keepBytes: fc.integer({ min: 0, max: 8 }).map((count) => count * Number(sizeBytes)),
    summarized: fc.option(mostlyLate, { nil: undefined }),
    previousRedo: mostlyLate,
    retainCount: fc.integer({ min: 1, max: 4 }),
  }).map(({ checkpointAfter, currentAfter, firstChange, statuses, partialAt, ...world }) => {
    const checkpoint = world.redo + checkpointAfter;
    const files = filesOf(base, firstChange, world.timeline, statuses);
    const partial: WorldFile[] = partialAt === undefined
      ? []
      : [{ timeline: 1, segment: base + partialAt, partial: true, status: "done" }];
    return {
      ...world,
      checkpoint,
      current: checkpoint + currentAfter,
      files: [...files, ...partial],
    };
  });
}

/** Segments in a row; before some point they are of the former timeline. */
function filesOf(
  base: bigint,
  firstChange: number,
  timeline: number,
  statuses: readonly WorldFile["status"][],
): WorldFile[] {
  return statuses.map((status, index) => ({
    timeline: index < firstChange && firstChange < 12 ? Math.max(timeline - 1, 1) : timeline,
    segment: base + BigInt(index),
    partial: false,
    status,
  }));
}
