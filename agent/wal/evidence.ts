/**
 * From what a look saw to the evidence that judgements rest on.
 *
 * @module
 */

import type {
  Archiving,
  EarlierLook,
  LiveSlot,
  Summarizer,
  WalEvidence,
  WalSender,
} from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import type { ServerRole } from "../../lib/wal/recovery_signal.ts";
import { archivingOf, STRICTEST_ARCHIVING } from "./archiving.ts";
import type { ServerTold } from "./ask_server.ts";
import { mapFact } from "./attempt.ts";
import type { LookMemory, Seen } from "./memory.ts";
import { believed } from "./read_control_file.ts";
import { SUMMARIZER_MAJOR } from "./server_queries.ts";
import { serverPresence } from "./server_state.ts";

/** What is said of a server about everything that only it could tell. */
const SILENT = "the server has not said";

/**
 * Makes the evidence of a look.
 *
 * @param earlier What the look before has seen.
 * @param memory All that is remembered, this look included.
 */
export function evidenceOf(
  seen: Seen,
  earlier: EarlierLook | undefined,
  memory: LookMemory,
): WalEvidence {
  const { files, answer, operator } = seen;
  const presence = serverPresence(answer, files.postmaster);
  const isDown = presence.server.kind === "known" && presence.server.value === "down";
  const told = answer.kind === "told" ? answer : undefined;
  return {
    ...presence,
    role: roleOf(told, files.signalledRole),
    dataDirectory: mapFact(files.directory, ({ directory }) => directory),
    control: files.control,
    listing: files.listing,
    slotFiles: files.slotFiles,
    backupLabel: files.backupLabel,
    archiving: archiving(seen, memory, isDown),
    confirmedArchived: new Set(),
    liveSlots: told === undefined ? unknown(silence(seen)) : withFirstSeen(told, memory),
    walSenders: walSenders(seen, memory, isDown),
    statisticsVisible: told === undefined ? unknown(silence(seen)) : known(told.statisticsVisible),
    position: told === undefined ? unknown(silence(seen)) : told.position,
    walKeepBytes: told !== undefined
      ? known(told.settings.walKeepBytes)
      : lastWord(seen, isDown ? memory.lastWords?.walKeepBytes : undefined),
    summarizer: told !== undefined ? told.summarizer : summarizerOfFiles(seen, memory),
    previousRedo: memory.previousRedo === undefined
      ? unknown("no checkpoint was seen to follow another")
      : known(memory.previousRedo),
    earlier: earlier === undefined
      ? unknown("this is the first look since the agent has started")
      : known(earlier),
    operator: mapFact(operator, ({ context }) => context),
    actionInFlight: false,
    availableBytes: files.availableBytes,
    oldestReadyAtMs: files.oldestReadyAtMs.kind === "known"
      ? files.oldestReadyAtMs.value
      : undefined,
  };
}

/** In recovery both signal files are still there; a promotion takes them away before it ends. */
function roleOf(told: ServerTold | undefined, signalled: Fact<ServerRole>): Fact<ServerRole> {
  if (told === undefined) return signalled;
  if (!told.isInRecovery) return known("primary");
  return mapFact(signalled, (role) => role === "recovering" ? role : "standby");
}

function archiving(seen: Seen, memory: LookMemory, isDown: boolean): Fact<Archiving> {
  if (seen.answer.kind === "told") return known(archivingOf(seen.answer.settings, seen.operator));
  if (!isDown) return unknown(silence(seen));
  return known(memory.lastWords?.archiving ?? STRICTEST_ARCHIVING);
}

function walSenders(seen: Seen, memory: LookMemory, isDown: boolean): Fact<readonly WalSender[]> {
  if (seen.answer.kind === "told") return seen.answer.senders;
  return lastWord(seen, isDown ? memory.lastWords?.senders : undefined);
}

/** PostgreSQL 17 and later tell since when a slot is inactive; of the others it is remembered. */
function withFirstSeen(
  { slots }: ServerTold,
  { inactiveSince }: LookMemory,
): Fact<readonly LiveSlot[]> {
  return mapFact(slots, (all) =>
    all.map((slot) => {
      if (slot.active || slot.inactiveSinceMs !== undefined) return slot;
      return { ...slot, inactiveSinceMs: inactiveSince.get(slot.name) };
    }));
}

/** Before 17 there is none; later ones leave files, and whether it is on has to have been said. */
function summarizerOfFiles(seen: Seen, { lastWords }: LookMemory): Fact<Summarizer> {
  const { control, summarizedLsn } = seen.files;
  if (believed(control)?.majors.every((major) => major < SUMMARIZER_MAJOR)) {
    return known({ kind: "off" });
  }
  if (lastWords?.summarizer === "off") return known({ kind: "off" });
  if (summarizedLsn.kind === "unknown") return summarizedLsn;
  return summarizedLsn.value === undefined
    ? unknown(silence(seen))
    : known({ kind: "on", summarizedLsn: summarizedLsn.value });
}

function lastWord<Value>(seen: Seen, value: Value | undefined): Fact<Value> {
  return value === undefined ? unknown(silence(seen)) : known(value);
}

function silence({ answer }: Seen): string {
  return answer.kind === "silent" ? answer.message : SILENT;
}
