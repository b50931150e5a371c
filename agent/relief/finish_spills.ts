/**
 * The way back: copies that PostgreSQL has archived and let go are removed (`wal.md` E17, T24).
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import { archiveStatusOf, parseArchiveStatuses } from "../../lib/wal/archive_status.ts";
import { finishedSpills } from "../../lib/wal/spill.ts";
import type { WalDirectory } from "./ports.ts";
import type { SpillDirectory } from "./spill.ts";

/** What came of tidying up. */
export type FinishResult =
  | {
    readonly kind: "done";
    readonly removedNames: readonly string[];
    /** Copies that are still needed. */
    readonly leftNames: readonly string[];
  }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Notes which spilled segments are archived, and removes the copies of those that the server has let go of
 * since. A link that vanished without its `.done` having been seen leaves its copy: it may be the last.
 * Never rejects; to be called every few seconds while there are copies, so that a `.done` is seen before the
 * next checkpoint takes it away.
 */
export async function finishSpills(
  directory: WalDirectory,
  spill: SpillDirectory,
): Promise<FinishResult> {
  try {
    const spilled = (await spill.spilledNames()).toSorted();
    if (spilled.length === 0) return { kind: "done", removedNames: [], leftNames: [] };
    const statuses = parseArchiveStatuses(await directory.statusNames());
    for (const name of spilled) {
      if (archiveStatusOf(name, statuses) === "done") await spill.noteArchived(name);
    }
    const archived = new Set(await spill.archivedNames());
    const walNames = new Set(await directory.names());
    const removedNames = finishedSpills(spilled, archived, walNames, statuses);
    for (const name of removedNames) await spill.remove(name);
    const leftNames = spilled.filter((name) => !removedNames.includes(name));
    return { kind: "done", removedNames, leftNames };
  } catch (error) {
    return { kind: "failed", message: `Cannot tidy up moved WAL: ${errorText(error)}` };
  }
}
