/**
 * What can be known of an instance from its files alone, read from a real data directory.
 *
 * @module
 */

import { bytes } from "../../lib/units/bytes.ts";
import { readControlFile } from "../../lib/wal/control_file.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { known, unknown } from "../../lib/wal/fact.ts";
import { readListing } from "../../lib/wal/listing.ts";
import { roleOfSignals } from "../../lib/wal/recovery_signal.ts";
import { readSlotState } from "../../lib/wal/slot_state.ts";

/** The names in a directory. */
export async function namesIn(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map(({ name }) => name);
}

/**
 * The evidence of a server that is down and has an archive. That its volume is full is assumed: only then would
 * anybody ask.
 */
export async function readEvidence(dataDirectory: string): Promise<WalEvidence> {
  const silent = unknown("the server is down");
  const names = await namesIn(dataDirectory);
  const control = readControlFile(await Deno.readFile(`${dataDirectory}/global/pg_control`));
  if (control.kind === "refused") throw new Error(control.refusal.message);
  const { systemIdentifier, redo, segmentSize } = control.value;
  const slots = await namesIn(`${dataDirectory}/pg_replslot`);
  const id = dataDirectory;
  return {
    server: known("down"),
    role: known(roleOfSignals(new Set(names))),
    dataDirectory: known({
      id,
      major: Number(await Deno.readTextFile(`${dataDirectory}/PG_VERSION`)),
      hasOldControlFile: (await namesIn(`${dataDirectory}/global`)).includes("pg_control.old"),
      walDirectoryExpected: true,
    }),
    control: known(control),
    listing: known(readListing({
      walNames: await namesIn(`${dataDirectory}/pg_wal`),
      statusNames: await namesIn(`${dataDirectory}/pg_wal/archive_status`),
    }, segmentSize)),
    slotFiles: known(
      await Promise.all(
        slots.map(async (name) =>
          readSlotState(name, await Deno.readFile(`${dataDirectory}/pg_replslot/${name}/state`))
        ),
      ),
    ),
    backupLabel: names.includes("backup_label")
      ? known({ kind: "unreadable", message: "not read" })
      : known({ kind: "absent" }),
    archiving: known({ mode: "on", stored: true }),
    confirmedArchived: new Set(),
    liveSlots: silent,
    walSenders: silent,
    statisticsVisible: silent,
    position: silent,
    walKeepBytes: known(bytes(0)),
    summarizer: known({ kind: "off" }),
    previousRedo: silent,
    earlier: known({ systemIdentifier, dataDirectoryId: id, redo }),
    operator: known({ backupRunning: false, fenced: false }),
    actionInFlight: false,
    availableBytes: known(bytes(0)),
    postmasterGone: known(!names.includes("postmaster.pid")),
  };
}
